import { DateTime } from "luxon";
import { countsOf } from "../counts/index.js";
import type { Workspace } from "../crm/index.js";
import { marks, type Tx } from "../db/index.js";
import type { Engine, Reason } from "../runs/index.js";
import { dayOf, monthOfDay } from "../shared/local-day.js";

/** A month as counters know it, and when the next one begins, in the zone that counts. */
export function monthOf(now: number, timezone: string): { period: string; resetsAt: string } {
  const here = DateTime.fromMillis(now, { zone: timezone });
  return {
    period: here.toFormat("yyyy-MM"),
    resetsAt: here.startOf("month").plus({ months: 1 }).toUTC().toISO() ?? "",
  };
}

/**
 * How many runs were started in the month in hand, by workspace and automation id: replays and later starts count, refused
 * ones do not. A run counts in the month it was queued in, by the calendar of its workspace.
 */
export async function startedInMonth(
  engine: Engine,
  { id, timezone }: Pick<Workspace, "id" | "timezone">,
  scopes: string[],
  tx?: Tx,
): Promise<Map<string, number>> {
  const month = monthOfDay(dayOf(engine.clock.now(), timezone));
  const cells = await countsOf(engine, id, { scopes, measures: ["started"], days: [month] }, tx);
  return new Map(cells.map(({ scope, n }) => [scope, n]));
}

/** Holds the budgets of these scopes until `tx` ends: who asks next sees what was started under them in it. */
export async function holdBudgets(engine: Engine, scopes: string[], tx: Tx): Promise<void> {
  const hold = () =>
    engine.db.run(
      `UPDATE millrace_counters SET used = used + 1 WHERE period = 'held' AND scope IN (${marks(scopes)})`,
      scopes,
      tx,
    );
  // Inserting first would have everybody share a lock on the rows that all of them then want for themselves.
  if ((await hold()).changes === scopes.length) return;
  const rows = [...scopes].sort().map((scope) => ({ scope, period: "held", used: 0 }));
  await engine.db.insert("millrace_counters", rows, tx, true);
  await hold();
}

/** Why a run was logged instead of started; the message says it in the zone that counts. */
export function monthlyReason(
  of: "automation" | "workspace",
  limit: number,
  count: number,
  resetsAt: string,
  timezone: string,
): Reason {
  const begins = DateTime.fromISO(resetsAt, { zone: timezone, locale: "en" }).toFormat("d LLLL yyyy");
  const whose = of === "automation" ? "This automation" : "This workspace";
  return {
    code: "monthly_limit",
    message: `${whose} may start ${limit} runs a month, and ${count} have started. The count begins again on ${begins}.`,
    details: { limit, count, resetsAt, of },
  };
}
