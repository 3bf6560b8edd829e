import { isDuration } from "../../shared/duration.js";
import { snake } from "./keys.js";
import * as synonyms from "./synonyms.js";
import { byTheirs, entryOf } from "./table.js";

const units = byTheirs(synonyms.units);

const lengths: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The unit a word from elsewhere means: `minutes` is `m`; undefined for none. Months and years are no fixed length. */
export function unitNamed(word: unknown): string | undefined {
  const name = typeof word === "string" ? snake(word).replace(/(?<=..)s$/, "") : "";
  return entryOf(units, name);
}

/**
 * A duration as documents write it: a number counts `unit`s, a text is a number, a duration (`3d`, `PT5M`) or words
 * (`3 days`). Undefined for what is none.
 */
export function durationOf(given: unknown, unit: string): string | undefined {
  if (typeof given === "number") return amount(given, unit);
  if (typeof given !== "string") return undefined;
  const text = given.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return amount(Number(text), unit);
  if (isDuration(text)) return text;
  const words = /^\+?(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text);
  const named = unitNamed(words?.[2]);
  return words && named ? amount(Number(words[1]), named) : undefined;
}

/** In the largest unit that gives a whole number: 7200 seconds are `2h`. */
function amount(many: number, unit: string): string | undefined {
  if (!Number.isFinite(many) || many < 0) return undefined;
  const all = many * (lengths[unit] ?? 1_000);
  // What is given in days stays so: a day is a calendar day, and 24 hours are not.
  const own = unit === "d" || unit === "w" ? [unit] : ["h", "m", "s"];
  const fitting = own.find((one) => Number.isInteger(all / (lengths[one] ?? 1)));
  const text = fitting ? `${all / (lengths[fitting] ?? 1)}${fitting}` : `${Math.ceil(all / 1_000)}s`;
  return isDuration(text) ? text : undefined;
}
