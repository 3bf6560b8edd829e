import type { Tx } from "../../db/index.js";
import type { Host } from "../host.js";
import type { Field, FieldType } from "../record.js";
import { knownObject, schemaOf } from "./schema.js";

const field = (name: string, label: string, type: FieldType): [string, Field] => [
  name,
  { name, label, type, readOnly: true },
];
const role = { options: ["admin", "editor", "operator", "viewer"].map((value) => ({ value, label: value })) };
/** What a path may ask of a user: `owner.email`. */
const ofUser = new Map<string, Field>([
  field("id", "Id", "text"),
  field("name", "Name", "text"),
  field("email", "E-mail", "email"),
  ["role", { name: "role", label: "Role", type: "text", readOnly: true, ...role }],
]);
const ofEvery = new Map<string, Field>([
  field("id", "Id", "text"),
  field("version", "Version", "number"),
  field("createdAt", "Created", "datetime"),
  field("updatedAt", "Last changed", "datetime"),
]);

/** Answers the field at a path of an object: `amount`, `company.industry`, `owner.email`; undefined for an unknown one. */
export type FieldAt = (path: string) => Field | undefined;

/** Tells fields by their paths; relations are followed as far as the path goes. The answer holds for the moment it was made. */
export async function fieldsOf(host: Host, workspaceId: string, object: string, tx?: Tx): Promise<FieldAt> {
  await knownObject(host, workspaceId, object, tx);
  const { objects } = await schemaOf(host, workspaceId, tx);
  const fieldIn = (name: string, [first, ...rest]: string[]): Field | undefined => {
    if (first === undefined) return undefined;
    if (name === "user" && !objects.has("user")) return rest.length > 0 ? undefined : ofUser.get(first);
    const found = objects.get(name)?.fields.get(first);
    if (rest.length === 0) return found ?? ofEvery.get(first);
    if (found?.type === "user") return fieldIn("user", rest);
    return found?.relation ? fieldIn(found.relation, rest) : undefined;
  };
  return (path) => fieldIn(object, path.split(".").slice(0, 8));
}

/** Like `fieldsOf`, for those who need no more than the type. */
export async function fieldTypes(
  host: Host,
  workspaceId: string,
  object: string,
  tx?: Tx,
): Promise<(path: string) => FieldType | undefined> {
  const fieldAt = await fieldsOf(host, workspaceId, object, tx);
  return (path) => fieldAt(path)?.type;
}
