import { LRUCache } from "lru-cache";
import { fromColumn, type Row, type Tx } from "../db/index.js";
import { type Document, type Form, type Plan, planOf } from "../graph/index.js";
import type { AutomationRoom } from "./automation.js";

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
  const stampRow = await room.db.one("SELECT value FROM millrace_locks WHERE name = 'automations'", [], tx);
  const stamp = Number(stampRow?.["value"] ?? 0);
  if (stamp === since) return { stamp, active: [], stopped: [] };
  const rows = await room.db.all(
    `SELECT a.id, a.workspaceId, a.name, v.form, a.status, a.deletedAt, a.publishedVersion, v.document, v.publishedAt,
            (SELECT MAX(fromAt) FROM millrace_activations t WHERE t.automationId = a.id AND t.untilAt IS NULL) AS activatedAt
       FROM millrace_automations a LEFT JOIN millrace_versions v ON v.automationId = a.id AND v.version = a.publishedVersion
      WHERE a.stamp > ?${since === 0 ? " AND a.status = 'active' AND a.deletedAt IS NULL" : ""}`,
    [since],
    tx,
  );
  const listens = (row: Row) => row["status"] === "active" && row["deletedAt"] === null && row["document"] !== null;
  return {
    stamp,
    active: rows.filter(listens).map(readActive),
    stopped: rows.filter((row) => !listens(row)).map((row) => String(row["id"])),
  };
}

/** The versions that were live for an automation, newest first: which one an event met, or that it met none. */
export async function activationsOf(
  room: AutomationRoom,
  automationId: string,
): Promise<{ version: number; fromAt: number; untilAt: number | null }[]> {
  const rows = await room.db.all(
    "SELECT version, fromAt, untilAt FROM millrace_activations WHERE automationId = ? ORDER BY fromAt DESC LIMIT 200",
    [automationId],
  );
  return rows.map((row) => ({
    version: Number(row["version"]),
    fromAt: Number(row["fromAt"]),
    untilAt: row["untilAt"] === null ? null : Number(row["untilAt"]),
  }));
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
  const row = await room.db.one(
    "SELECT a.name, v.form, v.state, v.document FROM millrace_versions v JOIN millrace_automations a ON a.id = v.automationId WHERE v.automationId = ? AND v.version = ?",
    [automationId, version],
    tx,
  );
  if (!row) return null;
  const document = fromColumn<Document>(row["document"], { object: null, triggers: [], steps: [] });
  const found = { automationId, name: String(row["name"]), version, plan: planOf(document, row["form"] as Form) };
  if (row["state"] !== "draft") cache.set(key, found);
  return found;
}

function readActive(row: Row): ActiveVersion {
  return {
    automationId: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    name: String(row["name"]),
    form: row["form"] as Form,
    version: Number(row["publishedVersion"]),
    document: fromColumn<Document>(row["document"], { object: null, triggers: [], steps: [] }),
    activatedAt: Number(row["activatedAt"] ?? row["publishedAt"] ?? 0),
  };
}
