import type { Actor } from "../crm/index.js";
import { nextStamp, type Tx } from "../db/index.js";
import type { Document, Form } from "../graph/index.js";
import { invalid, Problem } from "../shared/errors.js";
import { newId } from "../shared/ids.js";
import {
  type Automation,
  type AutomationRoom,
  automations,
  getAutomation,
  getVersion,
  lockAutomation,
  type Version,
  versions,
} from "./automation.js";
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
      tags: input.tags ?? [],
      status: "draft",
      ownerId: by.type === "user" ? by.id : null,
      latestVersion: 1,
      stamp,
      createdAt: now,
      updatedAt: now,
    } as const;
    await automations(room.db).create(row, { transaction: open });
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
    const automation = await lockAutomation(room, workspaceId, id, tx);
    const latest = await getVersion(room, automation, undefined, tx);
    if (edit.ifVersion !== undefined && edit.ifVersion !== latest.etag) throw overtaken(latest, edit);
    const now = room.clock.now();
    const document = edit.document && normalDocument(edit.document);
    const form = (document && edit.form) ?? latest.form;
    const { automationId, version } = latest;
    if (document && latest.state === "draft") {
      const revision = Number(latest.etag.split(".")[1]);
      const change = { form, document, revision: revision + 1, savedBy: by, savedAt: now };
      const where = { automationId, version, revision, state: "draft" } as const;
      if ((await versions(room.db).update(change, { where, transaction: tx })) === 0) throw overtaken(latest, edit);
    } else if (document) {
      await insertDraft(room, { automationId, version: version + 1, form }, document, by, tx);
    }
    const change = {
      name: edit.name?.trim() ?? automation.name,
      description: edit.description ?? automation.description,
      form,
      folder: edit.folder === undefined ? automation.folder : edit.folder,
      tags: edit.tags ?? automation.tags,
      object: document && automation.publishedVersion === null ? document.object : automation.object,
      latestVersion: document && latest.state !== "draft" ? version + 1 : version,
      updatedAt: now,
    };
    await automations(room.db).update(change, { where: { id }, transaction: tx });
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
  const row = { ...draft, state: "draft", document, revision: 1, savedBy: by, savedAt: room.clock.now() } as const;
  await versions(room.db).create(row, { transaction: tx });
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
