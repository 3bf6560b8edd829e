import { describeObject, type FieldAt, fieldsOf, type ObjectType, objectsOf } from "../../crm/index.js";
import type { Document, DocumentProblem, Step } from "../../graph/index.js";
import { Problem } from "../../shared/errors.js";
import type { AutomationRoom } from "../automation.js";
import type { Names } from "./names.js";
import { namesAtStart } from "./start-names.js";
import { namesOfStep } from "./step-names.js";

/** A document with what its record context offers; `object` is null in the global context. */
export type Context = {
  document: Document;
  object: ObjectType | null;
  /** All objects of the workspace. */
  objects: ObjectType[];
  /** The field at a path of the document's object, relations followed; null in the global context. */
  fieldAt: FieldAt | null;
  /** What can be read when the automation is started: the record, what it was, the trigger, the inputs. */
  names: Names;
  /** What later steps can read of a step. */
  namesOf(step: Step): Names;
};

/** Reads what a document may name. Null, and one problem more, when its object does not exist. */
export async function contextOf(
  room: AutomationRoom,
  workspaceId: string,
  document: Document,
  problems: DocumentProblem[],
): Promise<Context | null> {
  const objects = await objectsOf(room, workspaceId);
  try {
    const object = document.object === null ? null : await describeObject(room, workspaceId, document.object);
    const known = new Map<Step, Names>();
    return {
      document,
      object,
      objects,
      fieldAt: document.object === null ? null : await fieldsOf(room, workspaceId, document.object),
      names: namesAtStart(document, object, objects),
      namesOf(step) {
        const names = known.get(step) ?? namesOfStep(room, step, objects, object);
        known.set(step, names);
        return names;
      },
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const known = objects.map(({ name }) => name);
    problems.push({
      severity: "error",
      path: "object",
      message: `${error.message} Known objects: ${known.join(", ")}.`,
    });
    return null;
  }
}
