import { isObject, type JsonObject } from "../../shared/json.js";
import type { Given, Made } from "../made.js";
import { deedNamed } from "../names/action-name.js";
import { keptName } from "../names/keys.js";
import { type Source, sourceOf } from "../source.js";
import { quoted, Unmappable } from "../unmappable.js";
import { givenOf, rewritten, type Work } from "../work.js";

/** The names that steps of a definition give to values, so that later steps may read them without anything before. */
export function variablesIn(givens: readonly Given[]): Set<string> {
  return new Set(
    givens.flatMap(({ role, action, settings: { value } }) => {
      if (role !== "action" || deedNamed(action) !== "variables") return [];
      const single = value["name"] ?? value["variable"];
      if (typeof single === "string" && "value" in value) return [single];
      const inner = value["variables"] ?? value["values"];
      if (Array.isArray(inner)) return inner.flatMap((one: unknown) => variableName(one) ?? []);
      return Object.keys(typeof inner === "object" && inner !== null ? inner : value);
    }),
  );
}

type Entry = { name: string; raw: unknown; set(): unknown };

/**
 * Values remembered for later steps, set one after the other: one that reads another of them is set in a step after it.
 * One that cannot be told here leaves the rest, and fails in a step of its own.
 */
export function variablesStep(work: Work, settings: Source): Made {
  const groups: JsonObject[] = [{}];
  const left: JsonObject = {};
  const reasons: string[] = [];
  for (const { name, raw, set } of entriesOf(work, settings)) {
    try {
      const value = set() ?? null;
      const last = groups.at(-1) ?? {};
      if (Object.keys(last).some((one) => reads(raw, one))) groups.push({ [name]: value });
      else last[name] = value;
    } catch (error) {
      if (!(error instanceof Unmappable)) throw error;
      left[name] = raw;
      reasons.push(error.message);
      work.report(settings.path, `The variable "${name}" is not set: ${error.message}`);
    }
  }
  const steps = groups
    .filter((values) => Object.keys(values).length > 0)
    .map((values): Made => ({ kind: "set_variables", config: { values } }));
  const [first, ...then] = steps;
  if (!first) throw new Unmappable(reasons[0] ?? "No variables are set.");
  return {
    ...first,
    ...(then.length > 0 ? { then } : {}),
    ...(reasons.length > 0 ? { rest: { original: left, reason: reasons.join(" ") } } : {}),
  };
}

/** Whether a value has a template that reads a variable. */
function reads(raw: unknown, name: string): boolean {
  const text = typeof raw === "string" ? raw : (JSON.stringify(raw) ?? "");
  const pattern = new RegExp(`(?<![\\w.-])(?:(?:vars|variables)\\.)?${name}(?![\\w-])`);
  return [...text.matchAll(/\{\{(.*?)\}\}/gs)].some(([, inner = ""]) => pattern.test(inner));
}

/** What is set, in the order it is written in: one, a list of `{ name, value }`, or by name. */
function entriesOf(work: Work, settings: Source): Entry[] {
  const single = "value" in settings.value ? settings.text("name", "variable", "variable_name") : undefined;
  const wrapped = settings.object("variables", "values");
  if (!wrapped && single !== undefined) {
    const raw = settings.value["value"];
    return [{ name: keptName(single), raw, set: () => givenOf(work, settings, "value") }];
  }
  const path = settings.at("variables", "values");
  const listed = wrapped ? undefined : settings.take("variables", "values");
  if (Array.isArray(listed)) return listed.map((one: unknown, at) => listedEntry(work, one, `${path}[${at}]`));
  const from = wrapped ?? settings;
  return from.rest().map(([name, raw]) => {
    const at = from.at(name);
    from.take(name);
    return { name: keptName(name), raw, set: () => rewritten(work, raw, at) };
  });
}

/** `{ name, value }` of a list of variables. */
function listedEntry(work: Work, given: unknown, path: string): Entry {
  const source = sourceOf(isObject(given) ? given : {}, path);
  const name = variableName(given);
  source.skip("name", "key", "variable", "type", "description");
  if (name === undefined || !("value" in source.value)) {
    const set = () => {
      throw new Unmappable(`${quoted(given)} is no variable with its value.`);
    };
    return { name: path, raw: given, set };
  }
  const raw = source.take("value");
  for (const [more] of source.rest()) work.report(source.at(more), `A variable has no "${more}" here.`);
  return { name: keptName(name), raw, set: () => rewritten(work, raw, `${path}.value`) };
}

/** What a variable of a list is called; undefined for what is none. */
function variableName(given: unknown): string | undefined {
  const name = isObject(given) ? (given["name"] ?? given["key"] ?? given["variable"]) : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}
