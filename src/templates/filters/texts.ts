import { type Context, toValue } from "liquidjs";
import { marked } from "marked";
import sanitizeHtml from "sanitize-html";
import { jsonOf } from "../related.js";
import { isBlank } from "./filter-error.js";

const maxMarkdown = 100_000;
const letters: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", þ: "th", ð: "d", ı: "i" };

/** A text for addresses and file names: `Größe & Co.` is grosse-co. */
export function slug(value: unknown): string {
  return textOf(value)
    .toLowerCase()
    .replace(/[ßæœøđłþðı]/g, (letter) => letters[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}

/** A number to dial: digits, with a leading + where it is international. With a country code national numbers become so too. */
export function phone(value: unknown, country?: unknown): string | null {
  if (isBlank(value)) return null;
  const text = textOf(value).replace(/\(0\)/g, "");
  const digits = text.replace(/\D/g, "");
  const code = textOf(country).replace(/\D/g, "");
  if (/^\s*\+/.test(text)) return `+${digits}`;
  if (digits.startsWith("00")) return `+${digits.slice(2)}`;
  if (!code || !digits) return digits;
  // In North America the country code doubles as the trunk prefix.
  if (code === "1") return `+${digits.length === 11 && digits.startsWith("1") ? digits : `1${digits}`}`;
  return `+${code}${digits.replace(/^0/, "")}`;
}

/** JSON text, indented when asked: `{{ steps.find.output | json: 2 }}`. */
export function json(this: { context: Context }, value: unknown, indent: unknown = 0): string {
  return jsonOf(toValue(value as never), Math.min(Math.max(Number(indent) || 0, 0), 10), (size) =>
    this.context.memoryLimit.use(size),
  );
}

/** Markdown as clean HTML: no scripts, styles, handlers or foreign frames survive. */
export function markdown(value: unknown): string {
  const text = textOf(value).slice(0, maxMarkdown);
  return sanitizeHtml(marked.parse(text, { async: false, gfm: true, breaks: true })).trim();
}

function textOf(given: unknown): string {
  const value: unknown = toValue(given as never);
  return value === null || value === undefined ? "" : String(value);
}
