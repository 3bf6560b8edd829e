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
