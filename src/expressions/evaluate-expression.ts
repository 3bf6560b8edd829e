import { didYouMean } from "../shared/nearest.js";
import { asNumber, compared, exactOf, workedOut } from "./decimal.js";
import type { Comparison, Expression } from "./expression.js";
import { functions, isExact, isTrue, shown, toNumber, type Value } from "./functions.js";

/** What a calculation may come to. */
export type Calculated = number | string | boolean | null;

/** The templates a calculation reads, each once: `{{ record.amount }}` for a name, others as they were written. */
export function operandsOf(expression: Expression): string[] {
  return [...new Set(withParts(expression).flatMap((part) => templateOf(part) ?? []))];
}

function templateOf(part: Expression): string | undefined {
  if (part.type === "template") return part.text;
  return part.type === "path" ? `{{ ${part.text} }}` : undefined;
}

/** What no values could mend: a function there is not, too many values, what is no part of a calculation. Null when all is well. */
export function faultIn(expression: Expression): string | null {
  return (
    withParts(expression)
      .map(faultOf)
      .find((fault) => fault !== null) ?? null
  );
}

function faultOf(part: Expression): string | null {
  if (part.type === "method") return `A calculation has no ".${part.name}"; its functions stand before what they take.`;
  if (part.type === "list") return "A calculation has no lists.";
  if (part.type === "compare" && !Object.hasOwn(holds, part.operator))
    return `A calculation cannot ask "${part.operator}".`;
  if (part.type !== "call") return null;
  const known = Object.hasOwn(functions, part.name) ? functions[part.name] : undefined;
  if (!known) return `There is no function "${part.name}".${didYouMean(part.name, Object.keys(functions))}`;
  const [least, most] = known.takes;
  if (part.args.length >= least && part.args.length <= most) return null;
  const count = least === most ? String(least) : `${least} to ${most}`;
  return `"${part.name}" takes ${count} value${count === "1" ? "" : "s"}, not ${part.args.length}.`;
}

/** An expression and everything in it, in the order of the text. */
function withParts(expression: Expression): Expression[] {
  const all: Expression[] = [];
  const left = [expression];
  for (let part = left.pop(); part; part = left.pop()) {
    all.push(part);
    left.push(...partsOf(part).toReversed());
  }
  return all;
}

function partsOf(part: Expression): Expression[] {
  switch (part.type) {
    case "value":
    case "path":
    case "template":
      return [];
    case "list":
      return part.items;
    case "call":
      return part.args;
    case "method":
      return [part.of, ...part.args];
    case "not":
    case "minus":
      return [part.of];
    case "and":
    case "or":
      return part.of;
    case "choice":
      return [part.test, part.yes, part.no];
    case "compare":
    case "arithmetic":
      return [part.left, part.right];
  }
}

/**
 * The value of a calculation; `values` are those of its operands by their template, and days are counted in `zone`.
 * Numbers are exact decimals until the end. Throws RangeError naming the value at fault: empty, not a number, a division
 * by zero.
 */
export function evaluateExpression(
  expression: Expression,
  values: ReadonlyMap<string, unknown>,
  zone: string,
): Calculated {
  const fault = faultIn(expression);
  if (fault) throw new RangeError(fault);
  const result = worth(expression, values, zone);
  return isExact(result) ? asNumber(result) : result;
}

function worth(part: Expression, values: ReadonlyMap<string, unknown>, zone: string): Value {
  const of = (inner: Expression) => worth(inner, values, zone);
  const number = (inner: Expression) => toNumber(of(inner), nameOf(inner));
  switch (part.type) {
    case "value":
      return scalar(part.value, String(part.value));
    case "path":
    case "template":
      return scalar(values.get(templateOf(part) ?? ""), nameOf(part) ?? "");
    case "minus":
      return number(part.of).negated();
    case "not":
      return !isTrue(of(part.of));
    case "and":
    case "or":
      return joined(part, of);
    case "choice":
      return isTrue(of(part.test)) ? of(part.yes) : of(part.no);
    case "call":
      return functions[part.name]?.call(part.args.map(of), zone) ?? null;
    case "compare":
      return ordered(part.operator, of(part.left), of(part.right));
    case "arithmetic": {
      const [left, right] = [of(part.left), of(part.right)];
      if (part.operator === "+" && joinsText(left, right)) return `${left ?? ""}${right ?? ""}`;
      return workedOut(part.operator, toNumber(left, nameOf(part.left)), toNumber(right, nameOf(part.right)));
    }
    default:
      throw new RangeError(faultOf(part) ?? "This cannot be calculated.");
  }
}

/** The first of them that decides, as its value: `name || "you"`. */
function joined(part: Expression & { type: "and" | "or" }, of: (inner: Expression) => Value): Value {
  let last: Value = null;
  for (const inner of part.of) {
    last = of(inner);
    if (isTrue(last) === (part.type === "or")) return last;
  }
  return last;
}

function joinsText(left: Value, right: Value): boolean {
  return (typeof left === "string" || typeof right === "string") && !(exactOf(left) && exactOf(right));
}

const holds: Partial<Record<Comparison, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
};

function ordered(operator: Comparison, left: Value, right: Value): boolean {
  const test = holds[operator] ?? (() => false);
  const [a, b] = [exactOf(left), exactOf(right)];
  if (a && b) return test(compared(a, b));
  if (operator === "==" || operator === "!=") return test(left === right ? 0 : 1);
  if (typeof left === "string" && typeof right === "string") return test(left < right ? -1 : left > right ? 1 : 0);
  throw new RangeError(`${shown(left)} and ${shown(right)} have no order.`);
}

function scalar(value: unknown, name: string): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === "number") return toNumber(exactOf(value) ?? "", name);
  if (typeof value === "string" || typeof value === "boolean") return value;
  throw new RangeError(`${name} is ${Array.isArray(value) ? "a list" : "an object"}, not a number or text.`);
}

/** What an operand is called, as it was written. */
function nameOf(part: Expression): string | undefined {
  if (part.type === "path") return part.text;
  return part.type === "template" ? part.text.replace(/^\{\{-?\s*|\s*-?\}\}$/g, "") : undefined;
}
