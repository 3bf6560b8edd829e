import type { Actor } from "../crm/index.js";
import { nextStamp, type Tx, toColumn } from "../db/index.js";
import type { Document, Form } from "../graph/index.js";
import { invalid, Problem } from "../shared/errors.js";
import { newId } from "../shared/ids.js";
import { type Automation, type AutomationRoom, getAutomation, getVersion, type Version } from "./automation.js";
import { checkShape } from "./document-schema.js";
import { normalDocument, writtenForm } from "./normal-document.js";

/** What a new automation needs; a missing document is an empty list about no record. */
export type NewAutomation = {
  name: string;
  description?: string | undefined;
  form?: Form | undefined;
  folder?: string | undefined;
  tags?: string[] | undefined;
  document?: Document | undefined;
};

/**
 * What may be edited. `ifVersion` is the etag last seen; another one stored meanwhile answers 412 with both sides. `form`
 * is the one the document is written in; left out, it is that of the latest version.
 */
export type Edit = {
  name?: string | undefined;
  description?: string | undefined;
  folder?: string | null | undefined;
  tags?: string[] | undefined;
  document?: Document | undefined;
  form?: Form | undefined;
  ifVersion?: string | undefined;
};

/** Makes an automation with version 1 as a draft. 422 when the name is empty or the document has the wrong shape. */
export async function createAutomation(
  room: AutomationRoom,
  workspaceId: string,
  input: NewAutomation,
  by: Actor,
  tx?: Tx,
): Promise<Automation> {
  refuse([...checkName(input.name), ...(input.document === undefined ? [] : checkShape(input.document, "document"))]);
  const document = normalDocument(input.document ?? {});
  const form = input.form ?? writtenForm(document);
  const id = newId();
  const now = room.clock.now();
  await room.db.inTransaction(async (open) => {
    const stamp = await nextStamp(room.db, "automations", open);
    const row = {
      id,
      workspaceId,
      name: input.name.trim(),
      description: input.description ?? "",
      form,
      object: document.object,
      folder: input.folder ?? null,
      tags: toColumn(input.tags ?? []),
      status: "draft",
      ownerId: by.type === "user" ? by.id : null,
      publishedVersion: null,
      latestVersion: 1,
      stamp,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await room.db.insert("millrace_automations", [row], open);
    await insertDraft(room, { automationId: id, version: 1, form }, document, by, open);
  }, tx);
  return getAutomation(room, workspaceId, id, tx);
}

/**
 * Saves an edit. A document goes into the latest draft, or into a new draft `version + 1` when the latest is published;
 * what runs does not change until publishing. Drafts may be incomplete, but not of the wrong shape (422).
 */
export async function saveDraft(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  edit: Edit,
  by: Actor,
): Promise<Automation> {
  refuse([
    ...(edit.name === undefined ? [] : checkName(edit.name)),
    ...(edit.document ? checkShape(edit.document, "document") : []),
  ]);
  await room.db.inTransaction(async (tx) => {
    // Locks the automation: of two who save at once the second reads what the first has written.
    await room.db.run(
      "UPDATE millrace_automations SET stamp = stamp WHERE id = ? AND workspaceId = ?",
      [id, workspaceId],
      tx,
    );
    const automation = await getAutomation(room, workspaceId, id, tx);
    const latest = await getVersion(room, automation, undefined, tx);
    if (edit.ifVersion !== undefined && edit.ifVersion !== latest.etag) throw overtaken(latest, edit);
    const now = room.clock.now();
    const document = edit.document && normalDocument(edit.document);
    const form = (document && edit.form) ?? latest.form;
    if (document && latest.state === "draft") {
      const revision = Number(latest.etag.split(".")[1]);
      const saved = await room.db.run(
        "UPDATE millrace_versions SET form = ?, document = ?, revision = ?, savedBy = ?, savedAt = ? WHERE automationId = ? AND version = ? AND revision = ? AND state = 'draft'",
        [form, toColumn(document), revision + 1, toColumn(by), now, id, latest.version, revision],
        tx,
      );
      if (saved.changes === 0) throw overtaken(latest, edit);
    } else if (document) {
      await insertDraft(room, { automationId: id, version: latest.version + 1, form }, document, by, tx);
    }
    await room.db.run(
      "UPDATE millrace_automations SET name = ?, description = ?, form = ?, folder = ?, tags = ?, object = ?, latestVersion = ?, updatedAt = ? WHERE id = ?",
      [
        edit.name?.trim() ?? automation.name,
        edit.description ?? automation.description,
        form,
        edit.folder === undefined ? automation.folder : edit.folder,
        toColumn(edit.tags ?? automation.tags),
        document && automation.publishedVersion === null ? document.object : automation.object,
        document && latest.state !== "draft" ? latest.version + 1 : latest.version,
        now,
        id,
      ],
      tx,
    );
  });
  return getAutomation(room, workspaceId, id);
}

/** Copies an old version into the draft, in the form it had; what runs stays as it is. */
export async function restoreVersion(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  version: number,
  by: Actor,
): Promise<Automation> {
  const automation = await getAutomation(room, workspaceId, id);
  const old = await getVersion(room, automation, version);
  return saveDraft(room, workspaceId, id, { document: old.document, form: old.form }, by);
}

async function insertDraft(
  room: AutomationRoom,
  draft: { automationId: string; version: number; form: Form },
  document: Document,
  by: Actor,
  tx: Tx,
): Promise<void> {
  const row = {
    ...draft,
    state: "draft",
    document: toColumn(document),
    revision: 1,
    note: null,
    savedBy: toColumn(by),
    savedAt: room.clock.now(),
    publishedBy: null,
    publishedAt: null,
  };
  await room.db.insert("millrace_versions", [row], tx);
}

function overtaken(latest: Version, edit: Edit): Problem {
  const who = latest.savedBy?.name ?? "Someone";
  return new Problem(
    412,
    "overtaken",
    `${who} saved this automation after you opened it. Compare both and save again.`,
    [],
    {
      ifVersion: latest.etag,
      theirs: latest.document,
      yours: edit.document ?? null,
    },
  );
}

function checkName(name: unknown): { path: string; message: string }[] {
  if (typeof name === "string" && name.trim() !== "" && name.length <= 190) return [];
  return [{ path: "name", message: "Give the automation a name of 1 to 190 characters." }];
}

function refuse(errors: { path: string; message: string }[]): void {
  if (errors.length > 0) throw invalid(errors);
}
