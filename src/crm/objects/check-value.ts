import { isObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Field } from "../record.js";
import { converted } from "./convert-value.js";

/** A value ready to be stored, or what is wrong with it, as a sentence for the person who gave it. */
export type CheckedValue = { value: unknown } | { fault: string };

const TEXT_MAX = 255;
const LONG_TEXT_MAX = 100_000;
const URL_MAX = 1000;
const JSON_MAX = 64_000;
const JSON_DEPTH = 20;
/** Money has four decimals and must survive as a double. */
const MONEY_MAX = 100_000_000_000;

const fault = (message: string): CheckedValue => ({ fault: message });

/**
 * Checks one value against its field, after bringing it into the field's type where nothing is lost; `zone` is that of its
 * days. Null and empty text both mean blank, which every type allows.
 */
export function checkValue(field: Field, written: unknown, zone = "UTC"): CheckedValue {
  const given = converted(field, written, zone);
  if (given === null || given === undefined || given === "") return { value: field.type === "multiSelect" ? [] : null };
  switch (field.type) {
    case "number":
    case "money":
      return checkNumber(field, given);
    case "boolean":
      return typeof given === "boolean"
        ? { value: given }
        : fault(`${field.label} must be true or false, not ${kindOf(given)}.`);
    case "multiSelect":
      return checkOptions(field, given);
    case "json":
      return checkJson(field, given);
    default:
      return typeof given === "string"
        ? checkText(field, given)
        : fault(`${field.label} must be text, not ${kindOf(given)}.`);
  }
}

function checkText(field: Field, text: string): CheckedValue {
  const unfit = unfitText(text);
  if (unfit) return fault(`${field.label} ${unfit}.`);
  switch (field.type) {
    case "email":
      return shaped(field, text.trim(), 254, isEmail, "an e-mail address such as ada@example.com");
    case "phone":
      return shaped(field, text.trim(), 40, isPhone, "a phone number such as +49 30 1234567");
    case "url":
      return shaped(field, text.trim(), URL_MAX, isUrl, "an address such as https://example.com");
    case "date":
      return isDate(text)
        ? { value: text }
        : fault(`${field.label} must be a date such as 2026-03-31, not "${text.slice(0, 40)}".`);
    case "datetime":
      return checkInstant(field, text);
    case "select":
      return checkOption(field, text);
    case "user":
    case "relation":
      return shaped(field, text, 254, () => true, "an id");
    default:
      return shaped(
        field,
        text,
        field.maxLength ?? (field.type === "longText" ? LONG_TEXT_MAX : TEXT_MAX),
        () => true,
        "text",
      );
  }
}

function shaped(field: Field, text: string, max: number, fits: (text: string) => boolean, what: string): CheckedValue {
  const length = [...text].length;
  if (length > max) return fault(`${field.label} is too long: ${length} characters, ${max} are allowed.`);
  return fits(text) ? { value: text } : fault(`${field.label} must be ${what}.`);
}

/** Why text cannot be stored as it is, or null. */
export function unfitText(text: string): string | null {
  if (text.includes("\0")) return "must not contain a NUL character";
  return /\p{Surrogate}/u.test(text) ? "is not well-formed Unicode (a lone surrogate)" : null;
}

/** An address one mail can go to: no list, no spaces, no line break, a domain with a dot. */
export function isEmail(text: string): boolean {
  return /^[^\s@<>(),;:"\\[\]\p{Cc}]{1,64}@[^\s@<>(),;:"\\[\]\p{Cc}.][^\s@<>(),;:"\\[\]\p{Cc}]*\.[^\s@<>(),;:"\\[\]\p{Cc}.]+$/u.test(
    text,
  );
}

function isPhone(text: string): boolean {
  return /^\+?[\d\s()./-]{3,}( ?(x|ext\.?) ?\d{1,6})?$/i.test(text) && /\d.*\d.*\d/.test(text);
}

function isUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s]+$/i.test(text)) return false;
  return URL.canParse(text);
}

/** A real day of the calendar, as YYYY-MM-DD. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith("0000")) return false;
  const instant = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Milliseconds of an ISO 8601 instant with a zone, or null when the text is not one. */
function instantOf(text: string): number | null {
  const match = INSTANT.exec(text);
  if (!match || !isDate(match[1] ?? "")) return null;
  const instant = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  return Number.isNaN(instant) ? null : instant;
}

function checkInstant(field: Field, text: string): CheckedValue {
  const instant = instantOf(text);
  if (instant !== null) return { value: new Date(instant).toISOString() };
  return fault(`${field.label} must be a time with its zone, such as 2026-03-31T09:00:00Z.`);
}

function checkNumber(field: Field, given: unknown): CheckedValue {
  if (typeof given !== "number") return fault(`${field.label} must be a number, not ${kindOf(given)}.`);
  if (!Number.isFinite(given)) return fault(`${field.label} is too large a number.`);
  if (field.type === "number") return { value: given === 0 ? 0 : given };
  if (Math.abs(given) > MONEY_MAX) return fault(`${field.label} is too large.`);
  const rounded = Number(given.toFixed(4));
  return { value: rounded === 0 ? 0 : rounded };
}

function checkOption(field: Field, text: string): CheckedValue {
  const known = (field.options ?? []).map((option) => option.value);
  if (known.includes(text)) return { value: text };
  return fault(
    `"${text.slice(0, 80)}" is not one of the options of ${field.label}.${didYouMean(text.slice(0, 80), known)}`,
  );
}

function checkOptions(field: Field, given: unknown): CheckedValue {
  if (!Array.isArray(given)) return fault(`${field.label} must be a list of options.`);
  for (const one of given) {
    if (typeof one !== "string") return fault(`${field.label} must be a list of texts.`);
    const checked = checkOption(field, one);
    if ("fault" in checked) return checked;
  }
  return { value: [...new Set(given)] };
}

function checkJson(field: Field, given: unknown): CheckedValue {
  const unfit = unfitJson(given, JSON_DEPTH);
  if (unfit) return fault(`${field.label} ${unfit}.`);
  const text = JSON.stringify(given);
  return text.length > JSON_MAX
    ? fault(`${field.label} is too large: ${text.length} characters of JSON, ${JSON_MAX} are allowed.`)
    : { value: given };
}

/** Why a value is not JSON we keep: too deep, a member that would reach a prototype, text that is not well-formed. */
function unfitJson(value: unknown, depth: number): string | null {
  if (typeof value === "string") return unfitText(value);
  if (typeof value === "number") return Number.isFinite(value) ? null : "contains a number that is not finite";
  if (value === null || typeof value === "boolean") return null;
  if (depth === 0) return `is nested deeper than ${JSON_DEPTH} levels`;
  if (Array.isArray(value)) return firstFault(value, (one) => unfitJson(one, depth - 1));
  if (!isObject(value)) return "must be JSON";
  return firstFault(Object.entries(value), ([key, one]) => {
    if (key === "__proto__" || key === "constructor" || key === "prototype")
      return `must not contain the member "${key}"`;
    return unfitText(key) ?? unfitJson(one, depth - 1);
  });
}

function firstFault<T>(list: T[], faultOf: (one: T) => string | null): string | null {
  for (const one of list) {
    const found = faultOf(one);
    if (found) return found;
  }
  return null;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null
    ? "null"
    : typeof value === "object"
      ? "an object"
      : `${typeof value === "string" ? "text" : `a ${typeof value}`}`;
}
