import { canonicalJson, isObject, type JsonObject } from "../../shared/json.js";
import type { Document, Step, Trigger } from "../document.js";
import { placeChanges } from "./compare-places.js";
import { wireChanges } from "./compare-wires.js";

/** How to call the parts of a document; whoever knows objects, fields and step kinds has better words than these. */
export type ChangeWords = {
  /** After "when": `a deal is created`. */
  trigger(trigger: Trigger): string;
  step(step: Step): string;
  conditions(tree: JsonObject): string;
  /** A setting of a step by its path in the config: `values.status`. */
  setting(step: Step, path: string): string;
  /** A way out of a step. */
  port(step: Step, port: string): string;
};

const plainWords: ChangeWords = {
  trigger: ({ kind, key }) => `${kind} (${key})`,
  step: ({ name, kind, key }) => name || `${kind} (${key})`,
  conditions: (tree) => JSON.stringify(tree),
  setting: (_step, path) => path,
  port: (_step, port) => port,
};

/** Members told of in one sentence each, by how they are called. */
const settings = {
  runsPerMonth: "The limit of runs a month",
  perMinute: "The limit of runs a minute",
  reenter: "How often a record may enter",
  concurrency: "What happens while a run of the record is active",
  exitWhen: "When runs are stopped",
  unless: "Which records are left out",
  allowSelf: "How often it may start itself",
  onError: "What happens when a step fails",
  timezone: "The time zone",
  timeout: "How long a run may take",
  secrets: "The secrets it may use",
};

const LONGEST = 80;

/**
 * What changes from one document to another, a sentence for each change, in the order of a document. Steps and triggers
 * are found by key, so that a moved step is not told of as a new one. Where cards lie on a canvas is no change. Pure.
 */
export function changesInWords(before: Document, after: Document, words: Partial<ChangeWords> = {}): string[] {
  const say: ChangeWords = { ...plainWords, ...words };
  return [
    ...objectChange(before, after),
    ...triggerChanges(before, after, say),
    ...conditionChange(before, after, say),
    ...members("input", propertiesOf(before.inputs), propertiesOf(after.inputs)),
    ...requiredChanges(before, after),
    ...members("variable", before.variables, after.variables),
    ...stepChanges(before, after, say),
    ...members("output", before.outputs, after.outputs),
    ...settingChanges(before, after),
  ];
}

function objectChange(before: Document, after: Document): string[] {
  if (before.object === after.object) return [];
  return [`It is about ${after.object ?? "no record"} instead of ${before.object ?? "no record"}.`];
}

function triggerChanges(before: Document, after: Document, say: ChangeWords): string[] {
  const { added, removed, kept } = byKey(before.triggers, after.triggers);
  return [
    ...added.map((trigger) => `It also starts when ${say.trigger(trigger)}.`),
    ...removed.map((trigger) => `It no longer starts when ${say.trigger(trigger)}.`),
    ...kept.filter(differ).map(([was, is]) => {
      const [old, now] = [say.trigger(was), say.trigger(is)];
      if (old !== now) return `It starts when ${now}, no longer when ${old}.`;
      return `When ${now}: ${list(differences(was, is).map(({ path, from, to }) => `${path} ${fromTo(from, to)}`))}.`;
    }),
  ];
}

function conditionChange(before: Document, after: Document, say: ChangeWords): string[] {
  const [was, is] = [asking(before.conditions), asking(after.conditions)];
  if (same(was, is)) return [];
  if (!was && is) return [`It goes on only if ${say.conditions(is)}.`];
  if (was && !is) return [`It no longer asks whether ${say.conditions(was)}.`];
  return [`It goes on only if ${say.conditions(is ?? {})}; until now, if ${say.conditions(was ?? {})}.`];
}

function stepChanges(before: Document, after: Document, say: ChangeWords): string[] {
  const { added, removed, kept } = byKey(before.steps, after.steps);
  const placeOf = (step: Step) => after.steps.indexOf(step) + 1;
  const wires = wireWords(before, after, say);
  return [
    ...added.map((step) => `${[`Step ${placeOf(step)} is new: ${say.step(step)}`, ...wires({}, step)].join("; ")}.`),
    ...removed.map((step) => `The step “${say.step(step)}” is gone.`),
    ...placeChanges(before, after, say.step),
    ...kept.flatMap(([was, is]) => stepChange(was, is, say, wires(was, is))),
  ];
}

function wireWords(
  before: Document,
  after: Document,
  say: ChangeWords,
): (was: Pick<Step, "next">, is: Step) => string[] {
  const names = new Map([...before.steps, ...after.steps].map((step) => [step.key, say.step(step)]));
  return (was, is) => wireChanges(was, is, (key) => names.get(key) ?? key, say.port);
}

function stepChange(was: Step, is: Step, say: ChangeWords, wires: string[]): string[] {
  const name = say.step(is);
  const changes: string[] = [];
  if (was.kind !== is.kind) return [`The step “${name}” is now ${is.kind} instead of ${was.kind}.`];
  if (Boolean(was.disabled) !== Boolean(is.disabled)) changes.push(is.disabled ? "switched off" : "switched on");
  if ((was.name ?? "") !== (is.name ?? "")) changes.push(`called ${quoted(is.name)} instead of ${quoted(was.name)}`);
  for (const { path, from, to } of differences(was.config, is.config)) {
    changes.push(`${say.setting(is, path)} ${fromTo(from, to)}`);
  }
  for (const member of ["onError", "timeout", "note"] as const) {
    const called = {
      onError: "what a failure does",
      timeout: "the time-out",
      note: "the note",
    };
    if (!same(was[member], is[member])) changes.push(`${called[member]} ${fromTo(was[member], is[member])}`);
  }
  changes.push(...wires);
  return changes.length > 0 ? [`The step “${name}”: ${list(changes)}.`] : [];
}

function settingChanges(before: Document, after: Document): string[] {
  const flat = ({ limits, enrollment, onError, timezone, timeout, secrets }: Document): JsonObject => {
    return { ...limits, ...enrollment, onError, timezone, timeout, secrets };
  };
  const [was, is] = [flat(before), flat(after)];
  return Object.entries(settings)
    .filter(([name]) => !same(was[name], is[name]))
    .map(([name, called]) => `${called} ${fromTo(was[name], is[name])}.`);
}

function members(called: string, before: JsonObject | undefined, after: JsonObject | undefined): string[] {
  const [was, is] = [before ?? {}, after ?? {}];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => !same(was[name], is[name]))
    .map((name) => {
      if (!(name in was)) return `The ${called} “${name}” is new: ${shown(is[name])}.`;
      return name in is
        ? `The ${called} “${name}” ${fromTo(was[name], is[name])}.`
        : `The ${called} “${name}” is gone.`;
    });
}

function requiredChanges(before: Document, after: Document): string[] {
  const required = ({ inputs }: Document) =>
    Array.isArray(inputs?.["required"]) ? inputs["required"].map(String) : [];
  const both = Object.keys(propertiesOf(before.inputs)).filter((name) => name in propertiesOf(after.inputs));
  return both.flatMap((name) => {
    const [was, is] = [required(before).includes(name), required(after).includes(name)];
    return was === is ? [] : [`The input “${name}” is ${is ? "now required" : "no longer required"}.`];
  });
}

type Difference = { path: string; from: unknown; to: unknown };

function differences(was: unknown, is: unknown, path = ""): Difference[] {
  if (same(was, is)) return [];
  if (!isObject(was) || !isObject(is)) return [{ path, from: was, to: is }];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names.flatMap((name) => differences(was[name], is[name], path ? `${path}.${name}` : name));
}

function byKey<T extends { key: string }>(before: T[], after: T[]): { added: T[]; removed: T[]; kept: [T, T][] } {
  const pairs = after.map((is) => [before.find(({ key }) => key === is.key), is] as const);
  return {
    added: pairs.filter(([was]) => !was).map(([, is]) => is),
    removed: before.filter(({ key }) => !after.some((is) => is.key === key)),
    kept: pairs.flatMap(([was, is]): [T, T][] => (was ? [[was, is]] : [])),
  };
}

/** A tree that asks nothing is none. */
function asking(tree: JsonObject | undefined): JsonObject | undefined {
  if (!tree) return undefined;
  const word = ["all", "any"].find((one) => Array.isArray(tree[one]));
  return Object.keys(tree).length === 0 || (word && (tree[word] as unknown[]).length === 0) ? undefined : tree;
}

function fromTo(from: unknown, to: unknown): string {
  if (from === undefined) return `is ${shown(to)}`;
  return to === undefined ? `is no longer ${shown(from)}` : `changes from ${shown(from)} to ${shown(to)}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return value.toLocaleString("en");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null || value === undefined) return "nothing";
  return clipped(JSON.stringify(value));
}

const quoted = (text: string | undefined) => (text ? `“${clipped(text.replace(/\s+/g, " "))}”` : "nothing");
const clipped = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
const list = (parts: string[]) => parts.join("; ");
const differ = ([was, is]: [object, object]) => !same(was, is);
const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);
const propertiesOf = (schema: JsonObject | undefined) => (isObject(schema?.["properties"]) ? schema["properties"] : {});
