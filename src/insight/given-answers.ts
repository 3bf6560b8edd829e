import { type ActionKind, type ActionTable, type Outcome, portsOf, startsRuns } from "../actions/index.js";
import type { Document } from "../graph/index.js";
import { isDuration } from "../shared/duration.js";
import { type FieldError, invalid } from "../shared/errors.js";
import { didYouMean } from "../shared/nearest.js";
import type { GivenAnswer, GivenAnswers } from "./simulation.js";

/** The built-in kinds that wait for somebody or something, besides those that start runs; a host's own may do so too. */
const waiting = ["approval", "human_task", "wait_for_event", "goal"];

/** True when a caller of a simulation may say how a step of this kind ends. */
export function takesAnswer(action: ActionKind | undefined): boolean {
  return action !== undefined && (action.effect === "outside" || action.fromHost === true || asks(action));
}

/** True when a step of this kind waits for somebody or something, rather than for the clock. */
function asks({ kind }: ActionKind): boolean {
  return waiting.includes(kind) || startsRuns(kind);
}

/** 422 naming each answer that fits no step of the document, or a port the step does not have, with the nearest one. */
export function checkAnswers(actions: ActionTable, document: Document, answers: GivenAnswers): void {
  const errors = Object.entries(answers).flatMap(([key, given]): FieldError[] => {
    const path = `answers.${key}`;
    const step = document.steps.find((one) => one.key === key);
    const keys = document.steps.filter(({ kind }) => takesAnswer(actions.get(kind))).map((one) => one.key);
    if (!step) return [{ path, message: `There is no step "${key}".${didYouMean(key, keys)}` }];
    const action = actions.get(step.kind);
    if (!action || !takesAnswer(action))
      return [{ path, message: `"${key}" waits for nobody and calls nobody: it takes no answer.${known(keys)}` }];
    const each = Array.isArray(given) ? given : [given];
    return each.flatMap((answer, at) =>
      faultsOf(answer, action, portsOf(actions, step.kind, step.config)).map(({ path: inner, message }) => ({
        path: `${path}${Array.isArray(given) ? `[${at}]` : ""}${inner}`,
        message,
      })),
    );
  });
  if (errors.length > 0) throw invalid(errors);
}

function known(keys: string[]): string {
  return keys.length > 0 ? ` These do: ${keys.join(", ")}.` : "";
}

function faultsOf({ port, output, error, after }: GivenAnswer, action: ActionKind, ports: string[]): FieldError[] {
  const faults: FieldError[] = [];
  if (port === undefined && !error && asks(action))
    faults.push({ path: ".port", message: `Say by which port it leaves: ${ports.join(", ")}.` });
  if (port !== undefined && !ports.includes(port))
    faults.push({
      path: ".port",
      message: `"${action.kind}" has no port "${port}".${didYouMean(port, ports) || ` Known: ${ports.join(", ")}.`}`,
    });
  if (error && asks(action) && !startsRuns(action.kind))
    faults.push({ path: ".error", message: "Only a call can fail with an error of its own; name a port instead." });
  if (error && (port !== undefined || output !== undefined))
    faults.push({ path: ".error", message: "An answer is an error or an output, not both." });
  if (after !== undefined && (!isDuration(after) || action.effect === "outside"))
    faults.push({
      path: ".after",
      message: isDuration(after) ? "A call takes no time here." : `"${after}" is not a duration. Write it as 2d.`,
    });
  return faults;
}

/** Hands out answers visit by visit. */
export type Answers = { next(stepKey: string): GivenAnswer | undefined };

/** A list is used up one by one, and beyond its end nothing is said; a single answer is for every visit. */
export function answersOf(given: GivenAnswers): Answers {
  const visits = new Map<string, number>();
  return {
    next(key) {
      const answer = Object.hasOwn(given, key) ? given[key] : undefined;
      if (!Array.isArray(answer)) return answer;
      const visit = visits.get(key) ?? 0;
      visits.set(key, visit + 1);
      return answer[visit];
    },
  };
}

/**
 * The step kinds as a simulation carries them out: a call is recorded as ever, and what was said about its answer takes
 * the place of the made-up one. One that could not even be made keeps its own failure.
 */
export function answeringActions(actions: ActionTable, answers: Answers): ActionTable {
  const answering = (action: ActionKind): ActionKind => ({
    ...action,
    async simulate(config, step) {
      const outcome = await (action.simulate ?? action.perform).call(action, config, step);
      const given = outcome.type === "done" ? answers.next(step.stepKey) : undefined;
      return given ? asGiven(outcome, given) : outcome;
    },
  });
  return new Map(
    [...actions].map(([kind, action]) => [kind, action.effect === "outside" ? answering(action) : action]),
  );
}

function asGiven(outcome: Outcome, { port, output, error }: GivenAnswer): Outcome {
  if (error) {
    const { code, message, retryable = false } = error;
    return { type: "fail", error: { code, message }, retryable };
  }
  return { ...outcome, type: "done", ...(output ? { output } : {}), ...(port === undefined ? {} : { port }) };
}
