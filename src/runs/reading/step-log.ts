import { fromColumn, marks, type Row } from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import type { Engine } from "../engine.js";
import { type StepView, stepView } from "./run-view.js";

/** One try at a step without its payloads, so that all of a long run can be read at once. `wrote`: it changed records. Of a mail that was kept here instead of sent the status is `kept`. */
export type StepLine = Pick<
  StepView,
  "n" | "key" | "kind" | "name" | "iteration" | "attempt" | "status" | "port" | "error" | "startedAt" | "finishedAt"
> & { wrote: boolean };

/** One try with its payloads. A long one is cut: then it is the beginning of its text, and `…Cut` says so. */
export type StepDetails = StepView & { wrote: boolean; inputCut: boolean; outputCut: boolean };

/** Payloads up to this many characters are read whole; of longer ones the beginning, as text. */
const MOST_READ = 8_000;

/** Every try of a run in the order of its log, without payloads. */
export async function stepLines(engine: Engine, runId: string): Promise<StepLine[]> {
  const rows = await engine.db.all(
    "SELECT n, `key`, kind, name, iteration, attempt, CASE WHEN kind = 'email.send' AND status = 'success' AND output LIKE '%\"status\":\"kept\"%' THEN 'kept' ELSE status END AS status, port, error, startedAt, finishedAt, writes IS NOT NULL AS wrote FROM millrace_steps WHERE runId = ? ORDER BY n",
    [runId],
  );
  return rows.map((row) => ({
    n: Number(row["n"]),
    key: String(row["key"]),
    kind: String(row["kind"]),
    name: row["name"] as string | null,
    iteration: String(row["iteration"]),
    attempt: Number(row["attempt"]),
    status: String(row["status"]),
    port: row["port"] as string | null,
    error: fromColumn<StepLine["error"]>(row["error"], null),
    startedAt: iso(Number(row["startedAt"])),
    finishedAt: row["finishedAt"] === null ? null : iso(Number(row["finishedAt"])),
    wrote: Number(row["wrote"]) === 1,
  }));
}

/** Some tries of a run with what went in and came out, by `n`; payloads over 8,000 characters are cut. */
export async function stepDetails(engine: Engine, runId: string, ns: number[]): Promise<Map<number, StepDetails>> {
  if (ns.length === 0) return new Map();
  const rows = await engine.db.all(
    `SELECT runId, n, \`key\`, kind, name, iteration, attempt, status, error, port, conditions, writes, idempotencyKey, startedAt, finishedAt,
      SUBSTR(input, 1, ${MOST_READ + 1}) AS input, SUBSTR(output, 1, ${MOST_READ + 1}) AS output
      FROM millrace_steps WHERE runId = ? AND n IN (${marks(ns)})`,
    [runId, ...ns],
  );
  return new Map(rows.map((row) => [Number(row["n"]), detailsOf(row)]));
}

function detailsOf(row: Row): StepDetails {
  const [input, output] = [beginning(row["input"]), beginning(row["output"])];
  const step = stepView({ ...row, input: null, output: null });
  return {
    ...step,
    wrote: step.writes.length > 0,
    input: input.value,
    inputCut: input.cut,
    output: output.value,
    outputCut: output.cut,
  };
}

function beginning(column: Row[string] | undefined): { value: unknown; cut: boolean } {
  // Characters as the database counts them.
  const cut = typeof column === "string" && [...column].length > MOST_READ;
  return { value: cut ? column : fromColumn<unknown>(column, null), cut };
}

/** All of what went into one try, or came out of it; null when there is nothing. */
export async function stepPayload(
  engine: Engine,
  runId: string,
  n: number,
  part: "input" | "output",
): Promise<unknown> {
  const row = await engine.db.one(`SELECT ${part} AS payload FROM millrace_steps WHERE runId = ? AND n = ?`, [
    runId,
    n,
  ]);
  return fromColumn<unknown>(row?.["payload"], null);
}

/** So many tries of a run stand for all of it in a list. */
const IN_LISTS = 10;

/** How many of the first ten tries of several runs have each status, in one query: for a bar beside each line of a list. */
export async function stepCounts(engine: Engine, runIds: string[]): Promise<Map<string, Record<string, number>>> {
  const counts = new Map<string, Record<string, number>>();
  if (runIds.length === 0) return counts;
  const rows = await engine.db.all(
    `SELECT runId, status, COUNT(*) AS n FROM millrace_steps WHERE runId IN (${marks(runIds)}) AND n < ${IN_LISTS} GROUP BY runId, status`,
    runIds,
  );
  for (const row of rows) {
    const id = String(row["runId"]);
    counts.set(id, { ...counts.get(id), [String(row["status"])]: Number(row["n"]) });
  }
  return counts;
}
