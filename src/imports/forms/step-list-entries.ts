import { isObject } from "../../shared/json.js";
import type { Given } from "../made.js";
import { deedNamed } from "../names/action-name.js";
import { inWords } from "../names/keys.js";
import { roleOf } from "../names/roles.js";
import { saidOf } from "../names/said.js";
import { isSwitchedOff, type Source, sourceOf } from "../source.js";
import { errorPolicyOf, timeoutOf } from "../steps/error-policy.js";
import type { Known, Report } from "../work.js";

/** One step as the list has it, before what it does is looked at. */
export type Entry = {
  slug: string;
  type: string;
  source: Source;
  config: Source;
  next: [port: string, to: string, path: string][];
  hasNext: boolean;
};

/** The steps of a list, in their order. */
export function entriesOf(place: Source, report: Report): Entry[] {
  const path = place.at("steps", "stepsConfig");
  const list = place.take("steps", "stepsConfig");
  const entries = (Array.isArray(list) ? list : []).flatMap((one: unknown, at): Entry[] => {
    if (!isObject(one)) {
      report(`${path}[${at}]`, "This is no step.");
      return [];
    }
    return [entryFrom(sourceOf(one, `${path}[${at}]`), at)];
  });
  const orders = entries.map(({ source }) => source.value["order"]);
  if (!orders.every((order) => typeof order === "number")) return entries;
  return entries
    .map((entry, at): [number, Entry] => [orders[at] as number, entry])
    .sort(([a], [b]) => a - b)
    .map(([, entry]) => entry);
}

function entryFrom(source: Source, at: number): Entry {
  const config = source.object("config", "configuration", "settings", "data") ?? source;
  const type = source.text("stepType", "type", "kind") ?? "action";
  const slug =
    source.text("stepSlug", "slug", "key", "id") ??
    (typeof source.value["name"] === "string" ? source.value["name"] : `step_${at + 1}`);
  const path = source.at("nextSteps", "next", "transitions");
  const given = source.take("nextSteps", "next", "transitions");
  return { slug, type, source, config, next: nextFrom(given, path), hasNext: given !== undefined && given !== null };
}

/** `{ success: "b" }`, `{ success: ["b", "c"] }`, `"b"` and `["b"]`. */
function nextFrom(given: unknown, path: string): Entry["next"] {
  if (typeof given === "string") return [["success", given, path]];
  if (Array.isArray(given)) return given.map((to: unknown, at) => ["success", targetOf(to), `${path}[${at}]`]);
  if (!isObject(given)) return [];
  return Object.entries(given).flatMap(([port, to]): Entry["next"] => {
    const at = `${path}.${port}`;
    return Array.isArray(to) ? to.map((one: unknown) => [port, targetOf(one), at]) : [[port, targetOf(to), at]];
  });
}

function targetOf(to: unknown): string {
  if (isObject(to)) return saidOf(to["stepSlug"] ?? to["slug"] ?? to["step"] ?? to["id"] ?? "");
  return typeof to === "string" ? to : "";
}

/** Opens a step for the making of ours. A slug that is taken gets another name, since others lead to the first. */
export function givenFrom(
  entry: Entry,
  known: Known,
  makeKey: (name: string) => string,
  slugs: Set<string>,
  report: Report,
): Given {
  const { source, config, type } = entry;
  let slug = entry.slug;
  if (slugs.has(slug)) {
    report(source.path, `The slug "${slug}" is used by an earlier step, which is the one others lead to.`);
    for (let n = 2; slugs.has(slug); n++) slug = `${entry.slug} ${n}`;
  }
  slugs.add(slug);
  const role = roleOf(known.objects, type) as Given["role"];
  // Beside an address, these are what stands behind its question mark.
  const wrapped = "url" in config.value ? ["parameters"] : ["parameters", "params", "inputs", "arguments"];
  const settings = config.object(...wrapped) ?? config;
  // Without a config of its own a step says in itself what it does, and there "type" is that of the step.
  const names = ["action", "actionType", "action_type", "operation_type"];
  const named = config === source ? config.text(...names) : config.text("type", ...names);
  // A step that sets variables may set one of this name.
  const operates = role === "action" && deedNamed(named ?? "") !== "variables";
  const operation = operates ? (settings.text("operation") ?? config.text("operation")) : undefined;
  const does =
    roleOf(known.objects, type) === "action" && named === undefined && !isPlainAction(type) ? type : (named ?? "");
  const name = source.text("name", "title", "label");
  return {
    path: source.path,
    slug,
    key: makeKey(slug),
    role,
    source,
    config,
    settings,
    action: role === "unknown" ? type : operation && operation !== does ? `${does}.${operation}` : does,
    name: name ?? (((role === "llm" || role === "condition") && config.text("name")) || inWords(slug)),
    note:
      source.text("description", "note") ??
      (role === "action" ? undefined : config.text("description")) ??
      calledBy(role, config, name),
    disabled: isSwitchedOff(source),
    onError:
      errorPolicyOf(source, report) ??
      (role === "action" && settings === config ? undefined : errorPolicyOf(config, report)),
    timeout: timeoutOf(source) ?? (settings === config && role === "action" ? undefined : timeoutOf(config)),
  };
}

/** A model has a name of its own beside that of its step. */
function calledBy(role: Given["role"], config: Source, name: string | undefined): string | undefined {
  const own = role === "llm" ? config.text("name") : undefined;
  return own === name ? undefined : own;
}

const isPlainAction = (type: string) => /^(?:action|task|tool|operation|integration|function)$/i.test(type);
