import type { Row, Tx } from "../db/index.js";
import { canonicalJson, isObject, type JsonObject } from "../shared/json.js";
import type { Engine } from "./engine.js";
import { readStepRow, type StepRow } from "./step-row.js";

/**
 * What an earlier run did, by place, for a run that goes on from where that one failed: its rows stand at the beginning of
 * the log. A step that ended there is passed over by the way it left. A loop goes through its items again, and a step that
 * started runs starts only those that did not end well: of both the row is `skipped`, with its items.
 */
export type KeptSteps = Map<string, StepRow>;

/** A place as `KeptSteps` knows it. */
export const placeOf = ({ key, iteration }: { key: string; iteration: string }) => `${key}@${iteration}`;

/** The rows up to `n` of a run's log. */
export async function keptSteps(engine: Engine, runId: string, n: number, tx?: Tx): Promise<KeptSteps> {
  const rows: Row[] = await engine.db.all(
    "SELECT * FROM millrace_steps WHERE runId = ? AND n <= ? ORDER BY n",
    [runId, n],
    tx,
  );
  return new Map(rows.map(readStepRow).map((row) => [placeOf(row.position), row]));
}

/** Of the items of a step that starts a run for each, those an earlier run has ended well, with the runs that did. */
export function itemsDone(
  kept: KeptSteps,
  place: { key: string; iteration: string },
  input: JsonObject | null,
): { item: number; runId: string }[] {
  const row = kept.get(placeOf(place));
  const [before, items] = [row?.input?.["items"], input?.["items"]];
  const results = row?.output?.["results"];
  if (!Array.isArray(before) || !Array.isArray(items) || !Array.isArray(results)) return [];
  const done = new Map<string, string[]>();
  for (const result of results) {
    if (!isObject(result) || result["status"] !== "completed" || typeof result["runId"] !== "string") continue;
    const item = canonicalJson(before[Number(result["index"])] ?? null);
    done.set(item, [...(done.get(item) ?? []), result["runId"]]);
  }
  return items.flatMap((value, item) => {
    const runId = done.get(canonicalJson(value ?? null))?.shift();
    return runId === undefined ? [] : [{ item, runId }];
  });
}
