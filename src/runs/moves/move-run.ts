import { type RunnableVersion, runnableVersion } from "../../automations/index.js";
import { countMove } from "../../counts/index.js";
import { type Row, type Tx, toColumn } from "../../db/index.js";
import { endRun, stopChildren } from "../afterwards/cancel-run.js";
import type { Engine } from "../engine.js";
import { keyNow, placeNow } from "../keys-now.js";
import { type Run, readRun } from "../run.js";
import { type Mapped, type MovedPlace, mapState } from "./map-state.js";
import type { Move } from "./moves.js";

/** What became of one run; `busy`: it is under way, or changed while it was looked at. */
export type Fate = Mapped | { to: "busy" };

/** What would become of a run of this row, were it moved now. Writes nothing. */
export async function judge(
  engine: Engine,
  move: Pick<Move, "map">,
  to: RunnableVersion,
  row: Row,
  tx?: Tx,
): Promise<Fate> {
  const run = readRun(row);
  if (run.status === "running") return { to: "busy" };
  const from = await runnableVersion(engine, run.automationId, run.version, tx);
  if (!from) return { to: "refused", step: "", message: `Version ${run.version} is not stored any more.` };
  if (from.plan.document.object !== to.plan.document.object) {
    const [old, other] = [from, to].map(({ plan }) => plan.document.object ?? "no record");
    return {
      to: "refused",
      step: "",
      message: `Version ${run.version} is about ${old}, version ${to.version} about ${other}.`,
    };
  }
  return mapState({ from: from.plan, to: to.plan, map: move.map }, run.state, await doneBy(engine, run, tx));
}

/** The steps a run has been through, by the keys they go by now. */
async function doneBy(engine: Engine, { id, state }: Run, tx?: Tx): Promise<{ key: string; iteration: string }[]> {
  if (!state) return [];
  const rows = await engine.db.all(
    "SELECT `key`, iteration, MAX(n) AS n FROM millrace_steps WHERE runId = ? AND status IN ('success','failed') GROUP BY `key`, iteration",
    [id],
    tx,
  );
  return rows.map((row) => {
    const now = (key: string) => keyNow(state, Number(row["n"]), key);
    const iteration = placeNow(String(row["iteration"]), now);
    return { key: now(String(row["key"])), iteration };
  });
}

/**
 * Moves one run at rest, in `tx`. Whoever claims it, answers it or cancels it at the same moment either comes first, and
 * it is `busy`, or finds it moved: the fence goes up with the version.
 */
export async function moveRun(engine: Engine, move: Move, to: RunnableVersion, row: Row, tx: Tx): Promise<Fate> {
  const fate = await judge(engine, move, to, row, tx);
  const run = readRun(row);
  if (fate.to === "cancelled") {
    const message = `Cancelled by ${move.by.name}: version ${to.version} does not go on from "${fate.step}".`;
    const reason = { code: "moved", message, details: { by: move.by, from: run.version, to: to.version } };
    return (await endRun(engine, run, reason, tx)) ? fate : { to: "busy" };
  }
  if (fate.to !== "moved") return fate;
  const now = engine.clock.now();
  const anew = fate.places.filter((place) => place.anew);
  const { changes } = await engine.db.run(
    `UPDATE millrace_runs SET version = ?, state = ?, fence = fence + 1, commits = commits + 1${anew.length > 0 ? ", wakeAt = ?" : ""}
      WHERE id = ? AND fence = ? AND commits = ? AND status IN ('queued','waiting')`,
    [to.version, toColumn(fate.state), ...(anew.length > 0 ? [now] : []), run.id, run.fence, Number(row["commits"])],
    tx,
  );
  if (changes === 0) return { to: "busy" };
  await countMove(engine, run, to.version, tx);
  for (const place of anew) await abandon(engine, run, place, now, tx);
  for (const { before, after } of fate.places)
    if (before.wait?.token && !after.wait?.token) await forgetWait(engine, run, before.wait.token, tx);
  await rename(engine, fate.places, tx);
  const stored = { runId: run.id, moveId: move.id, fromVersion: run.version, toVersion: to.version };
  const logged = { ...stored, n: run.state?.steps ?? 0, actor: toColumn(move.by), at: now };
  await engine.db.insert("millrace_run_moves", [logged], tx);
  if (anew.length > 0) tx.afterCommit(() => engine.ring("runs"));
  return fate;
}

/** A wait that another step takes the place of: its row in the log ends, and nobody can answer it any more. */
async function abandon(engine: Engine, run: Run, { before }: MovedPlace, now: number, tx: Tx): Promise<void> {
  const { key, iteration, wait } = before;
  if (wait?.n !== undefined)
    await engine.db.run(
      "UPDATE millrace_steps SET status = 'skipped', output = ?, finishedAt = ? WHERE runId = ? AND n = ?",
      [toColumn({ reason: "moved" }), now, run.id, wait.n],
      tx,
    );
  if (!wait?.token) return;
  await stopChildren(engine, run.id, { key, iteration }, tx);
}

async function forgetWait(engine: Engine, run: Run, token: string, tx: Tx): Promise<void> {
  await engine.db.run("DELETE FROM millrace_waits WHERE runId = ? AND token = ?", [run.id, token], tx);
}

/** Waits that go on are found under their new places. First aside, so that two may change places. */
async function rename(engine: Engine, places: MovedPlace[], tx: Tx): Promise<void> {
  const moved = places.filter(
    ({ before, after }) =>
      after.wait?.token !== undefined && (before.key !== after.key || before.iteration !== after.iteration),
  );
  for (const aside of moved.length > 1 ? [true, false] : [false]) {
    for (const [at, { after }] of moved.entries()) {
      const to = [after.key, aside ? `~${at}` : after.iteration];
      for (const table of ["millrace_waits", "millrace_children"])
        await engine.db.run(
          `UPDATE ${table} SET stepKey = ?, iteration = ? WHERE token = ?`,
          [...to, after.wait?.token ?? ""],
          tx,
        );
    }
  }
}
