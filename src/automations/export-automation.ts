import type { Actor } from "../crm/index.js";
import type { Document, Form } from "../graph/index.js";
import { invalid } from "../shared/errors.js";
import { isObject } from "../shared/json.js";
import { type Automation, type AutomationRoom, getAutomation, getVersion } from "./automation.js";
import { normalDocument } from "./normal-document.js";
import { createAutomation } from "./save-draft.js";

/** An automation as a file: it holds no id, no date and no name of a workspace, so that it means the same everywhere. */
export type Definition = {
  millrace: 1;
  name: string;
  description: string;
  form: Form;
  tags: string[];
  document: Document;
};

/** The latest version of an automation (or the one named) as a definition. The same automation gives the same bytes. */
export async function exportAutomation(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  version?: number,
): Promise<Definition> {
  const automation = await getAutomation(room, workspaceId, id);
  const { document, form } = await getVersion(room, automation, version);
  const { name, description, tags } = automation;
  return { millrace: 1, name, description, form, tags, document };
}

/** A definition as the text of a file: two spaces, a line feed at the end, members in the order they were written in. */
export function definitionText(definition: Definition): string {
  return `${JSON.stringify(definition, null, 2)}\n`;
}

/** Makes a draft from an exported definition; 422 when it is none, or its document has the wrong shape. */
export async function importAutomation(
  room: AutomationRoom,
  workspaceId: string,
  input: unknown,
  by: Actor,
): Promise<Automation> {
  if (!isObject(input) || !isObject(input["document"])) {
    throw invalid([
      { path: "document", message: "This is not an exported Millrace automation: it has no `document`." },
    ]);
  }
  const { name, description, form, tags, document } = input;
  return createAutomation(
    room,
    workspaceId,
    {
      name: typeof name === "string" ? name : "Imported automation",
      description: typeof description === "string" ? description : "",
      form: form === "graph" || form === "list" ? form : undefined,
      tags: Array.isArray(tags) ? tags.map(String) : [],
      document: document as Document,
    },
    by,
  );
}

/** A copy of the latest version as a new draft of its own. */
export async function duplicateAutomation(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  by: Actor,
): Promise<Automation> {
  const definition = await exportAutomation(room, workspaceId, id);
  return createAutomation(
    room,
    workspaceId,
    { ...definition, name: `${definition.name} (copy)`.slice(0, 190), document: normalDocument(definition.document) },
    by,
  );
}
