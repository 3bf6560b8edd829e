import { type Automation, getAutomation, getVersion, normalDocument, type Version } from "../../automations/index.js";
import type { Document } from "../../graph/index.js";
import { canonicalJson, isObject } from "../../shared/json.js";
import { type Ask, formText, param } from "../pages/page-route.js";
import { type EditorKnown, editorKnown } from "./editor-known.js";

/** An automation opened for editing: what is stored of it, and what the workspace offers. */
export type Editor = { automation: Automation; latest: Version; known: EditorKnown };

/** What a person has before them, saved or not. `ifVersion` is the stored version they have seen. */
export type Edited = { name: string; description: string; document: Document; ifVersion: string };

/** Opens the automation of the address, a list or a workflow. */
export async function openEditor({ engine, visit, req }: Ask): Promise<Editor> {
  const automation = await getAutomation(engine, visit.workspace.id, param(req, "id"));
  const latest = await getVersion(engine, automation);
  return { automation, latest, known: await editorKnown(engine, visit.workspace, latest.form) };
}

/** The address an automation is edited at: the list or the outline. */
export function editPath({ latest }: Editor): string {
  return `/${latest.automationId}/${latest.form === "graph" ? "workflow" : "edit"}`;
}

/** The automation as it is stored. */
export function storedEdit({ automation, latest }: Editor): Edited {
  const { name, description } = automation;
  return { name, description, document: normalDocument(latest.document), ifVersion: latest.etag };
}

/** Edits carried along by another page as one hidden field; null when it carries none that can be read. */
export function carriedEdit({ req }: Ask): Edited | null {
  try {
    const edit: unknown = JSON.parse(formText(req, "draft"));
    if (!isObject(edit) || !isObject(edit["document"])) return null;
    const text = (name: string) => (typeof edit[name] === "string" ? edit[name] : "");
    const document = normalDocument(edit["document"] as Partial<Document>);
    return { name: text("name"), description: text("description"), document, ifVersion: text("ifVersion") };
  } catch {
    return null;
  }
}

/** Whether there is anything to save. */
export function differs(editor: Editor, edited: Edited): boolean {
  const stored = storedEdit(editor);
  const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);
  const head = stored.name === edited.name.trim() && stored.description === edited.description;
  return !head || !same(stored.document, edited.document);
}
