import Handlebars, { type HelperOptions } from "handlebars";
import { assetPath } from "./assets.js";
import { absolute, duration, type Instant, preview } from "./formats.js";
import { type Icon, icons } from "./icons.js";
import type { Site } from "./site.js";
import { statusWord, toneOf } from "./statuses.js";
import { t } from "./text.js";

const { SafeString, escapeExpression } = Handlebars;
const site = (options: HelperOptions): Site => (options.data as { root: { site: Site } }).root.site;

/** Everything a template may call beside Handlebars' own; any other name is refused when the template is compiled. */
export const helpers = {
  t: (key: string, options: HelperOptions) => t(key, options.hash as Record<string, unknown>),
  url(path: string, options: HelperOptions) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.hash as Record<string, unknown>)) {
      if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
    }
    return `${site(options).base}${path}${query.size > 0 ? `?${query}` : ""}`;
  },
  asset: (name: string, options: HelperOptions) => site(options).base + assetPath(name),
  icon(name: string, options: HelperOptions) {
    if (!icons.includes(name as Icon)) throw new Error(`There is no icon "${name}" in src/web/pages/icons.ts.`);
    const href = `${site(options).base}${assetPath("icons.svg")}#${name}`;
    return new SafeString(`<svg class="icon" aria-hidden="true"><use href="${escapeExpression(href)}"></use></svg>`);
  },
  csrf: (options: HelperOptions) =>
    new SafeString(`<input type="hidden" name="_csrf" value="${escapeExpression(site(options).csrf)}">`),
  time(instant: Instant, options: HelperOptions) {
    const at = absolute(instant, site(options).zone);
    if (!at) return "–";
    const title = absolute(instant, site(options).zone, true)?.text ?? "";
    const text = `${escapeExpression(at.text)}`;
    return new SafeString(
      `<relative-time datetime="${escapeExpression(at.iso)}" title="${escapeExpression(title)}">${text}</relative-time>`,
    );
  },
  instant(instant: Instant, options: HelperOptions) {
    const at = absolute(instant, site(options).zone);
    if (!at) return "–";
    const title = absolute(instant, site(options).zone, true)?.text ?? "";
    return new SafeString(
      `<time datetime="${escapeExpression(at.iso)}" title="${escapeExpression(title)}">${escapeExpression(at.text)}</time>`,
    );
  },
  duration: (ms: number | null) => duration(ms),
  number: (value: number) => Number(value).toLocaleString("en"),
  tone: (status: string) => `tone-${toneOf(status)}`,
  pill(status: string) {
    const word = escapeExpression(statusWord(status));
    return new SafeString(`<span class="pill tone-${toneOf(status)}"><span class="dot"></span>${word}</span>`);
  },
  json(value: unknown) {
    const { text, cut } = preview(value);
    return cut ? `${text}…` : text;
  },
  marked: (text: string) =>
    new SafeString(escapeExpression(text).replace(/&#x60;([^&]{1,80})&#x60;/g, "<code>$1</code>")),
  focused(id: string, options: HelperOptions) {
    const { focus } = (options.data as { root: { focus?: string } }).root;
    return focus === id ? new SafeString("autofocus") : "";
  },
  eq: (a: unknown, b: unknown) => a === b,
  ne: (a: unknown, b: unknown) => a !== b,
  not: (a: unknown) => !a,
  and: (...all: unknown[]) => all.slice(0, -1).every(Boolean),
  or: (...all: unknown[]) => all.slice(0, -1).find(Boolean) ?? false,
  concat: (...all: unknown[]) => all.slice(0, -1).join(""),
  object: (options: HelperOptions) => options.hash as Record<string, unknown>,
};
