import type { Document } from "../../../graph/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { portLabel } from "../../pages/automations/port-words.js";
import { stepName, type WordsKnown } from "./step-words.js";

/** A problem of the wiring, told by the names of steps and of their ways out instead of their keys. */
export function inNames<T extends FieldError>(problem: T, document: Document, known: WordsKnown): T {
  const [, place] = /^steps\[(\d+)\](?:\.next(?:\..+)?)?$/.exec(problem.path) ?? [];
  const step = document.steps[Number(place)];
  if (!step) return problem;
  const names = new Map(document.steps.map((one) => [one.key, stepName(one, known)]));
  const message = problem.message
    .replace(/\bport "([\w-]+)"/g, (_, port: string) => `way out “${portLabel(step, port)}”`)
    .replace(/lead it to "end"/, "lead it to the end")
    .replace(/"(\w+)"/g, (quoted, key: string) => (names.has(key) ? `“${names.get(key)}”` : quoted));
  return { ...problem, message };
}
