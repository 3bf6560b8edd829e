import { describeObject, type FieldType, fieldTypes, type ObjectType, objectsOf } from "../crm/index.js";
import type { Document, DocumentProblem } from "../graph/index.js";
import { Problem } from "../shared/errors.js";
import type { AutomationRoom } from "./automation.js";

/** A document with what its record context offers; `object` is null in the global context. */
export type Context = {
  document: Document;
  object: ObjectType | null;
  types: ((path: string) => FieldType | undefined) | null;
  /** Every path of the record that can be read, relations followed once. */
  paths: string[];
};

/** Reads what a document may name. Null, and one problem more, when its object does not exist. */
export async function contextOf(
  room: AutomationRoom,
  workspaceId: string,
  document: Document,
  problems: DocumentProblem[],
): Promise<Context | null> {
  if (document.object === null) return { document, object: null, types: null, paths: [] };
  try {
    const object = await describeObject(room, workspaceId, document.object);
    const all = await objectsOf(room, workspaceId);
    const paths = object.fields.flatMap(({ name, relation }) => {
      const related = relation ? all.find((other) => other.name === relation) : undefined;
      return [
        name,
        ...(related ? ["id", ...related.fields.map((field) => field.name)].map((inner) => `${name}.${inner}`) : []),
      ];
    });
    return {
      document,
      object,
      types: await fieldTypes(room, workspaceId, document.object),
      paths: ["id", "createdAt", "updatedAt", "version", ...paths],
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const known = (await objectsOf(room, workspaceId)).map(({ name }) => name);
    problems.push({
      severity: "error",
      path: "object",
      message: `${error.message} Known objects: ${known.join(", ")}.`,
    });
    return null;
  }
}
