import type { FieldError } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { didYouMean, nearest } from "../shared/nearest.js";
import { checkValue } from "./check-value.js";
import { type Facts, factNames } from "./explanation.js";
import type { FieldTypeName } from "./field-types.js";
import { operatorNamed, operators } from "./operators.js";
import { segmentsOf } from "./path.js";
import { asksNothing, type Group, groupWord, isPlace, maxDepth, maxLeaves } from "./tree.js";

/** What a tree may read. A list left out is not checked; `fields` undefined means the fields are not known. */
export type KnownFacts = {
  /** Where the tree stands in its document: `conditions`, `triggers[0].when`. */
  path: string;
  /** False in the global context: there is no record, and no values before a change. */
  record?: boolean;
  /** The type of a record path, relations followed; undefined for an unknown one. */
  fields?: (path: string) => FieldTypeName | undefined;
  /** The values a record path may have, for a field with options; anything else in a comparison could never be met. */
  options?: (path: string) => readonly string[] | undefined;
  /** Names to suggest for a mistyped field. */
  fieldNames?: readonly string[];
  inputs?: readonly string[];
  steps?: readonly string[];
  vars?: readonly string[];
  /** The values are those of a run: a blank one is no fault. */
  blanks?: boolean;
};

const members = ["id", "fact", "path", "operator", "value", "name", "label", "priority"];
const dotted = /^[\p{L}_$][\p{L}\p{N}_$-]*(\.[\p{L}\p{N}_$-]+|\[\d+\])*$/u;
const always = new Map<string, FieldTypeName>([
  ["id", "text"],
  ["version", "number"],
  ["createdAt", "datetime"],
  ["updatedAt", "datetime"],
]);
const ofRecord: readonly string[] = ["record", "old"] satisfies (keyof Facts)[];

/** Everything that is wrong with a tree, each with the place (`conditions.all[0].operator`) and the nearest known name. */
export function checkConditions(conditions: unknown, known: KnownFacts): FieldError[] {
  if (asksNothing(conditions)) return [];
  const check: Check = { known, errors: [], leaves: 0 };
  checkNode(conditions, known.path, 1, check);
  if (check.leaves > maxLeaves) {
    report(check, known.path, `Conditions have at most ${maxLeaves} comparisons; these have ${check.leaves}.`);
  }
  return check.errors;
}

type Check = { known: KnownFacts; errors: FieldError[]; leaves: number };

function report(check: Check, path: string, message: string): void {
  if (check.errors.length < 100) check.errors.push({ path, message });
}

function checkNode(node: unknown, path: string, depth: number, check: Check): void {
  if (!isObject(node)) {
    report(check, path, "A condition must be an object.");
    return;
  }
  const word = groupWord(node);
  if (word) checkGroup(node, word, path, depth, check);
  else checkLeaf(node, path, check);
}

function checkGroup(node: JsonObject, word: Group["operator"], path: string, depth: number, check: Check): void {
  const extra = Object.keys(node).find((name) => name !== word && !["id", "name", "label", "priority"].includes(name));
  if (extra) report(check, `${path}.${extra}`, `"${extra}" cannot stand beside "${word}".`);
  if (depth > maxDepth) {
    report(check, path, `Conditions are nested at most ${maxDepth} levels deep.`);
    return;
  }
  const inner = node[word];
  if (word === "not") {
    if (isObject(inner)) checkNode(inner, `${path}.not`, depth + 1, check);
    else report(check, `${path}.not`, '"not" takes one condition.');
  } else if (Array.isArray(inner)) {
    for (const [at, one] of inner.entries()) checkNode(one, `${path}.${word}[${at}]`, depth + 1, check);
  } else {
    report(check, `${path}.${word}`, `"${word}" takes a list of conditions.`);
  }
}

function checkLeaf(leaf: JsonObject, path: string, check: Check): void {
  check.leaves += 1;
  if (check.leaves > maxLeaves) return;
  for (const name of Object.keys(leaf)) {
    if (!members.includes(name))
      report(check, `${path}.${name}`, `A condition has no "${name}".${didYouMean(name, members)}`);
  }
  const type = checkPlace(leaf["fact"], leaf["path"], path, check);
  const operator = checkOperator(leaf["operator"], path, check);
  if (!operator) return;
  if (type && operator.types !== "any" && !operator.types.includes(type)) {
    const fitting = operators.filter((one) => one.types === "any" || one.types.includes(type)).map((one) => one.name);
    report(
      check,
      `${path}.operator`,
      `"${operator.name}" does not work on a ${type} field. Use one of ${fitting.join(", ")}.`,
    );
    return;
  }
  if (operator.left && !ofRecord.includes(String(leaf["fact"]))) {
    report(check, `${path}.fact`, `"${operator.name}" asks about a field of the record.`);
  }
  const { value } = leaf;
  if (isPlace(value) && operator.value !== "none") {
    checkPlace(value.fact, value.path, `${path}.value`, check);
  } else {
    const options = ofRecord.includes(String(leaf["fact"])) ? check.known.options?.(String(leaf["path"])) : undefined;
    const { blanks } = check.known;
    for (const message of checkValue(operator, type, value, { options, blanks }))
      report(check, `${path}.value`, message);
  }
}

function checkOperator(name: unknown, path: string, check: Check): ReturnType<typeof operatorNamed> {
  if (typeof name !== "string" || !name) {
    report(check, `${path}.operator`, "Choose an operator.");
    return undefined;
  }
  const found = name.length <= 100 ? operatorNamed(name) : undefined;
  const names = operators.map((one) => one.name);
  if (!found)
    report(check, `${path}.operator`, `There is no operator "${name.slice(0, 100)}".${didYouMean(name, names)}`);
  return found;
}

function checkPlace(fact: unknown, at: unknown, path: string, check: Check): FieldTypeName | undefined {
  if (typeof fact !== "string" || !(factNames as readonly string[]).includes(fact)) {
    const message =
      typeof fact === "string" ? `There is no fact "${fact}".${didYouMean(fact, factNames)}` : "Name a fact.";
    report(check, `${path}.fact`, message);
    return undefined;
  }
  if (check.known.record === false && ofRecord.includes(fact)) {
    report(check, `${path}.fact`, "There is no record in the global context.");
    return undefined;
  }
  if (at === undefined || at === "") return checkBare(fact, path, check);
  if (typeof at !== "string" || !dotted.test(at)) {
    report(check, `${path}.path`, "A path is names joined by dots, such as company.industry or items[0].sku.");
    return undefined;
  }
  return ofRecord.includes(fact) ? checkField(at, path, check) : checkName(fact, at, path, check);
}

function checkBare(fact: string, path: string, check: Check): FieldTypeName | undefined {
  if (fact === "now") return "datetime";
  if (ofRecord.includes(fact)) report(check, `${path}.path`, "Choose a field of the record.");
  return undefined;
}

function checkField(at: string, path: string, check: Check): FieldTypeName | undefined {
  const { fields, fieldNames } = check.known;
  if (!fields) return undefined;
  const type = fields(at) ?? always.get(segmentsOf(at).at(-1) ?? "");
  const first = segmentsOf(at)[0] ?? "";
  if (type || ["json", "multiSelect"].includes(fields(first) ?? "")) return type;
  report(check, `${path}.path`, `There is no field "${at}".${didYouMean(at, fieldNames ?? [])}`);
  return undefined;
}

function checkName(fact: string, at: string, path: string, check: Check): FieldTypeName | undefined {
  if (fact === "trigger" && at === "at") return "datetime";
  const { inputs, steps, vars } = check.known;
  const names = ({ inputs, steps, vars } as Record<string, readonly string[] | undefined>)[fact];
  const first = segmentsOf(at)[0] ?? "";
  if (names && !names.includes(first)) {
    const near = nearest(first, names);
    const hint = near ? ` Did you mean "${[near, ...segmentsOf(at).slice(1)].join(".")}"?` : didYouMean(first, names);
    report(check, `${path}.path`, `There is nothing called "${first}" in ${fact}.${hint}`);
  }
  return undefined;
}
