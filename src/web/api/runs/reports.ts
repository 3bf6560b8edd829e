import { DateTime } from "luxon";
import { getVersion, listAutomations } from "../../../automations/index.js";
import type { Workspace } from "../../../crm/index.js";
import { monthOf, usedOf } from "../../../enrollments/index.js";
import type { Engine } from "../../../runs/index.js";
import { invalid } from "../../../shared/errors.js";
import { ok } from "../answer.js";
import type { Call, Route } from "../route.js";

const LONGEST_DAYS = 92;
/** Fine enough for every zone: offsets are whole quarters of an hour. */
const SLICE_MS = 900_000;
const day = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "A day in the workspace's zone." };
const anything = { type: "object" };

/** Numbers over time, and how much of the limits is used. */
export const reportRoutes: Route[] = [
  {
    method: "get",
    path: "/reports/usage",
    role: "viewer",
    tag: "Reports",
    summary: "Runs started this month, against the limits",
    answer: {
      status: 200,
      schema: anything,
      description: "Of the workspace, and of each automation with a limit of its own.",
    },
    handle: usage,
  },
  {
    method: "get",
    path: "/reports/runs",
    role: "viewer",
    tag: "Reports",
    summary: "Runs by day, status and reason",
    query: { from: day, to: day, automation: { type: "string" } },
    answer: {
      status: 200,
      schema: anything,
      description: "Both days included; the last 30 days by default, 92 at most.",
    },
    handle: runsByDay,
  },
];

async function usage({ engine, workspace }: Call) {
  const month = monthOf(engine.clock.now(), workspace.timezone);
  const { data } = await listAutomations(engine, workspace.id, { limit: 200 });
  const automations = [];
  for (const automation of data.filter(({ publishedVersion }) => publishedVersion !== null)) {
    const { document } = await getVersion(engine, automation, automation.publishedVersion ?? undefined);
    const limit = document.limits?.runsPerMonth;
    if (limit === undefined) continue;
    const own = monthOf(engine.clock.now(), document.timezone ?? workspace.timezone);
    automations.push({
      id: automation.id,
      name: automation.name,
      used: await usedOf(engine, `automation:${automation.id}`, own.period),
      limit,
      resetsAt: own.resetsAt,
    });
  }
  const limit = workspace.settings.limits?.runsPerMonth ?? null;
  const used =
    limit === null
      ? await startedSince(engine, workspace)
      : await usedOf(engine, `workspace:${workspace.id}`, month.period);
  return ok({ period: month.period, resetsAt: month.resetsAt, workspace: { used, limit }, automations });
}

/** Without a limit nothing is counted while starting, so the runs themselves are. */
async function startedSince(engine: Engine, workspace: Workspace): Promise<number> {
  const from = DateTime.fromMillis(engine.clock.now(), { zone: workspace.timezone }).startOf("month").toMillis();
  const row = await engine.db.one(
    "SELECT COUNT(*) AS n FROM millrace_runs WHERE workspaceId = ? AND status <> 'skipped' AND queuedAt >= ?",
    [workspace.id, from],
  );
  return Number(row?.["n"] ?? 0);
}

async function runsByDay({ engine, workspace, query }: Call) {
  const zone = workspace.timezone;
  const today = DateTime.fromMillis(engine.clock.now(), { zone }).startOf("day");
  const to = dayIn("to", query["to"], zone) ?? today;
  const from = dayIn("from", query["from"], zone) ?? to.minus({ days: 29 });
  if (to < from || to.diff(from, "days").days >= LONGEST_DAYS)
    throw invalid([{ path: "from", message: `Choose at most ${LONGEST_DAYS} days, the first one first.` }]);
  const automation = query["automation"];
  const rows = await engine.db.all(
    `SELECT queuedAt - queuedAt % ${SLICE_MS} AS slice, status, reasonCode, COUNT(*) AS n, SUM(finishedAt - startedAt) AS ms FROM millrace_runs
      WHERE workspaceId = ? AND queuedAt >= ? AND queuedAt < ?${automation === undefined ? "" : " AND automationId = ?"} GROUP BY slice, status, reasonCode`,
    [
      workspace.id,
      from.toMillis(),
      to.plus({ days: 1 }).toMillis(),
      ...(automation === undefined ? [] : [String(automation)]),
    ],
  );
  const days = new Map<string, Record<string, number>>();
  for (let date = from; date <= to; date = date.plus({ days: 1 })) days.set(date.toISODate() ?? "", {});
  const totals: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  for (const row of rows) {
    const n = Number(row["n"]);
    const status = String(row["status"]);
    const counts = days.get(DateTime.fromMillis(Number(row["slice"]), { zone }).toISODate() ?? "");
    if (counts) add(counts, status, n);
    add(totals, status, n);
    if (row["reasonCode"] !== null) add(reasons, String(row["reasonCode"]), n);
  }
  return ok({
    from: from.toISODate(),
    to: to.toISODate(),
    timezone: zone,
    totals,
    reasons,
    days: [...days].map(([date, counts]) => ({ date, ...counts })),
  });
}

function add(counts: Record<string, number>, key: string, n: number): void {
  counts[key] = (counts[key] ?? 0) + n;
}

function dayIn(path: string, text: unknown, zone: string): DateTime | null {
  if (text === undefined) return null;
  const date = DateTime.fromISO(String(text), { zone });
  if (!date.isValid) throw invalid([{ path, message: "There is no such day." }]);
  return date;
}
