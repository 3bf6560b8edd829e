import type { Step } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { variablesOf } from "../../templates/index.js";

/**
 * The fields of the run's own record that say how long a step waits, relations to the records that say so among them:
 * when one of them changes, so does the wait.
 */
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
