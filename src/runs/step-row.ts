import type { Write } from "../actions/index.js";
import { fromColumn, type Row } from "../db/index.js";
import type { Position } from "../graph/index.js";
import { isObject, type JsonObject } from "../shared/json.js";

/** One row of the step log as it will be stored. `n` counts the rows of a run from 1. */
export type StepRow = {
  n: number;
  position: Position;
  status: "running" | "success" | "failed" | "skipped" | "waiting" | "retrying" | "unknown";
  input: JsonObject | null;
  output: JsonObject | null;
  error: { code: string; message: string; retryable: boolean } | null;
  port: string | null;
  conditions: unknown;
  writes: Write[];
  startedAt: number;
  finishedAt: number | null;
};

/** True for a step whose mail no server took, since none is set: it was kept in the outbox, not sent. */
export function isKept(kind: string, output: unknown): boolean {
  return kind === "email.send" && isObject(output) && output["status"] === "kept";
}

/** Row `n` of the log as far as its place says: a new one, or a stored one whose end is now known. */
export function rowAt(
  n: number,
  { key, iteration, attempt }: Position,
  status: StepRow["status"],
  startedAt: number,
): StepRow {
  return {
    n,
    position: { key, iteration, attempt },
    status,
    input: null,
    output: null,
    error: null,
    port: null,
    conditions: null,
    writes: [],
    startedAt,
    finishedAt: null,
  };
}

/** A stored step row. */
export function readStepRow(row: Row): StepRow {
  return {
    n: Number(row["n"]),
    position: { key: String(row["key"]), iteration: String(row["iteration"]), attempt: Number(row["attempt"]) },
    status: row["status"] as StepRow["status"],
    input: fromColumn<JsonObject | null>(row["input"], null),
    output: fromColumn<JsonObject | null>(row["output"], null),
    error: fromColumn<StepRow["error"]>(row["error"], null),
    port: row["port"] as string | null,
    conditions: fromColumn<unknown>(row["conditions"], null),
    writes: fromColumn<Write[]>(row["writes"], []),
    startedAt: Number(row["startedAt"]),
    finishedAt: row["finishedAt"] === null ? null : Number(row["finishedAt"]),
  };
}
