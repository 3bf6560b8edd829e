import type { Step } from "../graph/index.js";
import { isObject } from "../shared/json.js";
import { variablesOf } from "../templates/index.js";
import type { Place } from "./run.js";
import type { StepRow } from "./step-row.js";
import type { Walk } from "./walk.js";

/** The fields of the run's own record that say how long a step waits: when one of them changes, so does the wait. */
export function followedFields(step: Step | undefined): string[] {
  if (step?.kind !== "wait" || !isObject(step.config)) return [];
  const { until, offset } = step.config;
  const paths = [until, offset].flatMap((text) => (typeof text === "string" ? pathsIn(text) : []));
  return [...new Set(paths)];
}

function pathsIn(text: string): string[] {
  if (/^(record\.)?[a-z_]\w*(\.\w+)*$/i.test(text)) return [text.replace(/^record\./, "").split(".")[0] ?? ""];
  return variablesOf(text).flatMap((path) => {
    const [root, field] = path.split(".");
    return root === "record" && field ? [field] : [];
  });
}

/** A wait whose record has changed is settled anew, in its own row of the log: returns that row, the place set free. */
export function settleAnew(walk: Walk, place: Place): StepRow {
  const { key, iteration, attempt, wait } = place;
  walk.endedWaits.push({ key, iteration });
  delete place.wait;
  const row: StepRow = {
    n: wait?.n ?? 0,
    position: { key, iteration, attempt },
    status: "waiting",
    input: null,
    output: null,
    error: null,
    port: null,
    conditions: null,
    writes: [],
    startedAt: walk.now(),
    finishedAt: null,
  };
  return row;
}
