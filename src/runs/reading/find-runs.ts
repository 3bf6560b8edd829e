import { listAutomations } from "../../automations/index.js";
import { findRecords, objectsOf } from "../../crm/index.js";
import { marks } from "../../db/index.js";
import type { Engine } from "../engine.js";
import type { Condition } from "./run-filter.js";

/** Where reasons are looked for: the newest runs of each status that has any. */
const REASONS_IN = 3_000;
const MOST_REASONS = 500;
const MOST_AUTOMATIONS = 50;
const MOST_RECORDS = 50;
const withReasons = ["failed", "skipped", "cancelled", "completed", "waiting", "queued"];

/**
 * The runs a text means, as a condition on `millrace_runs r`; null for no text. It is looked for, whatever the case, in
 * the names of automations, the labels of records (50 of each object), and the reasons of the newest 3,000 runs of each
 * status: each part is bounded, so that a search of a long log is as quick as one of a short log.
 */
export async function findRuns(
  engine: Engine,
  workspaceId: string,
  text: string | undefined,
): Promise<Condition | null> {
  const wanted = text?.trim().slice(0, 120) ?? "";
  if (wanted === "") return null;
  const parts = (
    await Promise.all([
      byAutomation(engine, workspaceId, wanted),
      byRecord(engine, workspaceId, wanted),
      byReason(engine, workspaceId, wanted),
    ])
  ).flat();
  const id = /^[0-9A-Z]{26}$/i.test(wanted) ? [{ where: "r.id = ?", params: [wanted.toUpperCase()] }] : [];
  const all = [...parts, ...id];
  if (all.length === 0) return { where: "1 = 0", params: [] };
  return { where: `(${all.map(({ where }) => where).join(" OR ")})`, params: all.flatMap(({ params }) => params) };
}

async function byAutomation(engine: Engine, workspaceId: string, q: string): Promise<Condition[]> {
  // There no text is looked for that is all wildcards.
  if (!/[^%_\\]/.test(q)) return [];
  const { data } = await listAutomations(engine, workspaceId, { q, limit: MOST_AUTOMATIONS });
  return oneOf(
    "r.automationId",
    data.map(({ id }) => id),
  );
}

async function byRecord(engine: Engine, workspaceId: string, q: string): Promise<Condition[]> {
  const objects = await objectsOf(engine, workspaceId);
  const found = await Promise.all(
    objects.map(async ({ name }) => {
      const { records } = await findRecords(engine, workspaceId, name, { q, limit: MOST_RECORDS });
      const ids = records.map(({ id }) => id);
      return oneOf("r.recordId", ids).map(({ where, params }) => ({
        where: `(r.object = ? AND ${where})`,
        params: [name, ...params],
      }));
    }),
  );
  return found.flat();
}

async function byReason(engine: Engine, workspaceId: string, text: string): Promise<Condition[]> {
  const pattern = `%${text.toLowerCase().replace(/[!%_]/g, "!$&")}%`;
  const found = await Promise.all(
    withReasons.map((status) =>
      engine.db.all(
        `SELECT id FROM (SELECT id, reason FROM millrace_runs WHERE workspaceId = ? AND status = ? ORDER BY id DESC LIMIT ${REASONS_IN}) newest
          WHERE reason IS NOT NULL AND LOWER(reason) LIKE ? ESCAPE '!' LIMIT ${MOST_REASONS}`,
        [workspaceId, status, pattern],
      ),
    ),
  );
  return oneOf(
    "r.id",
    found.flat().map((row) => String(row["id"])),
  );
}

function oneOf(column: string, values: string[]): Condition[] {
  return values.length === 0 ? [] : [{ where: `${column} IN (${marks(values)})`, params: values }];
}
