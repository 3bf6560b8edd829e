import type { Document, Form } from "../graph/index.js";
import { type AutomationRoom, getAutomation, getVersion } from "./automation.js";

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
