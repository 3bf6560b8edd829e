import type { Actor } from "../crm/index.js";
import { type Document, demote, type Form, promote } from "../graph/index.js";
import { type Automation, type AutomationRoom, getAutomation, getVersion, type Version } from "./automation.js";
import { chainKindsIn, portsIn } from "./ports.js";
import { saveDraft } from "./save-draft.js";

/**
 * Turns a list into a graph: the draft (a new one, when the latest version is published) is the same document with its
 * ports written out. Id, limits, enrollments and runs stay. A graph stays as it is. 412 when `ifVersion` is not the latest.
 */
export function promoteAutomation(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  by: Actor,
  ifVersion?: string,
): Promise<Automation> {
  return rewrite(room, workspaceId, id, "graph", (document) => promote(document, portsIn(room.actions)), by, ifVersion);
}

/** Turns a graph back into a list. 409 with the reason when it is more than a chain. A list stays as it is. */
export function demoteAutomation(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  by: Actor,
  ifVersion?: string,
): Promise<Automation> {
  return rewrite(
    room,
    workspaceId,
    id,
    "list",
    (document) => demote(document, chainKindsIn(room.actions)),
    by,
    ifVersion,
  );
}

/** The document of a version as a graph, whichever form it is stored in. */
export function graphOf(room: AutomationRoom, { document, form }: Pick<Version, "document" | "form">): Document {
  return form === "graph" ? document : promote(document, portsIn(room.actions));
}

async function rewrite(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  form: Form,
  change: (document: Document) => Document,
  by: Actor,
  ifVersion: string | undefined,
): Promise<Automation> {
  const automation = await getAutomation(room, workspaceId, id);
  const latest = await getVersion(room, automation);
  if (latest.form === form)
    return ifVersion === undefined || ifVersion === latest.etag
      ? automation
      : saveDraft(room, workspaceId, id, { ifVersion }, by);
  // The version just read is the one rewritten: an edit saved meanwhile is answered with 412, not lost.
  return saveDraft(
    room,
    workspaceId,
    id,
    { document: change(latest.document), form, ifVersion: ifVersion ?? latest.etag },
    by,
  );
}
