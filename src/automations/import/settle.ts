import type { Document, DocumentProblem, Form, Step } from "../../graph/index.js";
import { failAfter, failInstead } from "./failing-steps.js";
import type { Imported } from "./import-definition.js";
import { keyMaker } from "./keys.js";
import type { Unmapped } from "./source.js";

/** More rounds than this are not needed: each one leaves fewer steps that are not right. */
const MOST_ROUNDS = 10;

/**
 * Makes a definition from elsewhere one that can be published: a step the validator refuses is kept as one that fails,
 * a port that leads where none may leads to one. What is wrong with the trigger or the conditions stays, is listed,
 * and keeps it from being published. `problemsOf` asks it.
 */
export async function settle(
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
    document = { ...document, steps };
  }
  const told = (path: string, message: string) =>
    unmapped.some((one) => one.reason === message || (isCondition(path) && isSame(one, message)));
  for (const { severity, path, message } of await problemsOf(document, imported.form)) {
    if (severity === "error" && !told(path, message)) unmapped.push({ path, reason: message });
  }
  return { ...imported, document, unmapped };
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
