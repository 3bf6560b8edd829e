import type { Field } from "../../../crm/index.js";
import type { OperatorInfo } from "../../../rules/index.js";

/** One choice of a select. */
export type Option = { value: string; label: string };

/** Choices under one heading. */
export type OptionGroup = { label: string; options: Option[] };

/** A name that may stand in a template, with a sample of its value; `children` are what lies beneath it. */
export type Variable = { name: string; path: string; sample: string; children: Variable[] };

/** What the fields of a form may offer; whatever a form does not know stays empty, and its field becomes a plain text. */
export type FormKnown = {
  /** Every object of the workspace. */
  objects: Option[];
  /** The fields of an object by its name; the form's own object when the name is null. */
  fieldsOf(object: string | null): Field[];
  /** The fields one relation away, by relation: `company.name` under `Company`. */
  relatedOf(object: string | null): { label: string; fields: Field[] }[];
  /** What else conditions may read here: inputs, variables, earlier steps. Values are `fact:path`. */
  names: OptionGroup[];
  /** The people of the workspace by id, and by e-mail address. */
  users: Option[];
  people: Option[];
  lists: Option[];
  secrets: string[];
  /** The automations of the workspace by id. */
  automations: Option[];
  operators: readonly OperatorInfo[];
};

/** A form that knows nothing of the workspace: for inputs that stand by themselves. */
export const nothingKnown: FormKnown = {
  objects: [],
  fieldsOf: () => [],
  relatedOf: () => [],
  names: [],
  users: [],
  people: [],
  lists: [],
  secrets: [],
  automations: [],
  operators: [],
};
