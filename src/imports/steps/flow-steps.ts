import { isObject, type JsonObject } from "../../shared/json.js";
import { isOr, treeFromList } from "../expressions/conditions.js";
import type { Given, Made } from "../made.js";
import { defined } from "../made.js";
import { durationOf } from "../names/durations.js";
import { keyMaker } from "../names/keys.js";
import { saidOf } from "../names/said.js";
import { entryOf } from "../names/table.js";
import { isNothing, type Source, sourceOf } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { givenOf, rewritten, textOf, treeOf, type Work } from "../work.js";

/** A question with two ways out. */
export function conditionStep(work: Work, { config }: Given): Made {
  return { kind: "condition", config: { when: questionOf(work, config) } };
}

/** What a condition or a branch asks: an expression, or a list of comparisons. */
function questionOf(work: Work, config: Source): JsonObject {
  const path = config.at("expression", "condition", "formula");
  const expression = config.text("expression", "condition", "formula");
  if (expression !== undefined) return treeOf(work, expression, path);
  const names = ["conditions", "rules", "criteria", "condition"];
  const at = config.at(...names);
  const given = config.take(...names);
  const any = isOr(config.take("conjunction", "logic", "combinator", "match", "condition_logic"));
  const list = isObject(given) ? [given] : given;
  if (!Array.isArray(list) || list.length === 0) throw new Unmappable("The condition asks nothing.");
  return treeFromList(work, list, at, { any });
}

/** A branch and how its way out is called there and here. */
export type Branch = { id: string; key: string; label: string | undefined; source: Source; isDefault: boolean };

/** The branches of a switch, with the ports they become. */
export function branchesOf(config: Source): Branch[] {
  const list = config.value["branches"] ?? config.value["cases"] ?? config.value["paths"];
  const path = config.at("branches", "cases", "paths");
  const makeKey = keyMaker();
  return (Array.isArray(list) ? list : []).filter(isObject).map((one, at): Branch => {
    const source = sourceOf(one, `${path}[${at}]`);
    const label = source.text("label", "name", "title");
    const id = saidOf(source.take("id", "key", "handle", "port") ?? label ?? at + 1);
    const asks =
      comparesWith(config, one) ||
      ["conditions", "expression", "rules", "condition", "when"].some((name) => asksSomething(one[name]));
    const isDefault =
      source.take("is_default", "default") === true || /^(?:default|else|otherwise)$/i.test(id) || !asks;
    return { id, key: isDefault ? "default" : makeKey(label ?? id, "case"), label, source, isDefault };
  });
}

const asksSomething = (given: unknown) =>
  (typeof given === "string" && given.trim() !== "") || (Array.isArray(given) && given.length > 0) || isObject(given);

/** How a switch names the value that its cases are compared with. */
const subjects = ["field", "variable", "value", "expression", "switch_on", "property"];

function comparesWith(config: Source, one: JsonObject): boolean {
  return "value" in one && subjects.some((name) => typeof config.value[name] === "string");
}

/** `{ value: "won" }` asks whether the field of the switch is that. */
function caseOf(work: Work, source: Source, field: string | undefined): JsonObject {
  if (field === undefined || !("value" in source.value)) return questionOf(work, source);
  const operator = source.text("operator") ?? "equals";
  return treeFromList(work, [{ field, operator, value: source.take("value") }], source.path);
}

/** A choice among branches. */
export function switchStep(work: Work, { config }: Given): Made {
  const branches = branchesOf(config);
  config.skip("branches", "cases", "paths");
  const field = config.text(...subjects);
  config.skip("default");
  const cases = branches
    .filter(({ isDefault }) => !isDefault)
    .map(({ key, label, source }) => ({ key, ...(label ? { label } : {}), when: caseOf(work, source, field) }));
  for (const { source } of branches) {
    source.skip("is_default", "default", "position", "color", "order");
    for (const [name, value] of source.rest())
      if (!isNothing(value)) work.report(source.at(name), `A case has no "${name}" here.`);
  }
  if (cases.length === 0) throw new Unmappable("None of the branches asks anything.");
  return { kind: "switch", config: { cases } };
}

/** Names a loop's item must not take: everything below them would be out of reach. */
const taken = [
  "record",
  "old",
  "trigger",
  "inputs",
  "input",
  "steps",
  "vars",
  "loop",
  "run",
  "automation",
  "workspace",
  "user",
  "secrets",
  "now",
];

/** What a loop calls its item; undefined when it gives it no name that can be used. */
export function itemVariableOf(config: Source): string | undefined {
  const name =
    config.value["itemVariable"] ?? config.value["item_variable"] ?? config.value["itemName"] ?? config.value["as"];
  return typeof name === "string" && /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/.test(name) && !taken.includes(name)
    ? name
    : undefined;
}

/** How the items of a loop are called there. */
export const itemNames = ["items", "collection", "list", "array", "items_path", "over"];

/** Steps for each item of a list. */
export function loopStep(work: Work, { config }: Given): Made {
  const given = config.value["items"] ?? config.value["collection"] ?? config.value["list"];
  const bare = typeof given === "string" && !given.includes("{{");
  const items = bare
    ? rewritten(work, `{{${config.take(...itemNames)}}}`, config.at(...itemNames))
    : givenOf(work, config, ...itemNames);
  if (items === undefined) throw new Unmappable("Nothing says what the loop goes through.");
  const itemVariable = itemVariableOf(config);
  config.skip("itemVariable", "itemName", "as");
  const onError = saidOf(config.take("on_item_error", "on_error", "continue_on_error") ?? "");
  const most = config.take("maxItems", "max_iterations", "limit", "maxIterations");
  const policy = /^(?:true|continue|skip)$/i.test(onError)
    ? "continue"
    : /^break$/i.test(onError)
      ? "break"
      : undefined;
  return {
    kind: "loop",
    config: defined({
      items,
      itemVariable,
      maxItems: typeof most === "number" ? most : undefined,
      onItemError: policy,
    }),
  };
}

/** Branches coming together again. */
export function joinStep(_work: Work, { config }: Given): Made {
  const mode = (config.text("mode", "join_type", "join_mode", "type", "wait_for") ?? "all").toLowerCase();
  const count = config.take("count", "required_count", "join_count", "threshold");
  const timeout = durationOf(config.take("timeout_hours"), "h") ?? durationOf(config.take("timeout"), "s");
  const known = entryOf({ all: "all", any: "any", first: "any", count: "count", n_of_m: "count" }, mode);
  if (!known) throw new Unmappable(`A join waits for all, any or a number of branches, and not for "${mode}".`);
  return {
    kind: "join",
    config: defined({ mode: known, count: typeof count === "number" ? count : undefined, timeout }),
  };
}

const endings: Record<string, string> = {
  success: "completed",
  completed: "completed",
  failed: "failed",
  error: "failed",
  cancelled: "cancelled",
};

/** The end of everything, with what it hands over. */
export function endStep(work: Work, given: Given): Made {
  const { config } = given;
  const outputs = config.object("mapping", "outputs", "output", "values");
  const status = (config.text("status") ?? "completed").toLowerCase();
  const message = textOf(work, config, "message", "reason");
  const known = entryOf(endings, status);
  if (!known) throw new Unmappable(`A run ends completed, failed or cancelled, and not "${status}".`);
  const handed = outputs && (rewritten(work, outputs.value, outputs.path) as JsonObject);
  return { kind: "end", config: defined({ status: known, message, outputs: handed }) };
}
