import { DateTime } from "luxon";
import { didYouMean } from "../../shared/nearest.js";
import type { Expression, Parsed } from "./parse-expression.js";

/** What a calculation may come to. */
export type Calculated = number | string | boolean | null;

type Call = (args: Calculated[], zone: string) => Calculated;

const functions: Record<string, { takes: [number, number]; call: Call }> = {
  round: { takes: [1, 2], call: ([value, digits = 0]) => rounded(toNumber(value), toNumber(digits)) },
  floor: { takes: [1, 1], call: ([value]) => Math.floor(toNumber(value)) },
  ceil: { takes: [1, 1], call: ([value]) => Math.ceil(toNumber(value)) },
  abs: { takes: [1, 1], call: ([value]) => Math.abs(toNumber(value)) },
  min: { takes: [1, 50], call: (args) => Math.min(...args.map((value) => toNumber(value))) },
  max: { takes: [1, 50], call: (args) => Math.max(...args.map((value) => toNumber(value))) },
  days: { takes: [2, 2], call: ([from, to], zone) => daysBetween(toDay(from, zone), toDay(to, zone)) },
  if: { takes: [3, 3], call: ([test, yes = null, no = null]) => (test ? yes : no) },
};

/** The names and argument counts that calls are checked against. Returns what is wrong, or null. */
export function unknownCall(tree: Expression): string | null {
  if (tree.type === "minus") return unknownCall(tree.of);
  if (tree.type === "binary") return unknownCall(tree.left) ?? unknownCall(tree.right);
  if (tree.type !== "call") return null;
  const known = Object.hasOwn(functions, tree.name) ? functions[tree.name] : undefined;
  if (!known) return `There is no function "${tree.name}".${didYouMean(tree.name, Object.keys(functions))}`;
  const [least, most] = known.takes;
  if (tree.args.length < least || tree.args.length > most) {
    const count = least === most ? String(least) : `${least} to ${most}`;
    return `"${tree.name}" takes ${count} value${count === "1" ? "" : "s"}, not ${tree.args.length}.`;
  }
  return tree.args.map(unknownCall).find((problem) => problem !== null) ?? null;
}

/**
 * The value of a calculation; `values` are those of its operands, in order, and days are counted in `zone`. Throws
 * RangeError naming the value at fault: empty, not a number, a division by zero.
 */
export function evaluateExpression(parsed: Parsed, values: unknown[], zone: string): Calculated {
  const fault = unknownCall(parsed.tree);
  if (fault) throw new RangeError(fault);
  const named = (tree: Expression) => (tree.type === "operand" ? nameOf(parsed.operands[tree.place] ?? "") : undefined);
  const calculated = (tree: Expression): Calculated => {
    if (tree.type === "value") return tree.value;
    if (tree.type === "operand") return scalar(values[tree.place], parsed.operands[tree.place] ?? "");
    if (tree.type === "minus") return -toNumber(calculated(tree.of), named(tree.of));
    if (tree.type === "call") return functions[tree.name]?.call(tree.args.map(calculated), zone) ?? null;
    const left = calculated(tree.left);
    const right = calculated(tree.right);
    if (Object.hasOwn(comparisons, tree.operator)) return compare(tree.operator, left, right);
    const joins = tree.operator === "+" && (isText(left) || isText(right)) && !(isNumeric(left) && isNumeric(right));
    if (joins) return `${left ?? ""}${right ?? ""}`;
    return arithmetic(tree.operator, toNumber(left, named(tree.left)), toNumber(right, named(tree.right)));
  };
  const result = calculated(parsed.tree);
  return typeof result === "number" ? exact(result) : result;
}

function arithmetic(operator: string, left: number, right: number): number {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  if (right === 0) throw new RangeError("A division by zero.");
  return operator === "/" ? left / right : left % right;
}

const comparisons: Record<string, (order: number) => boolean> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "=": (order) => order === 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
};

function compare(operator: string, left: Calculated, right: Calculated): boolean {
  const holds = comparisons[operator] ?? (() => false);
  if (isNumeric(left) && isNumeric(right)) return holds(exact(Number(left)) - exact(Number(right)));
  if (operator === "=" || operator === "==" || operator === "!=") return holds(left === right ? 0 : 1);
  if (isText(left) && isText(right)) return holds(left < right ? -1 : left > right ? 1 : 0);
  throw new RangeError(`${shown(left)} and ${shown(right)} have no order.`);
}

const shown = (value: Calculated) => (value === null || value === "" ? "an empty value" : JSON.stringify(value));
const isText = (value: Calculated): value is string => typeof value === "string";
const isNumeric = (value: Calculated) =>
  typeof value === "number" || (isText(value) && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value));

function toNumber(value: Calculated | undefined, name?: string): number {
  if (value !== undefined && isNumeric(value)) return Number(value);
  if (value === undefined || value === null || value === "") throw new RangeError(`${name ?? "A value"} is empty.`);
  throw new RangeError(`${name ?? JSON.stringify(value)} is not a number.`);
}

function scalar(value: unknown, template: string): Calculated {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  throw new RangeError(
    `${nameOf(template)} is ${Array.isArray(value) ? "a list" : "an object"}, not a number or text.`,
  );
}

function nameOf(template: string): string {
  return template.replace(/^\{\{-?\s*|\s*-?\}\}$/g, "");
}

/** Sums of decimals such as 0.1 + 0.2 come out as people write them; what is beyond numbers is an error. */
function exact(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError("The result is too large for a number.");
  return Number(value.toPrecision(15));
}

/** Half a unit goes away from zero, as in invoices. */
function rounded(value: number, digits: number): number {
  if (!Number.isInteger(digits) || Math.abs(digits) > 12) throw new RangeError("round takes at most 12 digits.");
  return (Math.sign(value) * Math.round(exact(Math.abs(value) * 10 ** digits))) / 10 ** digits;
}

function toDay(value: Calculated | undefined, zone: string): DateTime {
  const day =
    typeof value === "number" ? DateTime.fromMillis(value, { zone }) : DateTime.fromISO(String(value ?? ""), { zone });
  if (!day.isValid) throw new RangeError(`${shown(value ?? null)} is not a date.`);
  return day.startOf("day");
}

/** Calendar days: one for every midnight between, whatever daylight saving does to their length. */
function daysBetween(from: DateTime, to: DateTime): number {
  return Math.round(to.diff(from, "days").days);
}
