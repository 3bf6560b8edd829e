import type { Actor } from "../crm/index.js";
import { nextStamp, type Tx } from "../db/index.js";
import { conflict, invalid } from "../shared/errors.js";
import { faultPoint } from "../shared/fault-points.js";
import { switchActivation } from "./activation.js";
import {
  type Automation,
  type AutomationRoom,
  automations,
  getAutomation,
  getVersion,
  lockAutomation,
  versions,
} from "./automation.js";
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
    // Read anew under the lock: it may have been paused, or deleted, while its document was checked.
    const { status: was } = await lockAutomation(room, workspaceId, id, tx);
    const now = room.clock.now();
    const mine = { automationId: id };
    await versions(room.db).update({ state: "retired" }, { where: { ...mine, state: "published" }, transaction: tx });
    const revision = Number(draft.etag.split(".")[1]);
    const frozen = await versions(room.db).update(
      { state: "published", note, publishedBy: by, publishedAt: now },
      { where: { ...mine, version: draft.version, state: "draft", revision }, transaction: tx },
    );
    if (frozen === 0)
      throw conflict("overtaken", "The draft changed while it was being published. Look at it and publish again.");
    faultPoint("publishing");
    const status = was === "paused" ? "paused" : "active";
    const { version: publishedVersion, document } = draft;
    const change = { publishedVersion, object: document.object, status, stamp, updatedAt: now, broken: null } as const;
    await automations(room.db).update(change, { where: { id }, transaction: tx });
    await switchActivation(room, id, status === "active" ? publishedVersion : null, tx);
    await also(publishedVersion, tx);
  });
  room.ring("relay");
  room.ring("schedules");
  return getAutomation(room, workspaceId, id);
}

/** Lets the published version listen from now on; 409 when nothing is published. Doing it twice is harmless. */
export async function activate(room: AutomationRoom, workspaceId: string, id: string): Promise<Automation> {
  await setStatus(room, workspaceId, id, "active");
  room.ring("schedules");
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
    const stamp = await nextStamp(room.db, "automations", tx);
    await lockAutomation(room, workspaceId, id, tx);
    await switchActivation(room, id, null, tx);
    const change = { deletedAt: room.clock.now(), status: "paused", stamp } as const;
    await automations(room.db).update(change, { where: { id }, transaction: tx });
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
    const { name, publishedVersion, status: was } = await lockAutomation(room, workspaceId, id, tx);
    if (publishedVersion === null)
      throw conflict(
        "not_published",
        `Publish "${name}" first: only a published version can ${status === "active" ? "run" : "be paused"}.`,
      );
    if (was === status) return;
    const change = { status, stamp, updatedAt: room.clock.now() };
    await automations(room.db).update(change, { where: { id }, transaction: tx });
    await switchActivation(room, id, status === "active" ? publishedVersion : null, tx);
  });
}
