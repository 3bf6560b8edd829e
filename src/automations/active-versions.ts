import { LRUCache } from "lru-cache";
import { Op } from "sequelize";
import { stampOf, type Tx } from "../db/index.js";
import { type Document, type Form, type Plan, planOf } from "../graph/index.js";
import { openActivations } from "./activation.js";
import { type AutomationRoom, type AutomationRow, versions, type WithPublished, withPublished } from "./automation.js";

/** A published version that listens now, with what enrollment and triggers need to know of its automation. */
export type ActiveVersion = {
  automationId: string;
  workspaceId: string;
  name: string;
  form: Form;
  version: number;
  document: Document;
  activatedAt: number;
};

/** What changed since a stamp: versions that listen now, and automations that no longer do. */
export type ActivityChange = { stamp: number; active: ActiveVersion[]; stopped: string[] };

/**
 * What listens, as it changed after `since` (0: everything that listens). Stamps are handed out in commit order, so a
 * follower that asks with the last stamp it got misses nothing, whichever process published.
 */
export async function activityAfter(room: AutomationRoom, since: number, tx?: Tx): Promise<ActivityChange> {
  const stamp = await stampOf(room.db, "automations", tx);
  if (stamp === since) return { stamp, active: [], stopped: [] };
  const rows = await withPublished(room.db, {
    where: { stamp: { [Op.gt]: since }, ...(since === 0 ? { status: "active", deletedAt: null } : {}) },
    transaction: tx,
  });
  const activated = await openActivations(room, since === 0 ? null : rows.map(({ id }) => id), tx);
  const active = rows.flatMap((row) => readActive(row, activated));
  const listening = new Set(active.map(({ automationId }) => automationId));
  return { stamp, active, stopped: rows.map(({ id }) => id).filter((id) => !listening.has(id)) };
}

/** A version made ready to run: frozen, so it is read once per process and kept. */
export type RunnableVersion = { automationId: string; name: string; version: number; plan: Plan };

const runnable = new WeakMap<object, LRUCache<string, RunnableVersion>>();

/** The plan of a frozen version. Drafts are read anew each time, since they still change. */
export async function runnableVersion(
  room: AutomationRoom,
  automationId: string,
  version: number,
  tx?: Tx,
): Promise<RunnableVersion | null> {
  const cache = runnable.get(room.db) ?? new LRUCache<string, RunnableVersion>({ max: 2_000 });
  runnable.set(room.db, cache);
  const key = `${automationId}/${version}`;
  const known = cache.get(key);
  if (known) return known;
  const row = await versions(room.db).findOne<{ automation: { name: string } | null }>({
    attributes: ["state", "form", "document"],
    where: { automationId, version },
    include: { association: "automation", attributes: ["name"] },
    transaction: tx,
  });
  if (!row?.automation) return null;
  const found = { automationId, name: row.automation.name, version, plan: planOf(row.document, row.form) };
  if (row.state !== "draft") cache.set(key, found);
  return found;
}

function readActive(row: AutomationRow & WithPublished, activated: Map<string, number>): ActiveVersion[] {
  const { published } = row;
  if (row.status !== "active" || row.deletedAt !== null || !published) return [];
  return [
    {
      automationId: row.id,
      workspaceId: row.workspaceId,
      name: row.name,
      form: published.form,
      version: published.version,
      document: published.document,
      activatedAt: activated.get(row.id) ?? published.publishedAt ?? 0,
    },
  ];
}
