import type { Document } from "../../../graph/index.js";
import type { Expectations, SavedTest } from "../../../insight/index.js";
import { canonicalJson } from "../../../shared/json.js";
import { absolute, plain } from "../../pages/formats.js";
import { statusWord } from "../../pages/statuses.js";
import { t, textOr } from "../../pages/text.js";
import { type EditorKnown, objectNamed } from "../editor-known.js";
import { stepName } from "../words/step-words.js";

/** One thing a test may expect, in words, and `value`: the same for the form that chooses it. */
export type ExpectationPart = { value: string; words: string; part: Expectations };

/** A saved test as the page lists it. */
export type ShownTest = {
  id: string;
  name: string;
  status: string;
  ran: { iso: string; text: string } | null;
  unmet: string[];
  expects: string[];
};

/** Takes expectations apart, so that each can be chosen or left out. */
export function expectationParts(
  expectations: Expectations,
  document: Document,
  known: EditorKnown,
): ExpectationPart[] {
  const { decision, reason, status, path, visits, avoids, outputs, values = [], effects = [] } = expectations;
  const nameOf = (key: string) => {
    const step = document.steps.find((one) => one.key === key);
    return step ? stepName(step, known) : key;
  };
  const names = (keys: string[]) => keys.map(nameOf).join(" → ") || t("editor.test.expect.noSteps");
  const word = (name: string, with_: Record<string, unknown> = {}) => t(`editor.test.expect.${name}`, with_);
  const parts: [Expectations, string][] = [
    ...some(decision, (one) => [{ decision: one, ...(reason ? { reason } : {}) }, word(one, { reason: reason ?? "" })]),
    ...some(decision ? undefined : reason, (one) => [{ reason: one }, word("reason", { reason: one })]),
    ...some(status, (one) => [{ status: one }, word("status", { status: statusWord(one) })]),
    ...some(path, (keys) => [{ path: keys }, word("path", { path: names(keys) })]),
    ...some(visits, (keys) => [{ visits: keys }, word("visits", { path: names(keys) })]),
    ...some(avoids, (keys) => [{ avoids: keys }, word("avoids", { path: names(keys) })]),
    ...values.map((one): [Expectations, string] => {
      const type = objectNamed(known, one.object ?? null);
      const field = type?.fields.find(({ name }) => name === one.field)?.label ?? one.field;
      return [
        { values: [one] },
        word("value", { field: `${type ? `${type.label}: ` : ""}${field}`, value: plain(one.value) }),
      ];
    }),
    ...effects.map((one): [Expectations, string] => [{ effects: [one] }, effectWords(one, nameOf)]),
    ...some(outputs, (one) => [{ outputs: one }, word("outputs", { outputs: JSON.stringify(one) })]),
  ];
  return parts.map(([part, words]) => ({ value: canonicalJson(part), words, part }));
}

function some<T>(value: T | undefined, part: (value: T) => [Expectations, string]): [Expectations, string][] {
  return value === undefined ? [] : [part(value)];
}

function effectWords(
  { kind, step, contains, count }: NonNullable<Expectations["effects"]>[number],
  nameOf: (key: string) => string,
): string {
  if (count === 0 && !kind && !step && !contains) return t("editor.test.expect.nothingSent");
  const what = kind ? textOr(`kinds.${kind}`, kind) : t("editor.test.expect.anything");
  const words = t("editor.test.expect.effect", {
    what: step ? `${what} · ${nameOf(step)}` : what,
    count: count ?? "≥ 1",
  });
  return contains === undefined ? words : `${words} ${t("editor.test.expect.contains", { text: contains })}`;
}

/** The chosen parts as one again. */
export function joined(parts: Expectations[]): Expectations {
  const whole: Expectations = {};
  for (const { values, effects, ...rest } of parts) {
    Object.assign(whole, rest);
    if (values) whole.values = [...(whole.values ?? []), ...values];
    if (effects) whole.effects = [...(whole.effects ?? []), ...effects];
  }
  return whole;
}

/** The saved tests with what came of them last. */
export function shownTests(tests: SavedTest[], document: Document, known: EditorKnown, zone: string): ShownTest[] {
  return tests.map(({ id, name, expectations, lastResult }) => ({
    id,
    name,
    status: lastResult === null ? "pending" : lastResult.passed ? "success" : "failed",
    ran: lastResult && absolute(lastResult.at, zone),
    unmet: (lastResult?.unmet ?? []).map(({ message }) => message),
    expects: expectationParts(expectations, document, known).map(({ words }) => words),
  }));
}
