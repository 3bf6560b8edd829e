import type { Param } from "./connection.js";

/** JSON as it is stored: text on both dialects, so that key order and bytes survive. Null stays null. */
export function toColumn(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}

/** A stored JSON column read back; MySQL's JSON type hands over parsed values, every other column text. */
export function fromColumn<T>(column: Param | undefined, otherwise: T): T {
  if (column === null || column === undefined) return otherwise;
  return (typeof column === "string" ? JSON.parse(column) : column) as T;
}
