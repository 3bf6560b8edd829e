import type { Conditions } from "./explanation.js";
import { type Group, isGroup, type Leaf, type Place, treeOf } from "./tree.js";

/**
 * How people call things: the label of a field (`labelOf("record", "stage")` → `Stage`) and, with a value, of that value
 * (`labelOf("record", "stage", "won")` → `Won`). Undefined falls back to the name itself.
 */
export type LabelOf = (fact: string, path: string, value?: unknown) => string | undefined;

/** Conditions as a clause: `its amount is over 10,000 and its stage is Won`. Empty when nothing is asked. */
export function sentenceOf(conditions: Conditions | null | undefined, labelOf: LabelOf = () => undefined): string {
  const tree = treeOf(conditions);
  return "problem" in tree ? "" : clause(tree.root, labelOf, true);
}

function clause(node: Leaf | Group, labelOf: LabelOf, outermost = false): string {
  if (!isGroup(node)) return leafClause(node, labelOf);
  const inner = node.children
    .map((child) => clause(child, labelOf, node.children.length === 1 && outermost))
    .filter(Boolean);
  if (inner.length === 0) return "";
  if (node.operator === "not") return `not (${inner.join("")})`;
  const joined = inner.join(node.operator === "all" ? " and " : " or ");
  return outermost || inner.length === 1 ? joined : `(${joined})`;
}

function leafClause(leaf: Leaf, labelOf: LabelOf): string {
  const subject = subjectOf(leaf.place, labelOf);
  const { operator } = leaf;
  if (!operator) return `${subject} ${leaf.name}`;
  if (operator.value === "none") return `${subject} ${operator.label}`;
  if (leaf.other) return `${subject} ${operator.label} ${subjectOf(leaf.other, labelOf)}`;
  const words = operator.value === "window" ? windowWords(leaf.value) : valueWords(leaf, labelOf);
  return `${subject} ${operator.label} ${words}`;
}

function subjectOf({ fact, path, segments }: Place, labelOf: LabelOf): string {
  const label = labelOf(fact, path);
  const name = label === undefined ? segments.map(spaced).join("'s ") : lowered(label);
  if (fact === "record") return `its ${name || "values"}`;
  if (fact === "old") return `its previous ${name || "values"}`;
  if (fact === "now") return "the time";
  return name ? `the ${name}` : `the ${fact}`;
}

function valueWords({ value, place, operator }: Leaf, labelOf: LabelOf): string {
  const word = (one: unknown): string => labelOf(place.fact, place.path, one) ?? plainWord(one);
  if (!Array.isArray(value)) return word(value);
  const words = value.map(word);
  if (operator?.value === "range") return words.join(" and ");
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function plainWord(value: unknown): string {
  if (typeof value === "number") return value.toLocaleString("en", { maximumFractionDigits: 6 });
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null || value === undefined || value === "") return "empty";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const units: Record<string, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };

function windowWords(value: unknown): string {
  if (typeof value === "number") return counted(value, "day");
  const match = /^(\d+)\s*([smhdw])$/.exec(String(value));
  return match ? counted(Number(match[1]), units[match[2] ?? ""] ?? "") : String(value);
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function lowered(label: string): string {
  return /^\p{Lu}\p{Lu}/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

function spaced(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/_/g, " ")
    .toLowerCase();
}
