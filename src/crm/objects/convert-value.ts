import { DateTime } from "luxon";
import type { Field } from "../record.js";

const local = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?$/;
const instant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/**
 * A value in the type of its field, as conditions would compare it, when nothing of it is lost: `"12"` as 12, 12 as `"12"`,
 * an instant as its day in `zone`, a day or a time without a zone as the instant it is there. Anything else comes back as
 * it was, to be refused in words.
 */
export function converted(field: Field, given: unknown, zone: string): unknown {
  switch (field.type) {
    case "number":
    case "money":
      return typeof given === "string" ? asNumber(given.trim()) : given;
    case "boolean":
      return asTruth(given);
    case "date":
      return typeof given === "string" && instant.test(given) ? dayOf(given, zone) : given;
    case "datetime":
      return typeof given === "string" && local.test(given) ? instantOf(given, zone) : given;
    case "multiSelect":
      return typeof given === "string" ? [given] : given;
    case "json":
    case "user":
    case "relation":
      return given;
    default:
      return typeof given === "number" || typeof given === "boolean" ? String(given) : given;
  }
}

/** True for a value that only a zone makes one of the field's type. */
export function needsZone(field: Field, given: unknown): boolean {
  if (typeof given !== "string") return false;
  return (field.type === "date" && instant.test(given)) || (field.type === "datetime" && local.test(given));
}

/** Digits that a number cannot hold stay text. */
function asNumber(text: string): unknown {
  if (!number.test(text)) return text;
  const digits = text
    .replace(/[eE].*$/, "")
    .replace(/\D/g, "")
    .replace(/^0+|0+$/g, "");
  return digits.length <= 15 || String(Number(text)) === text ? Number(text) : text;
}

function asTruth(given: unknown): unknown {
  if (given === "true" || given === 1) return true;
  return given === "false" || given === 0 ? false : given;
}

function dayOf(text: string, zone: string): string {
  const at = DateTime.fromISO(text.replace(" ", "T"), { zone });
  return at.isValid ? at.toFormat("yyyy-MM-dd") : text;
}

function instantOf(text: string, zone: string): string {
  const at = DateTime.fromISO(text.replace(" ", "T"), { zone });
  return at.isValid ? at.toUTC().toISO() : text;
}
