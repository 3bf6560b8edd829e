import { type Database, deleteSome, fromColumn, letOthersWrite, lockOrSkip, type Tx } from "../db/index.js";
import { forgetPortion } from "./forget-portion.js";
import { type RetentionSetting, retentionOf } from "./keeping.js";
import type { RetentionRoom } from "./room.js";
import { keepPlace, placesOf } from "./sweep-place.js";
import { expiries, sweeps } from "./sweeps.js";

const DAY_MS = 86_400_000;
/** A night begins at three in the morning (UTC). */
const NIGHT_MS = 3 * 3_600_000;

/** Rows of one sort that go in one transaction, and workspaces one transaction looks at. */
const AT_ONCE = 500;
const WORKSPACES = 20;

/** The longest we stand back after a portion, so that others get the database for as long as we had it. */
const LONGEST_PAUSE_MS = 250;

/** Rows a portion looks at: many while the database is quick, few when it is not, so that no statement takes long. */
const MOST = 200;
const LEAST = 10;
const QUICK_MS = 40;
const SLOW_MS = 120;

/** How far a night has come: null before the installation's own rows, then the last workspace that is done. `size`: of its next portion. */
type Night = { day: number; after: string | null; done: boolean; size: number };

/** What this process knows of the night it is in. */
const nights = new WeakMap<Database, Night>();

/**
 * Once a night, a portion a call: deletes what has outlived its time, workspace by workspace. Processes take turns by a
 * row lock of their own and go on where the last one stopped, also after a crash. Each week the sweeps begin anew, for
 * rows that something still needed when their turn came. Returns 0 when the night is done or another process is at it.
 */
export async function forgetOld(room: RetentionRoom): Promise<number> {
  const { db, clock } = room;
  const day = Math.floor((clock.now() - NIGHT_MS) / DAY_MS);
  const known = nights.get(db);
  const night = known?.day === day ? known : { day, after: null, done: false, size: MOST / 4 };
  if (night.done) return 0;
  const began = performance.now();
  const result = await db.inTransaction(async (tx) => {
    if (!(await lockOrSkip(db, "retention", tx))) return null;
    return (await isOver(db, day, tx)) ? { gone: 0, night: { ...night, done: true } } : goOn(room, night, tx);
  });
  if (result === null) return 0;
  const took = performance.now() - began;
  nights.set(db, { ...result.night, size: nextSize(night.size, took) });
  if (result.night.done) return result.gone;
  await letOthersWrite(db);
  await new Promise((resolve) => setTimeout(resolve, Math.min(took, LONGEST_PAUSE_MS)));
  return result.gone + 1;
}

/** When the night after the last one that was done begins, by the number kept of it. */
export function nightAfter(day: number): number {
  return (day + 1) * DAY_MS + NIGHT_MS;
}

function nextSize(size: number, took: number): number {
  if (took > SLOW_MS) return Math.max(LEAST, Math.floor(size / 2));
  return took < QUICK_MS ? Math.min(MOST, Math.ceil(size * 1.5)) : size;
}

async function isOver(db: Database, day: number, tx: Tx): Promise<boolean> {
  const row = await db.one("SELECT value FROM millrace_locks WHERE name = 'retention'", [], tx);
  return Number(row?.["value"] ?? 0) >= day;
}

type Step = { gone: number; night: Night };

async function goOn(room: RetentionRoom, night: Night, tx: Tx): Promise<Step> {
  if (night.after === null) {
    const gone = await expire(room, tx);
    return { gone, night: gone > 0 ? night : { ...night, after: "" } };
  }
  const workspaces = await room.db.all(
    `SELECT id, settings FROM millrace_workspaces WHERE id > ? ORDER BY id LIMIT ${WORKSPACES}`,
    [night.after],
    tx,
  );
  let { after } = night;
  let gone = 0;
  for (const row of workspaces) {
    const id = String(row["id"]);
    const { retention } = fromColumn<{ retention?: RetentionSetting }>(row["settings"], {});
    const swept = await sweepWorkspace(room, id, retention, night, tx);
    gone += swept.gone;
    if (swept.more) return { gone, night: { ...night, after } };
    after = id;
  }
  if (workspaces.length > 0) return { gone, night: { ...night, after } };
  await room.db.run("UPDATE millrace_locks SET value = ? WHERE name = 'retention'", [night.day], tx);
  return { gone, night: { ...night, done: true } };
}

/** Rows of the installation that are over by themselves, some of each table. */
async function expire({ db, clock }: RetentionRoom, tx: Tx): Promise<number> {
  let gone = 0;
  for (const { table, along, where, params } of expiries)
    gone += await deleteSome(db, { table, along, where, params: params(clock.now()), most: AT_ONCE }, tx);
  return gone;
}

/** Sweeps one workspace until a portion has deleted something or there is no more to look at. */
async function sweepWorkspace(
  room: RetentionRoom,
  workspaceId: string,
  setting: RetentionSetting | undefined,
  { day, size }: Night,
  tx: Tx,
): Promise<{ gone: number; more: boolean }> {
  const { db, clock, settings } = room;
  const retention = retentionOf(settings.retention, setting);
  const week = Math.floor(day / 7);
  const places = await placesOf(db, workspaceId, week, tx);
  for (const sweep of sweeps) {
    const keep = typeof sweep.keep === "number" ? sweep.keep : retention[sweep.keep];
    if (keep === undefined) continue;
    const from = places.get(sweep.name) ?? "";
    const portion = await forgetPortion(room, sweep, workspaceId, clock.now() - keep, from, size, tx);
    if (portion.place !== from) await keepPlace(db, { workspaceId, sweep: sweep.name, week, place: portion.place }, tx);
    if (portion.gone > 0 || portion.more) return { gone: portion.gone, more: true };
  }
  return { gone: 0, more: false };
}
