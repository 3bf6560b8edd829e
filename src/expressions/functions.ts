import { DateTime } from "luxon";
import { type Exactly, exactOf, rounded } from "./decimal.js";

/** A value while it is worked with. */
export type Value = Exactly | string | boolean | null;

type Call = { takes: [least: number, most: number]; call(args: readonly Value[], zone: string): Value };

const one = (of: (value: Exactly) => Exactly): Call => ({ takes: [1, 1], call: ([value]) => of(toNumber(value)) });
const least = (all: Exactly[]) => all.reduce((a, b) => (b.lessThan(a) ? b : a));
const most = (all: Exactly[]) => all.reduce((a, b) => (b.greaterThan(a) ? b : a));

/** What can be called in a calculation. */
export const functions: Record<string, Call> = {
  round: {
    takes: [1, 2],
    call: ([value, digits]) => rounded(toNumber(value), digits === undefined ? 0 : toNumber(digits).toNumber()),
  },
  floor: one((value) => value.floor()),
  ceil: one((value) => value.ceil()),
  abs: one((value) => value.abs()),
  min: { takes: [1, 50], call: (args) => least(args.map((value) => toNumber(value))) },
  max: { takes: [1, 50], call: (args) => most(args.map((value) => toNumber(value))) },
  days: { takes: [2, 2], call: ([from, to], zone) => exactOf(daysBetween(toDay(from, zone), toDay(to, zone))) ?? null },
  if: { takes: [3, 3], call: ([test, yes, no]) => (isTrue(test) ? (yes ?? null) : (no ?? null)) },
};

/** False for nothing: no, zero, an empty value. */
export function isTrue(value: Value | undefined): boolean {
  return isExact(value) ? !value.isZero() : Boolean(value);
}

export function isExact(value: Value | undefined): value is Exactly {
  return typeof value === "object" && value !== null;
}

/** A number, or text that is wholly one. Throws RangeError naming what is none. */
export function toNumber(value: Value | undefined, name?: string): Exactly {
  const exact = exactOf(value);
  if (exact) return exact;
  if (value === undefined || value === null || value === "") throw new RangeError(`${name ?? "A value"} is empty.`);
  throw new RangeError(`${name ?? JSON.stringify(value)} is not a number.`);
}

/** A value as a sentence names it. */
export function shown(value: Value | undefined): string {
  if (value === undefined || value === null || value === "") return "an empty value";
  return isExact(value) ? value.toString() : JSON.stringify(value);
}

function toDay(value: Value | undefined, zone: string): DateTime {
  const day = isExact(value)
    ? DateTime.fromMillis(value.toNumber(), { zone })
    : DateTime.fromISO(String(value ?? ""), { zone });
  if (!day.isValid) throw new RangeError(`${shown(value)} is not a date.`);
  return day.startOf("day");
}

/** Calendar days: one for every midnight between, whatever daylight saving does to their length. */
function daysBetween(from: DateTime, to: DateTime): number {
  return Math.round(to.diff(from, "days").days);
}
