import { Decimal } from "decimal.js";
import type { Arithmetic } from "./expression.js";

// A copy of the library's numbers, so that nobody else's settings are ours. Forty digits hold a product of two numbers.
const Exact = Decimal.clone({ precision: 40, defaults: true });

/** A number without the faults of binary fractions. */
export type Exactly = Decimal;

/** Longer texts are no numbers: reading one takes time by the square of its length. */
const LONGEST = 100;

/** A number, or text that is one as people write it (`12.50`, `-3`), exact from here on; undefined for anything else. */
export function exactOf(value: unknown): Exactly | undefined {
  if (typeof value === "string" && value.length > LONGEST) return undefined;
  if (typeof value === "string") return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value) ? new Exact(value) : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? new Exact(value) : undefined;
  return Exact.isDecimal(value) ? value : undefined;
}

/** What two numbers come to: `0.1 + 0.2` is 0.3. Throws RangeError for a division by zero. */
export function workedOut(operator: Arithmetic, left: Exactly, right: Exactly): Exactly {
  switch (operator) {
    case "+":
      return left.plus(right);
    case "-":
      return left.minus(right);
    case "*":
      return left.times(right);
  }
  if (right.isZero()) throw new RangeError("A division by zero.");
  return operator === "/" ? left.dividedBy(right) : left.modulo(right);
}

/** Rounded to so many digits behind the point, or with a negative number before it; half a unit goes away from zero. */
export function rounded(value: Exactly, digits: number): Exactly {
  if (!Number.isInteger(digits) || Math.abs(digits) > 12) throw new RangeError("round takes at most 12 digits.");
  return digits >= 0
    ? value.toDecimalPlaces(digits, Decimal.ROUND_HALF_UP)
    : value.toNearest(new Exact(10).pow(-digits), Decimal.ROUND_HALF_UP);
}

/** The nearest number JSON can hold. Throws RangeError for what is beyond numbers. */
export function asNumber(value: Exactly): number {
  const number = value.toNumber();
  if (!Number.isFinite(number)) throw new RangeError("The result is too large for a number.");
  // JSON has no -0.
  return number + 0;
}

/** Below, at or above zero; what only the last digits of a division tell apart is the same. */
export function compared(left: Exactly, right: Exactly): number {
  return left.toSignificantDigits(20).comparedTo(right.toSignificantDigits(20));
}
