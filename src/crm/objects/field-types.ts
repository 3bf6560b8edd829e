import type { Tx } from "../../db/index.js";
import type { FieldType, Host } from "../record.js";
import { knownObject, schemaOf } from "./schema.js";

/** What a path may ask of a user: `owner.email`. */
const ofUser: Record<string, FieldType> = { id: "text", name: "text", email: "email", role: "text" };
const ofEvery: Record<string, FieldType> = {
  id: "text",
  version: "number",
  createdAt: "datetime",
  updatedAt: "datetime",
};

/**
 * Answers the type of a path of an object: `amount`, `company.industry`, `owner.email`; undefined for an unknown one.
 * Relations are followed as far as the path goes. The answer holds for the moment it was made.
 */
export async function fieldTypes(
  host: Host,
  workspaceId: string,
  object: string,
  tx?: Tx,
): Promise<(path: string) => FieldType | undefined> {
  await knownObject(host, workspaceId, object, tx);
  const { objects } = await schemaOf(host, workspaceId, tx);
  const typeIn = (name: string, [first, ...rest]: string[]): FieldType | undefined => {
    if (first === undefined) return undefined;
    if (name === "user" && !objects.has("user")) return rest.length > 0 ? undefined : own(ofUser, first);
    const field = objects.get(name)?.fields.get(first);
    if (rest.length === 0) return field?.type ?? own(ofEvery, first);
    if (field?.type === "user") return typeIn("user", rest);
    return field?.relation ? typeIn(field.relation, rest) : undefined;
  };
  return (path) => typeIn(object, path.split(".").slice(0, 8));
}

function own(types: Record<string, FieldType>, name: string): FieldType | undefined {
  return Object.hasOwn(types, name) ? types[name] : undefined;
}
