import { type Document, renamePorts, type Step, type Trigger } from "../../../graph/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { canonicalJson, isObject, type JsonObject } from "../../../shared/json.js";
import { conditionForm } from "../../pages/conditions/condition-form.js";
import { nested } from "../../pages/forms/form-body.js";
import { type EditorKnown, knownAbout, objectNamed } from "../editor-known.js";
import { ROOT } from "../root.js";
import { readInputRows } from "./input-rows.js";
import { readKept, readKeptConditions } from "./kept-values.js";
import { renamedKeys } from "./row-keys.js";
import { conditionNames } from "./scope.js";
import { untouchedConditions } from "./sent-fields.js";
import { settingsMembers, settingsSchema, shownSettings, storedSettings } from "./settings-schema.js";
import { objectOfStep, stepSchema } from "./step-schema.js";
import { shownStep, storedConfig } from "./task-form.js";
import { shownTrigger, storedTrigger, triggerSchema } from "./trigger-schema.js";

/** What a form came to. Input that cannot be read stays in the document as it was typed, and is told of. */
export type ReadForm = { document: Document; problems: FieldError[] };

/** A sent form as the tree its names spell, line breaks as documents have them; undefined when it holds no document. */
export function rawDocument(body: unknown): JsonObject | undefined {
  const raw = nested(plainBreaks(body), ROOT);
  return isObject(raw) ? raw : undefined;
}

/** The document a sent form was drawn from; an empty one when it came without. */
export function drawnDocument(body: unknown): Document {
  const text = isObject(body) ? body["was"] : undefined;
  try {
    const was: unknown = typeof text === "string" ? JSON.parse(text) : null;
    return completed(isObject(was) ? was : {});
  } catch {
    return completed({});
  }
}

/** Reads a sent form over the document it was drawn from. Pure. */
export function formToDocument(raw: JsonObject, drawn: Document, known: EditorKnown): ReadForm {
  const object = "object" in raw ? String(raw["object"]) || null : drawn.object;
  const was = drawn.object === null ? { ...drawn, object } : drawn;
  const problems: FieldError[] = [];
  const note = (path: string, inner: FieldError[]) =>
    problems.push(...inner.map((one) => ({ ...one, path: [path, one.path].filter(Boolean).join(".") })));
  const context: Context = { was, known, note };
  const { triggers: _t, steps: _s, object: _o, ...rest } = was;
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => !settingsMembers.includes(name)));
  const document: Document = {
    ...kept,
    ...settings(raw, context),
    object,
    triggers: rows(raw["triggers"]).map((row, at) => readTrigger(row, at, context)),
    steps: rows(raw["steps"]).map((row, at) => readStep(row, at, context)),
  };
  assign(document, "conditions", readTree(raw["conditions"], was.conditions, context));
  assign(document, "inputs", readInputRows(raw["inputs"], was.inputs));
  return { document, problems };
}

type Context = { was: Document; known: EditorKnown; note(path: string, problems: FieldError[]): void };

function settings(raw: JsonObject, { was, known, note }: Context): JsonObject {
  const reader = { known: knownAbout(known, was.object, conditionNames(was, 0, known)), object: was.object };
  const schema = settingsSchema(known.secrets, known.zone, was);
  const shown = Object.fromEntries(
    Object.entries(shownSettings(was)).filter(([name]) => settingsMembers.includes(name)),
  );
  const { values, problems } = readKept(schema, raw, shown, reader);
  note("", problems);
  const { onError, ...others } = storedSettings(values);
  return isObject(onError) && onError["policy"] === undefined ? others : storedSettings(values);
}

function readTrigger(row: JsonObject, at: number, { was, known, note }: Context): Trigger {
  const { key, kind } = { key: String(row["key"] ?? ""), kind: String(row["kind"] ?? "") };
  const before = was.triggers.find((trigger) => trigger.key === (row["copyOf"] ?? key)) ?? { key, kind };
  const schema = triggerSchema(before, was, objectNamed(known, was.object));
  const reader = { known: knownAbout(known, was.object, conditionNames(was, 0, known)), object: was.object };
  const { values, problems } = readKept(schema, row, shownTrigger(before), reader);
  note(`triggers[${at}]`, problems);
  return { ...storedTrigger(values, before), key, kind };
}

function readStep(row: JsonObject, at: number, { was, known, note }: Context): Step {
  const { key, kind } = { key: String(row["key"] ?? ""), kind: String(row["kind"] ?? "") };
  const place = was.steps.findIndex((step) => step.key === (row["copyOf"] ?? key));
  const before = was.steps[place] ?? { key, kind, config: {} };
  const { disabled: _, ...kept } = before;
  const off = row["disabled"] === "true" ? { disabled: true } : {};
  if (row["folded"] === "true") return { ...kept, key, kind, ...off };
  const names = conditionNames(was, place < 0 ? was.steps.length : place, known);
  const object = objectOfStep(before.config, was);
  const reader = { known: knownAbout(known, object, names), object };
  const { values, problems } = readKept(stepSchema(shownStep(before), known.actions), row, shownStep(kept), reader);
  note(`steps[${at}]`, problems);
  const { onError, ...others } = values;
  const policy = isObject(onError) && onError["policy"] !== undefined ? { onError } : {};
  const config = storedConfig(kind, isObject(values["config"]) ? values["config"] : {}, before.config);
  return rewired({ ...others, ...policy, key, kind, config, ...off } as Step, row, before);
}

/** The ports as their selects say, under the names that the branches have now. */
function rewired(step: Step, row: JsonObject, before: Step): Step {
  const chosen = isObject(row["next"]) ? Object.entries(row["next"]) : [];
  const others = Object.entries(step.next ?? {}).filter(([port]) => !chosen.some(([one]) => one === port));
  const set = chosen.filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "");
  const { next: was = {}, ...rest } = step;
  const next = Object.fromEntries([...others, ...set]);
  const untouched = canonicalJson(next) === canonicalJson(was);
  const wired = untouched ? step : Object.keys(next).length > 0 ? { ...rest, next } : rest;
  const sent = isObject(row["config"]) ? row["config"] : {};
  return Object.keys(sent).reduce(
    (so, list) => renamePorts(so, renamedKeys(sent[list], before.config[list], step.config[list])),
    wired,
  );
}

function readTree(
  raw: unknown,
  was: JsonObject | undefined,
  { was: document, known }: Context,
): JsonObject | undefined {
  if (!isObject(raw)) return was;
  const reader = {
    known: knownAbout(known, document.object, conditionNames(document, 0, known)),
    object: document.object,
  };
  const drawn = conditionForm(was ?? {}, { name: "x", ...reader });
  if (canonicalJson(untouchedConditions(drawn)) === canonicalJson(raw)) return was;
  return readKeptConditions(raw, was, reader);
}

function completed(was: JsonObject): Document {
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : []);
  const steps = list(was["steps"]).map((step) => ({ ...step, config: isObject(step["config"]) ? step["config"] : {} }));
  return { object: null, ...was, triggers: list(was["triggers"]), steps } as Document;
}

function rows(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function assign(document: Document, name: "conditions" | "inputs", value: JsonObject | undefined): void {
  if (value === undefined) delete document[name];
  else document[name] = value;
}

function plainBreaks(body: unknown): unknown {
  if (!isObject(body)) return body;
  const plain = (value: unknown): unknown =>
    typeof value === "string" ? value.replace(/\r\n?/g, "\n") : Array.isArray(value) ? value.map(plain) : value;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, plain(value)]));
}
