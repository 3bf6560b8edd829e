import type { Document, DocumentProblem, Form, Step } from "../graph/index.js";
import type { Imported } from "./import-definition.js";
import { keyMaker } from "./names/keys.js";
import type { Unmapped } from "./source.js";
import { failAfter, failInstead } from "./wiring/failing-steps.js";

/** More rounds than this are not needed: each one leaves fewer steps that are not right. */
const MOST_ROUNDS = 10;

/**
 * Makes a definition from elsewhere one that can be published: a step the validator refuses is kept as one that fails,
 * a port that leads where none may leads to one. What is wrong with the trigger or the conditions stays, is listed,
 * and keeps it from being published. A question that fails ends the run, whatever is to happen after other failures. `problemsOf` asks it.
 */
export async function makePublishable(
  imported: Imported,
  problemsOf: (document: Document, form: Form) => Promise<DocumentProblem[]>,
): Promise<Imported> {
  const { origins } = imported;
  if (!origins) return imported;
  const unmapped = [...imported.unmapped];
  let { document } = imported;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const problems = (await problemsOf(document, imported.form)).filter(
      ({ severity, step }) => severity === "error" && step !== undefined,
    );
    const makeKey = keyMaker();
    for (const { key } of document.steps) makeKey(key);
    let steps = document.steps;
    for (const { step: key = "", port, message } of onePerStep(problems, document.steps)) {
      const origin = origins.get(key);
      unmapped.push({ path: origin?.path ?? "", reason: message });
      steps =
        port === undefined
          ? failInstead(steps, key, message, origin, makeKey)
          : failAfter(steps, key, port, message, makeKey);
    }
    if (steps === document.steps) break;
    const cut = leftAside(steps);
    for (const { key } of cut)
      unmapped.push({
        path: origins.get(key)?.path ?? "",
        reason: `No path leads to "${key}" now; it is kept, switched off.`,
      });
    document = { ...document, steps: steps.map((step) => (cut.includes(step) ? { ...step, disabled: true } : step)) };
  }
  const told = (path: string, message: string) =>
    unmapped.some((one) => one.reason === message || (isCondition(path) && isSame(one, message)));
  for (const { severity, path, message } of await problemsOf(document, imported.form)) {
    if (severity === "error" && !told(path, message)) unmapped.push({ path, reason: message });
  }
  return { ...imported, document: withoutGuesses(document), unmapped };
}

/** Steps that no path leads to since one was led elsewhere. */
function leftAside(steps: readonly Step[]): Step[] {
  const [first] = steps;
  if (!first || !steps.some(({ next }) => next)) return [];
  const reached = new Set([first.key]);
  const byKey = new Map(steps.map((step) => [step.key, step]));
  for (const key of reached)
    for (const to of Object.values(byKey.get(key)?.next ?? {})) if (byKey.has(to)) reached.add(to);
  return steps.filter(({ key, disabled }) => !disabled && !reached.has(key));
}

/** A question that fails has no answer, so that a run which goes on after failures must not go on as if it had one. */
function withoutGuesses(document: Document): Document {
  const steps = document.steps.map((step): Step => {
    const policy = step.onError ?? document.onError;
    const goesOn = policy?.policy === "continue" || policy?.then === "continue";
    return step.kind === "unmapped" && "ports" in step.config && goesOn
      ? { ...step, onError: { policy: "stop" } }
      : step;
  });
  return { ...document, steps };
}

const isCondition = (path: string) => /^(?:\w+\.)?conditions?\b/.test(path);

/** True when the same word of a condition was named already, where it stands in the definition. */
function isSame({ path, reason }: Unmapped, message: string): boolean {
  const [word] = /"[^"]+"/.exec(message) ?? [];
  return isCondition(path) && word !== undefined && reason.includes(word);
}

/** The first problem of each step that is not one already that fails. */
function onePerStep(problems: DocumentProblem[], steps: Step[]): DocumentProblem[] {
  const kinds = new Map(steps.map(({ key, kind }) => [key, kind]));
  return problems.filter(
    ({ step, port }, at) =>
      (kinds.get(step ?? "") !== "unmapped" || port !== undefined) &&
      problems.findIndex((other) => other.step === step) === at,
  );
}
