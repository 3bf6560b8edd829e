import type { Facts } from "./explanation.js";
import type { FieldTypeName } from "./field-types.js";

/** One leaf as it met the facts: both values, the field's type, and what an operator may need besides. */
export type Reading = {
  left: unknown;
  right: unknown;
  type: FieldTypeName | undefined;
  /** The path of the left value; the operators about changes take it as the field's name. */
  path: string;
  facts: Facts;
  zone: string;
  /** Why this leaf could not be decided as asked; an operator may set it. */
  reason?: string;
};

/** What an operator expects as its `value`. */
export type ValueShape = "none" | "single" | "list" | "range" | "text" | "pattern" | "instant" | "day" | "window";

/**
 * One operator. `holds` is asked only when both values are there, unless `allowsMissing`; it never throws on purpose.
 * `left` replaces what is shown and compared as the left value.
 */
export type Operator = {
  name: string;
  /** In words, between a field's name and a value: `is over`. */
  label: string;
  types: "any" | readonly FieldTypeName[];
  value: ValueShape;
  allowsMissing?: boolean;
  left?(reading: Reading): unknown;
  holds(reading: Reading): boolean;
};

/** True for what counts as no value: conditions about it are false, only isEmpty and isNotEmpty can ask. */
export function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
