import type { ActionTable } from "../../actions/index.js";
import { listAutomations } from "../../automations/index.js";
import { type Field, findRecords, listUsers, type ObjectType, objectsOf, type Workspace } from "../../crm/index.js";
import { listSecrets } from "../../effects/index.js";
import type { Form } from "../../graph/index.js";
import { operators } from "../../rules/index.js";
import type { Engine } from "../../runs/index.js";
import type { FormKnown, OptionGroup } from "../pages/forms/form-known.js";

/** What the editor knows of a workspace: the registries a document is read and drawn with. Plain values, read once. */
export type EditorKnown = {
  actions: ActionTable;
  objects: ObjectType[];
  users: { id: string; name: string; email: string }[];
  lists: string[];
  secrets: string[];
  /** Every automation of the workspace that steps may start. */
  automations: { id: string; name: string }[];
  /** How the document is written, which decides what runs before what. */
  form: Form;
  /** The zone of a document that names none. */
  zone: string;
};

const MOST_LISTS = 200;

/** Reads what the editor may offer in a workspace: objects, step kinds, people, lists and the names of secrets. */
export async function editorKnown(
  engine: Engine,
  workspace: Pick<Workspace, "id" | "timezone">,
  form: Form = "list",
): Promise<EditorKnown> {
  const { id: workspaceId, timezone: zone } = workspace;
  const [objects, users, secrets, automations] = await Promise.all([
    objectsOf(engine, workspaceId),
    listUsers(engine, workspaceId),
    listSecrets(engine, workspaceId),
    listAutomations(engine, workspaceId, { limit: MOST_LISTS }),
  ]);
  const hasLists = objects.some(({ name }) => name === "list");
  const lists = hasLists
    ? (await findRecords(engine, workspaceId, "list", { sort: "name", limit: MOST_LISTS })).records
    : [];
  return {
    actions: engine.actions,
    objects,
    users: users.filter(({ active }) => active).map(({ id, name, email }) => ({ id, name, email })),
    lists: lists.map(({ values }) => String(values["name"] ?? "")).filter(Boolean),
    secrets: secrets.map(({ name }) => name),
    automations: automations.data.map(({ id, name }) => ({ id, name })),
    form,
    zone,
  };
}

/** The object of that name; undefined for none, an unknown one included. */
export function objectNamed(known: EditorKnown, name: string | null): ObjectType | undefined {
  return known.objects.find((object) => object.name === name);
}

/** The same for a form about `object`; `names` are what its conditions may read beside the record. */
export function knownAbout(known: EditorKnown, object: string | null, names: OptionGroup[] = []): FormKnown {
  const fieldsOf = (name: string | null) => objectNamed(known, name ?? object)?.fields ?? [];
  return {
    objects: known.objects.map(({ name, label }) => ({ value: name, label })),
    fieldsOf,
    relatedOf: (name) => fieldsOf(name).flatMap((field) => relatedBy(known, field)),
    names,
    users: known.users.map(({ id, name }) => ({ value: id, label: name })),
    people: known.users.map(({ email, name }) => ({ value: email, label: name })),
    lists: known.lists.map((name) => ({ value: name, label: name })),
    secrets: known.secrets,
    automations: known.automations.map(({ id, name }) => ({ value: id, label: name })),
    operators,
  };
}

const ofUser: Field[] = [
  { name: "name", label: "Name", type: "text" },
  { name: "email", label: "E-mail", type: "email" },
  { name: "role", label: "Role", type: "text" },
];

/** The fields behind a relation, named by their path: `company.name`. */
export function relatedBy(known: EditorKnown, field: Field): { label: string; fields: Field[] }[] {
  const target = field.type === "user" ? ofUser : (objectNamed(known, field.relation ?? null)?.fields ?? []);
  const fields = target.map((one) => ({
    ...one,
    name: `${field.name}.${one.name}`,
    label: `${field.label} › ${one.label}`,
  }));
  return fields.length > 0 ? [{ label: field.label, fields }] : [];
}
