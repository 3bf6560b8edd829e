import { code, defineTable, instant, integer, json, primary, type Tx } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { type Minute, remembered, roomIn, withStart } from "./sliding-minute.js";

/**
 * A limit of starts a minute, as its starts have left it: `freeAt` is the next instant with room, before which all is
 * full or past. One row a limit, written by whoever decides about starts.
 */
const rates = defineTable("millrace_rates", {
  scope: primary(code(90)),
  perMinute: integer,
  freeAt: instant,
  starts: json<Minute>(),
});

/** A limit, locked until the transaction ends. */
export type Rate = { scope: string; perMinute: number; freeAt: number; starts: Minute };

/** Takes a limit in hand. Whoever asks for several asks in the order of their scopes. */
export async function lockRate({ db, clock }: Engine, scope: string, perMinute: number, tx: Tx): Promise<Rate> {
  const now = clock.now();
  const find = () => rates(db).lockRow({ scope }, tx);
  let row = await find();
  if (!row) {
    const fresh = { scope, perMinute, freeAt: now, starts: [] };
    await rates(db).bulkCreate([fresh], { transaction: tx, ignoreDuplicates: true });
    row = (await find()) ?? fresh;
  }
  // What was full under another limit may have room under this one.
  return { ...row, perMinute, freeAt: row.perMinute === perMinute ? row.freeAt : now };
}

/** The first instant at which all these limits have room for a start, which they then count. */
export function takeInstant(of: Rate[], now: number): number {
  let at = now;
  for (let seen = -1; seen !== at; ) {
    seen = at;
    for (const { starts, perMinute, freeAt } of of) at = roomIn(starts, perMinute, Math.max(at, freeAt));
  }
  for (const rate of of) rate.starts = withStart(rate.starts, at);
  return at;
}

/** Stores what was taken of a limit. */
export async function saveRate({ db, clock }: Engine, rate: Rate, tx: Tx): Promise<void> {
  const { scope, perMinute, starts } = rate;
  const freeAt = roomIn(starts, perMinute, Math.max(clock.now(), rate.freeAt));
  const left = { perMinute, freeAt, starts: remembered(starts, freeAt) };
  await rates(db).update(left, { where: { scope }, transaction: tx });
}
