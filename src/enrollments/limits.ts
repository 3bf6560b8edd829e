import { DateTime } from "luxon";
import type { Tx } from "../db/index.js";
import type { Engine, Reason } from "../runs/index.js";

/** A month as counters know it, and when the next one begins, in the zone that counts. */
export function monthOf(now: number, timezone: string): { period: string; resetsAt: string } {
  const here = DateTime.fromMillis(now, { zone: timezone });
  return {
    period: here.toFormat("yyyy-MM"),
    resetsAt: here.startOf("month").plus({ months: 1 }).toUTC().toISO() ?? "",
  };
}

/**
 * Takes `wanted` from a budget and returns how many it granted, with the count before. Exact however many take at once:
 * the first UPDATE locks the row until the transaction ends, and what was taken too much is given back in it.
 */
export async function takeFromBudget(
  engine: Engine,
  scope: string,
  period: string,
  wanted: number,
  limit: number,
  tx: Tx,
): Promise<{ granted: number; before: number }> {
  const take = () =>
    engine.db.run(
      "UPDATE millrace_counters SET used = used + ? WHERE scope = ? AND period = ?",
      [wanted, scope, period],
      tx,
    );
  // Inserting first would have everybody share a lock on the row that all of them then want for themselves.
  if ((await take()).changes === 0) {
    await engine.db.insert("millrace_counters", [{ scope, period, used: 0 }], tx, true);
    await take();
  }
  const row = await engine.db.one(
    "SELECT used FROM millrace_counters WHERE scope = ? AND period = ?",
    [scope, period],
    tx,
  );
  const before = Number(row?.["used"] ?? wanted) - wanted;
  const granted = Math.max(0, Math.min(wanted, limit - before));
  if (granted < wanted) {
    await engine.db.run(
      "UPDATE millrace_counters SET used = used - ? WHERE scope = ? AND period = ?",
      [wanted - granted, scope, period],
      tx,
    );
  }
  return { granted, before };
}

/** Returns one run to a budget that granted it in this transaction. */
export async function giveBack(engine: Engine, scope: string, period: string, tx: Tx): Promise<void> {
  await engine.db.run(
    "UPDATE millrace_counters SET used = used - 1 WHERE scope = ? AND period = ?",
    [scope, period],
    tx,
  );
}

/** How many runs a budget has given out in a period. */
export async function usedOf(engine: Engine, scope: string, period: string): Promise<number> {
  const row = await engine.db.one("SELECT used FROM millrace_counters WHERE scope = ? AND period = ?", [scope, period]);
  return Number(row?.["used"] ?? 0);
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

/** Spreads starts over minutes: those beyond the rate wait for the next minute with room. Returns an instant for each. */
export async function takeFromRate(
  engine: Engine,
  scope: string,
  wanted: number,
  perMinute: number,
  tx: Tx,
): Promise<number[]> {
  const now = engine.clock.now();
  const instants: number[] = [];
  for (let minute = Math.floor(now / 60_000); instants.length < wanted; minute++) {
    const { granted } = await takeFromBudget(engine, scope, `m${minute}`, wanted - instants.length, perMinute, tx);
    for (let taken = 0; taken < granted; taken++) instants.push(Math.max(now, minute * 60_000));
  }
  return instants;
}
