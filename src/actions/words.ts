import { isDuration } from "../shared/duration.js";
import { isObject } from "../shared/json.js";

/** `a, b and c`. */
export function listed(parts: string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** A config value as it reads in a sentence: short, and a template by what it names. */
export function inWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (Array.isArray(value)) return listed(value.map(inWords));
  if (isObject(value)) return typeof value["id"] === "string" ? inWords(value["id"]) : "a value";
  const text = String(value)
    .replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** A text as it reads inside a sentence: `"Call Northwind"`. */
export function quoted(value: unknown): string {
  return `"${inWords(value)}"`;
}

/** `an order`, `a task`. */
export function one(object: unknown): string {
  const name = inWords(object);
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}

/** `stage to won and status to onboarding`, or with other words between field and value. */
export function settings(values: unknown, between = "to"): string {
  if (!isObject(values)) return "fields";
  return listed(Object.entries(values).map(([field, value]) => `${field} ${between} ${inWords(value)}`)) || "no fields";
}

/** The record a sentence is about: `the record`, `the company record.company`. */
export function recordInWords(record: unknown): string {
  if (record === undefined || record === "") return "the record";
  const object = isObject(record) && typeof record["object"] === "string" ? record["object"] : "record";
  return `the ${object} ${inWords(record)}`;
}

const units: Record<string, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };

/** `2d` as `2 days`; anything else as it is written. */
export function durationInWords(text: unknown): string {
  const match = typeof text === "string" && isDuration(text) ? /^(\d+)\s*([smhdw])$/.exec(text.trim()) : null;
  const unit = match ? units[match[2] ?? ""] : undefined;
  return match && unit ? `${match[1]} ${unit}${match[1] === "1" ? "" : "s"}` : inWords(text);
}
