import { type RunnableVersion, runnableVersion } from "../../automations/index.js";
import { marks, type Param, type Row, type Tx, toColumn } from "../../db/index.js";
import type { Engine } from "../engine.js";
import { readRun, unfinished } from "../run.js";
import { type Fate, judge, moveRun } from "./move-run.js";
import { type Move, type MoveView, moveView, type NewMove, nothingYet, readMove, type Tally } from "./moves.js";

/** Runs one transaction moves. */
const AT_ONCE = 100;

/** Runs a look at a move takes before it lets others have their turn. */
const A_LOOK = 2_000;

/** A run that has not come to rest for so long stays on its version. */
const PATIENCE_MS = 86_400_000;

/** Refusals a move lists; the others are counted. */
const LISTED = 50;

/** Thrown when another worker carries the same move out. */
class Overtaken extends Error {}

/** Goes on with moves that are not done: new ones, and those some of whose runs were under way. Returns how many runs it took on. */
export async function continueMoves(engine: Engine): Promise<number> {
  const rows = await engine.db.all("SELECT * FROM millrace_moves WHERE doneAt IS NULL ORDER BY id LIMIT 20");
  let taken = 0;
  for (const row of rows) taken += await moveRuns(engine, readMove(row));
  return taken;
}

/**
 * Carries a move out as far as one look goes, in steps that commit by themselves; whatever is interrupted is gone on with
 * by `continueMoves`. Runs under way are tried again when they rest. Returns how many runs were moved, cancelled or refused.
 */
async function moveRuns(engine: Engine, stored: Move): Promise<number> {
  const to = await runnableVersion(engine, stored.automationId, stored.to);
  let move = stored;
  let taken = 0;
  try {
    for (let met = 0; to && !move.passed && met < A_LOOK; met += AT_ONCE) {
      const before = move;
      move = await pass(engine, before, to, await runsOf(engine, before));
      taken += settledIn(move.tally) - settledIn(before.tally);
    }
    if (to && move.passed && move.doneAt === null) {
      const before = move;
      move = await pass(engine, before, to, await pendingOf(engine, before));
      taken += settledIn(move.tally) - settledIn(before.tally);
    }
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
  }
  return taken;
}

const settledIn = ({ moved, cancelled, left, refused }: Tally) => moved + cancelled + left + refused;

/** What a move would do, run by run, without doing it; of at most ten thousand runs. */
export async function previewMove(
  engine: Engine,
  automation: { id: string },
  wanted: NewMove,
): Promise<Tally & { underWay: number }> {
  const to = await runnableVersion(engine, automation.id, wanted.to);
  let tally = nothingYet;
  let underWay = 0;
  let cursor = "";
  for (let met = 0; to && met < 5 * A_LOOK; met += AT_ONCE) {
    const rows = await runsOf(engine, { ...wanted, automationId: automation.id, cursor });
    for (const row of rows) {
      if (!(await isMeant(engine, wanted, row))) continue;
      const fate = await judge(engine, wanted, to, row);
      if (fate.to === "busy") underWay += 1;
      else tally = counted(tally, row, fate);
    }
    if (rows.length < AT_ONCE) break;
    cursor = String(rows.at(-1)?.["id"]);
  }
  return { ...tally, underWay };
}

/** The stored move after one look, as the API answers it. */
export async function lookAtMove(engine: Engine, id: string): Promise<MoveView> {
  const read = async () => readMove((await engine.db.one("SELECT * FROM millrace_moves WHERE id = ?", [id])) ?? {});
  await moveRuns(engine, await read());
  return moveView(await read());
}

/** Whether a run stands where only such are to be moved; one under way is looked at again when it rests. */
async function isMeant(engine: Engine, { only }: NewMove, row: Row, tx?: Tx): Promise<boolean> {
  if (only?.step === undefined) return true;
  const run = readRun(row);
  if (run.status === "running") return true;
  if (run.state) return run.state.ready.some(({ key }) => key === only.step);
  const version = await runnableVersion(engine, run.automationId, run.version, tx);
  return version?.plan.entry.includes(only.step) ?? false;
}

type Asked = Pick<Move, "automationId" | "from" | "to" | "runs" | "cursor" | "only">;

async function runsOf(engine: Engine, { automationId, from, to, runs, cursor, only }: Asked): Promise<Row[]> {
  if (runs?.length === 0) return [];
  const params: Param[] = [automationId, ...unfinished, to, cursor];
  let narrow = "";
  if (from !== null) {
    narrow += " AND version = ?";
    params.push(from);
  }
  if (only?.record !== undefined) {
    narrow += " AND recordId = ?";
    params.push(only.record);
  }
  if (runs) {
    narrow += ` AND id IN (${marks(runs)})`;
    params.push(...runs);
  }
  return engine.db.all(
    `SELECT * FROM millrace_runs WHERE automationId = ? AND status IN (${marks(unfinished)}) AND version <> ? AND id > ?${narrow} ORDER BY id LIMIT ${AT_ONCE}`,
    params,
  );
}

async function pendingOf(engine: Engine, { pending, to }: Move): Promise<Row[]> {
  const ids = pending.slice(0, 1_000);
  if (ids.length === 0) return [];
  return engine.db.all(
    `SELECT * FROM millrace_runs WHERE id IN (${marks(ids)}) AND status IN (${marks(unfinished)}) AND version <> ?`,
    [...ids, ...unfinished, to],
  );
}

/** Takes on these runs and notes how far the move has come, in one transaction that one worker alone can commit. */
async function pass(engine: Engine, move: Move, to: RunnableVersion, rows: Row[]): Promise<Move> {
  return engine.db.inTransaction(async (tx) => {
    let { tally } = move;
    const busy: string[] = [];
    const now = engine.clock.now();
    for (const row of rows) {
      if (!(await isMeant(engine, move, row, tx))) continue;
      const fate = await moveRun(engine, move, to, row, tx);
      if (fate.to !== "busy") tally = counted(tally, row, fate);
      else if (now - move.at < PATIENCE_MS) busy.push(String(row["id"]));
      else tally = { ...tally, left: tally.left + 1 };
    }
    const next: Move = {
      ...move,
      tally,
      cursor: move.passed ? move.cursor : String(rows.at(-1)?.["id"] ?? move.cursor),
      passed: move.passed || rows.length < AT_ONCE,
      pending: move.passed ? [...busy, ...move.pending.slice(1_000)] : [...move.pending, ...busy],
      looks: move.looks + 1,
    };
    next.doneAt = next.passed && next.pending.length === 0 ? now : null;
    const { changes } = await engine.db.run(
      "UPDATE millrace_moves SET cursorId = ?, passed = ?, pending = ?, tally = ?, looks = looks + 1, doneAt = ? WHERE id = ? AND looks = ?",
      [next.cursor, next.passed ? 1 : 0, toColumn(next.pending), toColumn(tally), next.doneAt, move.id, move.looks],
      tx,
    );
    if (changes === 0) throw new Overtaken();
    return next;
  });
}

function counted(tally: Tally, row: Row, fate: Exclude<Fate, { to: "busy" }>): Tally {
  const counts = { ...tally, [fate.to]: tally[fate.to] + 1 };
  if (fate.to !== "refused" || tally.refusals.length >= LISTED) return counts;
  return {
    ...counts,
    refusals: [...tally.refusals, { run: String(row["id"]), step: fate.step, message: fate.message }],
  };
}
