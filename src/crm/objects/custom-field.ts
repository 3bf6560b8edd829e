import type { FieldError } from "../../shared/errors.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Field, FieldType, Option } from "../record.js";
import { unfitText } from "./check-value.js";

/** A custom field as an admin describes it. */
export type FieldInput = {
  name: string;
  label: string;
  type: FieldType;
  required?: boolean;
  relation?: string;
  options?: Option[];
};

const types: readonly FieldType[] = [
  "text",
  "longText",
  "number",
  "money",
  "boolean",
  "date",
  "datetime",
  "select",
  "multiSelect",
  "email",
  "phone",
  "url",
  "user",
  "relation",
  "json",
];

const reserved = new Set(["id", "workspaceId", "version", "createdAt", "updatedAt", "deletedAt", "custom", "object"]);
const members = ["name", "label", "type", "required", "relation", "options"];

/** Everything that is wrong with a field's description, by path below `at`. `objects` are those a relation may point to. */
export function checkField(input: FieldInput, objects: ReadonlySet<string>, at: string): FieldError[] {
  const path = (name: string) => (at ? `${at}.${name}` : name);
  const errors = checkName(input.name, path("name"));
  const fault = (name: string, message: string) => errors.push({ path: path(name), message });
  for (const name of Object.keys(input)) {
    if (!members.includes(name)) fault(name, `A custom field has no "${name}".${didYouMean(name, members)}`);
  }
  if (!isLabel(input.label)) fault("label", "Give it a label of up to 120 characters.");
  if (!types.includes(input.type))
    fault("type", `There is no type "${input.type}".${didYouMean(String(input.type), types)}`);
  const chooses = input.type === "select" || input.type === "multiSelect";
  if (chooses) errors.push(...checkOptions(input.options, path("options")));
  else if (input.options !== undefined) fault("options", "Only a select has options.");
  if (input.type === "relation") {
    if (!objects.has(String(input.relation)))
      fault("relation", `There is no object "${input.relation}".${didYouMean(String(input.relation), [...objects])}`);
  } else if (input.relation !== undefined) fault("relation", "Only a relation points to an object.");
  return errors;
}

/** The description to store: what was given and nothing else. */
export function fieldFrom({ name, label, type, required, relation, options }: FieldInput): Field {
  return {
    name,
    label,
    type,
    ...(required ? { required } : {}),
    ...(relation === undefined ? {} : { relation }),
    ...(options === undefined
      ? {}
      : { options: options.map((option) => ({ value: option.value, label: option.label })) }),
  };
}

/** A name is a word of ASCII letters, digits and underscores that means nothing to us or to JavaScript already. */
export function checkName(name: unknown, path: string): FieldError[] {
  if (typeof name !== "string" || !/^[a-z][A-Za-z0-9_]{0,62}$/.test(name)) {
    return [{ path, message: "A name is a small letter, then letters, digits and underscores: renewalPrice." }];
  }
  return reserved.has(name) || name in {} ? [{ path, message: `"${name}" is taken by the record itself.` }] : [];
}

/** True for a label people can read. */
export function isLabel(label: unknown): label is string {
  return typeof label === "string" && label.trim() !== "" && [...label].length <= 120 && unfitText(label) === null;
}

function checkOptions(options: unknown, path: string): FieldError[] {
  if (!Array.isArray(options) || options.length === 0 || options.length > 500)
    return [{ path, message: "Give 1 to 500 options." }];
  const seen = new Set<unknown>();
  return options.flatMap((option: Partial<Option> | null, at): FieldError[] => {
    const { value, label } = option ?? {};
    const twice = seen.has(value);
    seen.add(value);
    if (typeof value !== "string" || value.trim() !== value || !value || [...value].length > 64 || unfitText(value)) {
      return [
        { path: `${path}[${at}].value`, message: "A value is text of up to 64 characters without blanks around it." },
      ];
    }
    if (!isLabel(label)) return [{ path: `${path}[${at}].label`, message: "Give every option a label." }];
    return twice ? [{ path: `${path}[${at}].value`, message: `There are two options "${value}".` }] : [];
  });
}
