import type { Context } from "liquidjs";
import { asNumber, exactOf, workedOut } from "../../expressions/index.js";
import { isBlank, wrongInput } from "./filter-error.js";
import { settingsOf } from "./settings.js";

const written =
  /^([+-]?)(?:\p{Sc}|[A-Z]{3}|[A-Z]{1,2}\p{Sc})?([+-]?)([\d.,]+)(e[+-]?\d{1,3})?(?:\p{Sc}|%|[A-Z]{3})?$/iu;

/**
 * The number a value means, null when it means none. Spaces, a currency and thousands separators are taken off; of comma
 * and point the last one is the decimal sign, except that a lone comma before three digits groups (`1,234`; but `1,5`).
 */
export function to_number(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string" || value.length > 100) return null;
  const match = written.exec(value.replace(/[\s'’]/g, ""));
  if (!match) return null;
  const [, outer = "", inner = "", digits = "", exponent = ""] = match;
  const sign = decimalSign(digits);
  const at = sign ? digits.lastIndexOf(sign) : digits.length;
  const text = `${digits.slice(0, at).replace(/[.,]/g, "")}.${digits.slice(at + 1)}`;
  return /\d/.test(text) ? Number(`${outer || inner}${text}${exponent}`) : null;
}

/** An amount for people: `{{ 1234.5 | money: "EUR" }}` is €1,234.50; without a currency the scope's, or just the number. */
export function money(this: { context: Context }, value: unknown, currency?: unknown, locale?: unknown): string | null {
  if (isBlank(value)) return null;
  const amount = to_number(value);
  if (amount === null) throw wrongInput("money", "a number");
  const code = currency ?? settingsOf(this.context).currency;
  if (code !== undefined && !/^[A-Za-z]{3}$/.test(String(code)))
    throw wrongInput("money", "a currency code such as EUR");
  return formatter(code === undefined ? "" : String(code).toUpperCase(), String(locale ?? "en-US")).format(amount);
}

/** The total of a list, numbers of each item under `path` if given; blanks count nothing. In exact decimals: 0.1 and 0.2 are 0.3. */
export function total(values: readonly unknown[]): number {
  const numbers = values.flatMap((value) => exactOf(to_number(value)) ?? []);
  const [first, ...more] = numbers;
  return first ? asNumber(more.reduce((sum, one) => workedOut("+", sum, one), first)) : 0;
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(currency: string, locale: string): Intl.NumberFormat {
  const key = `${currency} ${locale}`;
  const known = formatters.get(key);
  if (known) return known;
  const style = currency
    ? { style: "currency" as const, currency }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  try {
    const made = new Intl.NumberFormat(locale, style);
    if (formatters.size < 200) formatters.set(key, made);
    return made;
  } catch {
    throw wrongInput("money", "a currency code such as EUR and a language such as de");
  }
}

function decimalSign(digits: string): "," | "." | undefined {
  const commas = digits.split(",").length - 1;
  const points = digits.split(".").length - 1;
  if (commas > 0 && points > 0) return digits.lastIndexOf(",") > digits.lastIndexOf(".") ? "," : ".";
  if (commas === 1) return /^\d{1,3},\d{3}$/.test(digits) ? undefined : ",";
  return points === 1 ? "." : undefined;
}
