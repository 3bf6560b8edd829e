import { DateTime } from "luxon";
import { listAutomations, monthlyLimits } from "../../../automations/index.js";
import { monthOf, startedInMonth } from "../../../enrollments/index.js";
import { runReport } from "../../../runs/index.js";
import { invalid } from "../../../shared/errors.js";
import { dayOf } from "../../../shared/local-day.js";
import { ok } from "../answer.js";
import { type Call, paging, type Route } from "../route.js";

const LONGEST_DAYS = 92;
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
    query: paging,
    answer: {
      status: 200,
      schema: anything,
      description:
        "Of the workspace, and of its automations, newest first, with a limit or without (`limit` null). A run counts in the month it was queued in, by the calendar of the workspace; replays and later starts count too, refused starts do not.",
    },
    handle: usage,
  },
  {
    method: "get",
    path: "/reports/runs",
    role: "viewer",
    tag: "Reports",
    summary: "Runs by day, status and reason",
    query: {
      from: day,
      to: day,
      automation: { type: "string" },
      durations: {
        type: "boolean",
        description: "Also how long runs took: `p50` and `p95` of each day, in milliseconds.",
      },
    },
    answer: {
      status: 200,
      schema: anything,
      description:
        "Both days included; the last 30 days by default, 92 at most. A run belongs to the day it was queued on; `unfinished` ones are queued, running or waiting.",
    },
    handle: runsByDay,
  },
];

async function usage({ engine, workspace, query }: Call) {
  const month = monthOf(engine.clock.now(), workspace.timezone);
  const { data, nextCursor } = await listAutomations(engine, workspace.id, query);
  const ids = data.map(({ id }) => id);
  const [started, limits] = await Promise.all([
    startedInMonth(engine, workspace, [workspace.id, ...ids]),
    monthlyLimits(engine, ids),
  ]);
  const of = (id: string, limit: number | null) => ({ used: started.get(id) ?? 0, limit });
  return ok({
    period: month.period,
    resetsAt: month.resetsAt,
    workspace: of(workspace.id, workspace.settings.limits?.runsPerMonth ?? null),
    automations: data.map(({ id, name }) => ({
      id,
      name,
      ...of(id, limits.get(id) ?? null),
      resetsAt: month.resetsAt,
    })),
    nextCursor,
  });
}

async function runsByDay({ engine, workspace, query }: Call) {
  const zone = workspace.timezone;
  const today = DateTime.fromMillis(engine.clock.now(), { zone }).startOf("day");
  const to = dayIn("to", query["to"], zone) ?? today;
  const from = dayIn("from", query["from"], zone) ?? to.minus({ days: 29 });
  if (to < from || to.diff(from, "days").days >= LONGEST_DAYS)
    throw invalid([{ path: "from", message: `Choose at most ${LONGEST_DAYS} days, the first one first.` }]);
  const dates: DateTime[] = [];
  for (let date = from; date <= to; date = date.plus({ days: 1 })) dates.push(date);
  const report = await runReport(engine, workspace.id, {
    automationId: query["automation"] === undefined ? null : String(query["automation"]),
    days: dates.map((date) => dayOf(date.toMillis(), zone)),
    durations: query["durations"] === true || query["durations"] === "true",
  });
  return ok({
    from: from.toISODate(),
    to: to.toISODate(),
    timezone: zone,
    totals: report.totals,
    reasons: report.reasons,
    days: dates.map((date, at) => ({ date: date.toISODate(), ...report.days[at] })),
  });
}

function dayIn(path: string, text: unknown, zone: string): DateTime | null {
  if (text === undefined) return null;
  const date = DateTime.fromISO(String(text), { zone });
  if (!date.isValid) throw invalid([{ path, message: "There is no such day." }]);
  return date;
}
