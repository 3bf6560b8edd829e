import { type Automation, type AutomationRoom, createAutomation, validateDocument } from "../automations/index.js";
import { type Actor, objectsOf } from "../crm/index.js";
import { type Imported, importDefinition } from "./import-definition.js";
import { makePublishable } from "./make-publishable.js";
import type { Unmapped } from "./source.js";

/** The draft an import made, and what of the definition could not be taken over, each with its place in it and why. */
export type ImportedAutomation = { automation: Automation; unmapped: Unmapped[] };

/** A definition as this workspace would take it over, without making anything of it. 422 when it is none. */
export async function readDefinition(room: AutomationRoom, workspaceId: string, input: unknown): Promise<Imported> {
  const imported = importDefinition(input, { actions: room.actions, objects: await objectsOf(room, workspaceId) });
  return makePublishable(imported, (document, form) => validateDocument(room, workspaceId, document, form));
}

/**
 * Makes a draft from a definition: our own export, or that of another system in one of the forms `importDefinition`
 * knows. 422 when it is none, or when an own document has the wrong shape.
 */
export async function importAutomation(
  room: AutomationRoom,
  workspaceId: string,
  input: unknown,
  by: Actor,
): Promise<ImportedAutomation> {
  const { unmapped, origins: _origins, ...definition } = await readDefinition(room, workspaceId, input);
  return { automation: await createAutomation(room, workspaceId, definition, by), unmapped };
}
