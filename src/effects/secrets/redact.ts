import { isObject } from "../../shared/json.js";

/** Shorter secrets are not looked for: they are in half of all words, and hiding them would only spoil what is told. */
const SHORTEST = 4;

/**
 * A copy of `value` in which every known secret's value reads `[secret name]`, in texts and in member names: as it is,
 * in base64 (also inside a longer encoded text), URL-encoded, and as it looks inside JSON or HTML.
 * A secret of fewer than four characters is none.
 */
export function redact<T>(value: T, secrets: Record<string, string>): T {
  const hidden = Object.entries(secrets)
    .filter(([, secret]) => secret.length >= SHORTEST)
    .flatMap(([name, secret]) => formsOf(secret).map((form) => ({ form, name })))
    .sort((a, b) => b.form.length - a.form.length);
  return hidden.length === 0 ? value : (copy(value, (text) => hide(text, hidden)) as T);
}

/** True when `text` holds the secret in any of the forms that `redact` knows. */
export function reveals(text: string, secret: string): boolean {
  return secret !== "" && formsOf(secret).some((form) => text.includes(form));
}

function hide(text: string, hidden: { form: string; name: string }[]): string {
  let safe = text;
  for (const { form, name } of hidden) if (safe.includes(form)) safe = safe.replaceAll(form, () => `[secret ${name}]`);
  return safe;
}

function copy(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => copy(item, change));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [change(key), copy(inner, change)]));
  return value;
}

function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(wellFormed(secret));
  return [
    ...new Set([
      secret,
      encoded,
      encoded.replaceAll("%20", "+"),
      encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
      JSON.stringify(secret).slice(1, -1),
      escapedHtml(secret, "&quot;", "&#39;"),
      escapedHtml(secret, '"', "'"),
      ...base64Forms(secret),
    ]),
  ];
}

function escapedHtml(text: string, quote: string, apostrophe: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replaceAll('"', quote).replaceAll("'", apostrophe);
}

/** Base64 of a text that holds the secret differs with where it begins (three ways); only characters it alone decides count. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inner = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const foreign = Math.ceil((offset * 8) / 6);
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(foreign, whole);
  });
  const forms = [
    bytes.toString("base64"),
    bytes.toString("base64").replace(/=+$/, ""),
    ...inner.filter((form) => form.length >= 8),
  ];
  return [...forms, ...forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

/** `encodeURIComponent` throws on half a surrogate pair. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
