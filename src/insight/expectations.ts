import { canonicalJson, type JsonObject } from "../shared/json.js";
import type { Simulation } from "./simulation.js";

/**
 * What a saved test expects; what it does not mention is free. `path` is the exact way, `visits` and `avoids` are steps
 * on it or not; each of `values` is a field a run leaves changed to a value; each of `effects` asks for as many effects
 * of that kind and step, with that text in what would be sent, as `count` says (at least one when it says nothing).
 */
export type Expectations = {
  decision?: Simulation["decision"] | undefined;
  reason?: string | undefined;
  status?: string | undefined;
  path?: string[] | undefined;
  visits?: string[] | undefined;
  avoids?: string[] | undefined;
  outputs?: JsonObject | undefined;
  values?: { object?: string | undefined; recordId?: string | undefined; field: string; value: unknown }[] | undefined;
  effects?:
    | {
        kind?: string | undefined;
        step?: string | undefined;
        contains?: string | undefined;
        count?: number | undefined;
      }[]
    | undefined;
};

/** An expectation that was not met: which, what it wanted, what there was, and both in a sentence. */
export type Unmet = { expectation: string; expected: unknown; actual: unknown; message: string };

/** Everything a simulation did otherwise than expected, in the order it would be read. Pure. */
export function unmetBy(expectations: Expectations, simulation: Simulation): Unmet[] {
  const { path } = simulation;
  const reason = simulation.reason?.code ?? null;
  const unmet = [
    same("decision", expectations.decision, simulation.decision),
    same("reason", expectations.reason, reason),
    same("status", expectations.status, simulation.status),
    same("path", expectations.path, path),
    ...(expectations.visits ?? []).map((key) =>
      path.includes(key) ? null : unmetAs("visits", key, path, `It does not come to "${key}".`),
    ),
    ...(expectations.avoids ?? []).map((key) =>
      path.includes(key) ? unmetAs("avoids", key, path, `It comes to "${key}".`) : null,
    ),
    ...Object.entries(expectations.outputs ?? {}).map(([name, value]) =>
      same(`outputs.${name}`, value, simulation.outputs?.[name] ?? null),
    ),
    ...(expectations.values ?? []).map((value) => fieldOf(value, simulation)),
    ...(expectations.effects ?? []).map((effect) => effectOf(effect, simulation)),
  ];
  return unmet.filter((one) => one !== null);
}

function unmetAs(expectation: string, expected: unknown, actual: unknown, message: string): Unmet {
  return { expectation, expected, actual, message };
}

function same(expectation: string, expected: unknown, actual: unknown): Unmet | null {
  if (expected === undefined || canonicalJson(expected) === canonicalJson(actual)) return null;
  return unmetAs(expectation, expected, actual, `Expected ${said(expected)}, and it is ${said(actual)}.`);
}

function fieldOf(wanted: NonNullable<Expectations["values"]>[number], { diffs }: Simulation): Unmet | null {
  const { object, recordId, field, value } = wanted;
  const found = diffs.filter(
    (diff) =>
      diff.field === field &&
      (object === undefined || diff.object === object) &&
      (recordId === undefined || diff.recordId === recordId),
  );
  if (found.some(({ after }) => canonicalJson(after) === canonicalJson(value))) return null;
  const actual = found.length > 1 ? found.map(({ after }) => after) : (found[0]?.after ?? null);
  const place = `${object ? `${object}.` : ""}${field}`;
  const message =
    found.length === 0
      ? `Expected ${place} to become ${said(value)}, and it does not change.`
      : `Expected ${place} to become ${said(value)}, and it becomes ${said(actual)}.`;
  return unmetAs(`values.${place}`, value, actual, message);
}

function effectOf(wanted: NonNullable<Expectations["effects"]>[number], { effects }: Simulation): Unmet | null {
  const { kind, step, contains, count } = wanted;
  const found = effects.filter(
    (effect) =>
      (kind === undefined || effect.kind === kind) &&
      (step === undefined || effect.stepKey === step) &&
      (contains === undefined || textsIn(effect.rendered).some((text) => text.includes(contains))),
  );
  if (count === undefined ? found.length > 0 : found.length === count) return null;
  const what = [kind ?? "effects", step && `of "${step}"`, contains !== undefined && `with ${said(contains)}`]
    .filter(Boolean)
    .join(" ");
  const message = `Expected ${count ?? "at least one"} ${what}, and there ${found.length === 1 ? "is" : "are"} ${found.length}.`;
  return unmetAs("effects", wanted, found.length, message);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [String(value)];
  return Object.values(value).flatMap(textsIn);
}

function said(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** As many values and steps of a result become expectations by themselves; whoever wants more names them. */
const MOST = 50;

/** What a test expects that was made from a result: that it stays so. Values that differ each time are left out. Pure. */
export function expectedOf(simulation: Simulation, recordId?: string): Expectations {
  const { decision, reason, status, path, diffs, effects, outputs } = simulation;
  if (decision === "refused") return { decision, ...(reason ? { reason: reason.code } : {}) };
  const stays = (value: unknown) =>
    !JSON.stringify(value ?? null).match(/[0-9A-HJKMNP-TV-Z]{26}/) && value !== recordId;
  const values = diffs
    .filter(({ after }) => stays(after))
    .slice(0, MOST)
    .map(({ object, field, after }) => ({ object, field, value: after }));
  const kept = Object.fromEntries(Object.entries(outputs ?? {}).filter(([, value]) => stays(value)));
  const sent = new Map<string, { kind: string; step: string; count: number }>();
  for (const { kind, stepKey: step } of effects) {
    const known = sent.get(`${kind} ${step}`) ?? { kind, step, count: 0 };
    sent.set(`${kind} ${step}`, { ...known, count: known.count + 1 });
  }
  return {
    decision,
    ...(status ? { status } : {}),
    ...(path.length <= MOST ? { path } : { visits: [...new Set(path)].slice(0, MOST) }),
    ...(values.length > 0 ? { values } : {}),
    ...(Object.keys(kept).length > 0 ? { outputs: kept } : {}),
    effects: sent.size > 0 ? [...sent.values()] : [{ count: 0 }],
  };
}
