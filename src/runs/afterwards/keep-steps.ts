import { fromColumn, type Row, type Tx } from "../../db/index.js";
import { conflict } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import { placeOf } from "../kept-steps.js";
import { keyNow, placeNow } from "../keys-now.js";
import type { Run, RunState } from "../run.js";

/** Rows for the log of a run that goes on where another failed, under the numbers they have there; `upTo` is the last. */
export type Kept = { rows: Row[]; upTo: number };

/**
 * What of a run's log stands in that of the run that goes on from where it failed: what ended well; failures the run went
 * on from, if it failed by another; and the items of what is to be gone through again. 409 `no_failed_step` when it went
 * well, or was ended by a step.
 */
export async function keepSteps(engine: Engine, run: Run, tx: Tx): Promise<Kept> {
  const rows = await engine.db.all("SELECT * FROM millrace_steps WHERE runId = ? ORDER BY n", [run.id], tx);
  const hasFailed = run.failedSteps > 0 || rows.some(({ status }) => status === "failed" || status === "unknown");
  const wasStopped = run.status === "failed" && run.reason?.code !== "end" && run.state !== null;
  if (!hasFailed && !wasStopped)
    throw conflict("no_failed_step", "No step of this run failed. Replay it from the start instead.");
  const { state } = run;
  const standing = new Set([...(state?.ready ?? []), ...(state?.loops ?? [])].map(placeOf));
  return {
    rows: rows.flatMap((row) => keptRow(renamed(row, state), run, standing)),
    upTo: Math.max(0, ...rows.map(({ n }) => Number(n))),
  };
}

/** The row by the keys its steps go by since the run was moved. */
function renamed(row: Row, state: RunState | null): Row {
  if (!state?.renamed) return row;
  const n = Number(row["n"]);
  const name = (key: string) => keyNow(state, n, key);
  return { ...row, key: name(String(row["key"])), iteration: placeNow(String(row["iteration"]), name) };
}

function keptRow(row: Row, { status }: Run, standing: Set<string>): Row[] {
  const [kind, ended, iteration] = [String(row["kind"]), String(row["status"]), String(row["iteration"])];
  const copied = { ...row, writes: null };
  const isPassed =
    status === "failed" && iteration === "" && !standing.has(placeOf({ key: String(row["key"]), iteration }));
  if (["retrying", "running"].includes(ended) || kind === "end") return [];
  // A failure that the run went on from, before the one that ended it.
  if (isPassed) return ended === "success" || ended === "failed" ? [copied] : [];
  if ((kind === "loop" || kind === "for_each") && isPartial(row)) return [{ ...copied, status: "skipped" }];
  return ended === "success" ? [copied] : [];
}

/** Some of its items failed, or it did not come to all of them. */
function isPartial(row: Row): boolean {
  if (!Array.isArray(fromColumn<JsonObject>(row["input"], {})["items"])) return false;
  if (row["status"] !== "success") return true;
  const { errors, failed, notStarted } = fromColumn<JsonObject>(row["output"], {});
  return [errors, failed, notStarted].some((count) => Number(count ?? 0) > 0);
}
