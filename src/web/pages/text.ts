import { readFileSync } from "node:fs";
import { isObject } from "../../shared/json.js";

type Texts = { [key: string]: string | Texts };

const texts = JSON.parse(readFileSync(new URL("../../../locales/en.json", import.meta.url), "utf8")) as Texts;
const plural = new Intl.PluralRules("en");

/**
 * The text of a dotted key of `locales/`, its `{name}` places filled. An entry with `one` and `other` is chosen by the
 * value `n`. A key that is not there comes back as it is, so that a page never fails over a word; a test finds it.
 */
export function t(key: string, values: Record<string, unknown> = {}): string {
  const entry = find(key);
  const text = typeof entry === "string" ? entry : isObject(entry) ? chosen(entry, values["n"]) : undefined;
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (name in values ? shown(values[name]) : place));
}

/** True when there is such a text. */
export function hasText(key: string): boolean {
  return find(key) !== undefined;
}

/** The text of `key`, or `otherwise` when there is none: for words that a host may have added. */
export function textOr(key: string, otherwise: string, values: Record<string, unknown> = {}): string {
  return hasText(key) ? t(key, values) : otherwise;
}

function find(key: string): string | Texts | undefined {
  let here: string | Texts | undefined = texts;
  for (const part of key.split("."))
    here = isObject(here) && Object.hasOwn(here, part) ? (here as Texts)[part] : undefined;
  return here;
}

function chosen(entry: Texts, n: unknown): string | undefined {
  const form = entry[plural.select(Number(n ?? 0))] ?? entry["other"];
  return typeof form === "string" ? form : undefined;
}

function shown(value: unknown): string {
  return typeof value === "number" ? value.toLocaleString("en") : String(value ?? "");
}
