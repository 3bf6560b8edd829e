import type { Tx } from "../db/index.js";
import type { JsonObject } from "../shared/json.js";
import { type Change, type CountedRun, changeRow, countedAs } from "./count.js";
import type { CountRoom } from "./count-room.js";
import { tookClass } from "./took.js";

/** After so many changes this process asks for them to be folded, rather than wait for the next poll. */
const RING_AFTER = 200;
const written = new WeakMap<CountRoom["db"], number>();

type Reason = { code: string; details?: JsonObject } | null;

/** Counts runs just made, in the transaction that makes them. */
export async function countStarts(
  room: CountRoom,
  runs: (CountedRun & { status: string; reason: Reason })[],
  tx: Tx,
): Promise<void> {
  const changes = runs.map((run) => {
    const to = countedAs(run.status);
    return { ...of(run), from: null, to, reason: to === "unfinished" ? null : (run.reason?.code ?? null) };
  });
  await write(room, changes, tx);
}

/** Counts runs as over, in the transaction that ends them. */
export async function countEnds(
  room: CountRoom,
  ends: { run: CountedRun & { startedAt: number | null }; status: string; reason: Reason }[],
  tx: Tx,
): Promise<void> {
  const now = room.clock.now();
  const changes = ends.map(({ run, status, reason }): Change => {
    const step = reason?.details?.["step"];
    return {
      ...of(run),
      from: "unfinished",
      to: countedAs(status),
      reason: reason?.code ?? null,
      step: status === "failed" && typeof step === "string" ? step : null,
      took: run.startedAt !== null && status !== "cancelled" ? tookClass(now - run.startedAt) : null,
    };
  });
  await write(room, changes, tx);
}

/** Counts a run that failed or was refused as replayed, in the transaction that runs it again; other runs stay what they are. */
export async function countReplayed(
  room: CountRoom,
  run: CountedRun & { status: string; replayedBy: string | null; reason: Reason },
  tx: Tx,
): Promise<void> {
  const [from, to] = [countedAs(run.status, run.replayedBy), countedAs(run.status, "again")];
  if (from !== to) await write(room, [{ ...of(run), from, to, reason: run.reason?.code ?? null }], tx);
}

/** Counts an unfinished run under another version, in the transaction that moves it. */
export async function countMove(room: CountRoom, run: CountedRun, version: number, tx: Tx): Promise<void> {
  const stays = { ...of(run), day: 0 };
  const out: Change = { ...stays, from: "unfinished", to: null };
  await write(room, [out, { ...stays, version, from: null, to: "unfinished" }], tx);
}

/** Counts runs that are over as gone from the log, in the transaction that forgets them; what they did stays in the days. */
export async function countForgotten(
  room: CountRoom,
  runs: (CountedRun & { status: string; replayedBy: string | null; reasonCode: string | null })[],
  tx: Tx,
): Promise<void> {
  const changes = runs.map(
    (run): Change => ({
      ...of(run),
      day: 0,
      from: countedAs(run.status, run.replayedBy),
      to: null,
      reason: run.reasonCode,
    }),
  );
  await write(room, changes, tx);
  const newest = Math.max(0, ...runs.map(({ day }) => day));
  await room.db.run("UPDATE millrace_locks SET value = ? WHERE name = 'forgotten' AND value < ?", [newest, newest], tx);
}

function of({ workspaceId, automationId, version, batchId, day }: CountedRun): Omit<Change, "from" | "to"> {
  return { workspaceId, automationId, version, batchId, day, reason: null, step: null, took: null, n: 1 };
}

/** Changes only ever add rows, so nobody waits for anybody; equal ones of a commit are one row. */
async function write(room: CountRoom, changes: Change[], tx: Tx): Promise<void> {
  if (changes.length === 0) return;
  const sums = new Map<string, Change>();
  for (const change of changes) {
    const key = JSON.stringify(change);
    const sum = sums.get(key);
    if (sum) sum.n += 1;
    else sums.set(key, { ...change });
  }
  await room.db.insertLater("millrace_count_changes", [...sums.values()].map(changeRow), tx);
  tx.afterCommit(() => {
    const waiting = (written.get(room.db) ?? 0) + sums.size;
    written.set(room.db, waiting < RING_AFTER ? waiting : 0);
    if (waiting >= RING_AFTER) room.ring?.("waits");
  });
}
