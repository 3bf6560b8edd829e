import { canonicalJson } from "../shared/json.js";
import type { FieldTypeName } from "./field-types.js";
import { looksLikeInstant, toInstant } from "./instants.js";

const decimal = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*$/;

/** What both sides of a comparison became: of one kind, or undefined when they cannot be compared. */
type Pair = { left: number; right: number } | { left: string; right: string } | { left: boolean; right: boolean };

/** A number, or text that is wholly one; anything else is undefined. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && decimal.test(value) ? Number(value) : undefined;
}

/** true and false, also as text and as the 0 and 1 of databases. */
export function toBoolean(value: unknown): boolean | undefined {
  if (value === true || value === "true" || value === 1) return true;
  return value === false || value === "false" || value === 0 ? false : undefined;
}

/**
 * Whether two present values are the same for a field of `type`: numbers as numbers, dates as instants, text to the
 * letter, multi-selects as sets. Without a type only values of one kind are equal: `"10"` is not `10`.
 */
export function isSame(left: unknown, right: unknown, type: FieldTypeName | undefined, zone: string): boolean {
  const pair = pairOf(left, right, type, zone);
  if (pair) return pair.left === pair.right;
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (type === "multiSelect" && Array.isArray(left) && Array.isArray(right)) return sorted(left) === sorted(right);
  return canonicalJson(left) === canonicalJson(right);
}

/**
 * Whether two values of a field mean the same, blank ones included: an instant in any zone, a set in any order, and of a
 * checkbox blank and no.
 */
export function isAlike(left: unknown, right: unknown, type: FieldTypeName | undefined, zone: string): boolean {
  const [a, b] = [isNothing(left, type), isNothing(right, type)];
  if (a || b) return a && b;
  return isSame(left, right, type, zone);
}

function isNothing(value: unknown, type: FieldTypeName | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (type === "boolean") return toBoolean(value) === false;
  return Array.isArray(value) && value.length === 0;
}

/**
 * Why two values that read alike are not the same: `"10"` is text and 10 is a number. Undefined when they do not read
 * alike, or when a field's type says how they compare.
 */
export function whyUnlike(left: unknown, right: unknown, type: FieldTypeName | undefined): string | undefined {
  if (type !== undefined && type !== "json" && type !== "multiSelect") return undefined;
  const [a, b] = [kindOf(left), kindOf(right)];
  if (!a || !b || a === b || String(left).trim() !== String(right).trim()) return undefined;
  return `${JSON.stringify(left)} is ${a} and ${JSON.stringify(right)} is ${b}: nothing says of what type they are, so they are not the same.`;
}

function kindOf(value: unknown): string | undefined {
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "a number";
  return typeof value === "boolean" ? "yes or no" : undefined;
}

/** Below, at or above zero as `left` is under, equal to or over `right`; undefined when they have no order. */
export function order(
  left: unknown,
  right: unknown,
  type: FieldTypeName | undefined,
  zone: string,
): number | undefined {
  const pair = pairOf(left, right, type, zone);
  if (!pair || typeof pair.left === "boolean") return undefined;
  if (pair.left === pair.right) return 0;
  return pair.left < pair.right ? -1 : 1;
}

function pairOf(left: unknown, right: unknown, type: FieldTypeName | undefined, zone: string): Pair | undefined {
  switch (type) {
    case "number":
    case "money":
      return both(toNumber(left), toNumber(right));
    case "boolean":
      return both(toBoolean(left), toBoolean(right));
    case "date":
    case "datetime":
      return both(toInstant(left, zone), toInstant(right, zone));
    case undefined:
    case "json":
    case "multiSelect":
      return untyped(left, right, zone);
    default:
      return both(toText(left), toText(right));
  }
}

function untyped(left: unknown, right: unknown, zone: string): Pair | undefined {
  if (typeof left === "number" && typeof right === "number") return both(toNumber(left), toNumber(right));
  if (typeof left === "boolean" && typeof right === "boolean") return { left, right };
  if (left instanceof Date || right instanceof Date) return both(toInstant(left, zone), toInstant(right, zone));
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  if (!looksLikeInstant(left) || !looksLikeInstant(right)) return { left, right };
  return both(toInstant(left, zone), toInstant(right, zone)) ?? { left, right };
}

function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function both<T extends number | string | boolean>(left: T | undefined, right: T | undefined): Pair | undefined {
  return left === undefined || right === undefined ? undefined : ({ left, right } as Pair);
}

function sorted(values: unknown[]): string {
  return values
    .map((value) => canonicalJson(value))
    .sort()
    .join(",");
}
