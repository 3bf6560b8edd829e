import type { Actor } from "../crm/index.js";
import { nextStamp, type Tx, toColumn } from "../db/index.js";
import { conflict, invalid } from "../shared/errors.js";
import { faultPoint } from "../shared/fault-points.js";
import { type Automation, type AutomationRoom, getAutomation, getVersion } from "./automation.js";
import { validateDocument } from "./check/validate-document.js";

/**
 * Freezes the draft and makes it the version that runs: runs in flight finish on theirs. The first publication also
 * activates the automation; a paused one stays paused. 422 with every problem when the draft has errors, 409 when there
 * is no draft to publish. What belongs to this version alone is stored by `also`, in the same transaction.
 */
export async function publish(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  note: string | null,
  by: Actor,
  also: (version: number, tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<Automation> {
  const before = await getAutomation(room, workspaceId, id);
  const draft = await getVersion(room, before);
  if (draft.state !== "draft")
    throw conflict("nothing_to_publish", `Version ${draft.version} is already published; there is no newer draft.`);
  const problems = await validateDocument(room, workspaceId, draft.document, draft.form);
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0)
    throw invalid(
      errors.map(({ severity: _, ...where }) => where),
      `"${before.name}" cannot be published yet: ${errors[0]?.message}`,
    );

  await room.db.inTransaction(async (tx) => {
    const stamp = await nextStamp(room.db, "automations", tx);
    const now = room.clock.now();
    await room.db.run(
      "UPDATE millrace_versions SET state = 'retired' WHERE automationId = ? AND state = 'published'",
      [id],
      tx,
    );
    const frozen = await room.db.run(
      "UPDATE millrace_versions SET state = 'published', note = ?, publishedBy = ?, publishedAt = ? WHERE automationId = ? AND version = ? AND state = 'draft' AND revision = ?",
      [note, toColumn(by), now, id, draft.version, Number(draft.etag.split(".")[1])],
      tx,
    );
    if (frozen.changes === 0)
      throw conflict("overtaken", "The draft changed while it was being published. Look at it and publish again.");
    faultPoint("publishing");
    const status = before.status === "paused" ? "paused" : "active";
    await room.db.run(
      "UPDATE millrace_automations SET publishedVersion = ?, object = ?, status = ?, stamp = ?, updatedAt = ? WHERE id = ?",
      [draft.version, draft.document.object, status, stamp, now, id],
      tx,
    );
    await closeActivation(room, id, tx);
    if (status === "active") await openActivation(room, id, draft.version, tx);
    await also(draft.version, tx);
  });
  room.ring("relay");
  return getAutomation(room, workspaceId, id);
}

/** Lets the published version listen from now on; 409 when nothing is published. Doing it twice is harmless. */
export async function activate(room: AutomationRoom, workspaceId: string, id: string): Promise<Automation> {
  await setStatus(room, workspaceId, id, "active");
  return getAutomation(room, workspaceId, id);
}

/** New runs do not start any more; running ones go on. */
export async function pause(room: AutomationRoom, workspaceId: string, id: string): Promise<Automation> {
  await setStatus(room, workspaceId, id, "paused");
  return getAutomation(room, workspaceId, id);
}

/** Takes the automation off every list and stops its triggers. Its runs and their log stay. */
export async function deleteAutomation(room: AutomationRoom, workspaceId: string, id: string): Promise<void> {
  await room.db.inTransaction(async (tx) => {
    await getAutomation(room, workspaceId, id, tx);
    const stamp = await nextStamp(room.db, "automations", tx);
    await closeActivation(room, id, tx);
    await room.db.run(
      "UPDATE millrace_automations SET deletedAt = ?, status = 'paused', stamp = ? WHERE id = ?",
      [room.clock.now(), stamp, id],
      tx,
    );
  });
}

async function setStatus(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  status: "active" | "paused",
): Promise<void> {
  await room.db.inTransaction(async (tx) => {
    const stamp = await nextStamp(room.db, "automations", tx);
    const automation = await getAutomation(room, workspaceId, id, tx);
    const version = automation.publishedVersion;
    if (version === null)
      throw conflict(
        "not_published",
        `Publish "${automation.name}" first: only a published version can ${status === "active" ? "run" : "be paused"}.`,
      );
    if (automation.status === status) return;
    await room.db.run(
      "UPDATE millrace_automations SET status = ?, stamp = ?, updatedAt = ? WHERE id = ?",
      [status, stamp, room.clock.now(), id],
      tx,
    );
    await closeActivation(room, id, tx);
    if (status === "active") await openActivation(room, id, version, tx);
  });
}

async function openActivation(room: AutomationRoom, automationId: string, version: number, tx: Tx): Promise<void> {
  await room.db.insert(
    "millrace_activations",
    [{ automationId, version, fromAt: room.clock.now(), untilAt: null }],
    tx,
  );
}

async function closeActivation(room: AutomationRoom, automationId: string, tx: Tx): Promise<void> {
  await room.db.run(
    "UPDATE millrace_activations SET untilAt = ? WHERE automationId = ? AND untilAt IS NULL",
    [room.clock.now(), automationId],
    tx,
  );
}
