import { convert } from "html-to-text";
import juice from "juice";
import { marked } from "marked";
import sanitize from "sanitize-html";
import type { MailMessage } from "../effects.js";
import { UNSUBSCRIBE } from "./unsubscribe.js";

/** Plain looks that every mail program shows alike; written into the elements, because programs drop style sheets. */
const STYLE = `
  .mail { font: 16px/1.5 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: #1f2328; max-width: 640px; }
  .mail a { color: #0b5fff; }
  .mail h1 { font-size: 22px; line-height: 1.3; } .mail h2 { font-size: 19px; line-height: 1.3; } .mail h3 { font-size: 17px; }
  .mail blockquote { margin: 0; padding-left: 12px; border-left: 3px solid #d0d7de; color: #57606a; }
  .mail pre, .mail code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 14px; }
  .mail pre { background: #f6f8fa; padding: 12px; }
  .mail table { border-collapse: collapse; } .mail th, .mail td { border: 1px solid #d0d7de; padding: 4px 10px; text-align: left; }
  .mail .footer { margin-top: 32px; font-size: 13px; color: #57606a; }
`;

/** A style sheet of the author's beyond this is left out: matching it costs rules times elements. */
const CSS_LIMIT = 20_000;

/** What is rendered of a message. */
export type Renderable = Pick<MailMessage, "body" | "format" | "class">;

/** Both parts of a mail. */
export type MailParts = { html: string; text: string };

const FOOTER = `<p class="footer"><a href="${UNSUBSCRIBE}">Unsubscribe</a> from these mails.</p>`;

/**
 * Both parts of a mail. The HTML holds no script, form, frame or handler; the text says the same without marks. How long
 * it takes grows faster than the body: long ones go through `renderGuarded`.
 */
export function renderMail(message: Renderable): MailParts {
  const body = message.format === "html" ? message.body : marked.parse(message.body, { async: false, gfm: true });
  const footer = message.class === "marketing" ? FOOTER : "";
  const { content, css } = withoutSheets(body);
  const html = inert(styled(`<div class="mail">${inert(content, ["class", "id"])}${footer}</div>`, css));
  return {
    html: `<!doctype html><html><head><meta charset="utf-8"></head><body>${html}</body></html>`,
    text: textOf(html),
  };
}

/** Takes the style sheets out of a page; walks it once, whatever is left open in it. */
function withoutSheets(html: string): { content: string; css: string } {
  const begin = /<style\b[^>]*>/gi;
  const end = /<\/style\s*>/gi;
  let content = "";
  let css = "";
  let at = 0;
  for (let sheet = begin.exec(html); sheet; sheet = begin.exec(html)) {
    end.lastIndex = begin.lastIndex;
    const closed = end.exec(html);
    if (!closed) break;
    content += html.slice(at, sheet.index);
    css += `${html.slice(begin.lastIndex, closed.index)}\n`;
    at = end.lastIndex;
    begin.lastIndex = at;
  }
  return { content: content + html.slice(at), css: css.length > CSS_LIMIT ? "" : css.replace(/@import[^;]*;?/gi, "") };
}

/** A style sheet that cannot be read costs the mail its looks, not its sending. */
function styled(html: string, css: string): string {
  const settings = { applyStyleTags: false, removeStyleTags: false };
  try {
    return juice.inlineContent(html, STYLE + css, settings);
  } catch {
    return juice.inlineContent(html, STYLE, settings);
  }
}

const looks = [
  "style",
  "align",
  "valign",
  "width",
  "height",
  "bgcolor",
  "border",
  "cellpadding",
  "cellspacing",
  "dir",
  "lang",
  "title",
];

/**
 * Done before styling, which is slow on deep nesting, with the names style sheets go by; and again after it, so that
 * nothing a style sheet wrote escapes.
 */
function inert(html: string, names: string[] = []): string {
  return sanitize(html, {
    allowedTags: [...sanitize.defaults.allowedTags, "img", "center", "font", "del", "ins"],
    allowedAttributes: {
      "*": [...looks, ...names],
      a: ["href", "name", "target"],
      img: ["src", "alt", "width", "height"],
      td: ["colspan", "rowspan"],
      th: ["colspan", "rowspan", "scope"],
      font: ["color", "face", "size"],
      ol: ["start", "type"],
    },
    allowedSchemes: ["http", "https", "mailto", "tel"],
    allowedSchemesByTag: { img: ["http", "https", "data", "cid"] },
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    nestingLimit: 60,
    transformTags: { "*": (tagName, attribs) => ({ tagName, attribs: withoutActiveStyle(attribs) }) },
  });
}

function withoutActiveStyle(attribs: Record<string, string>): Record<string, string> {
  const active = /url\s*\(|expression|javascript:|behaviou?r|-moz-binding|\\|position\s*:\s*fixed/i;
  if (!active.test(attribs["style"] ?? "")) return attribs;
  const { style: _dropped, ...rest } = attribs;
  return rest;
}

function textOf(html: string): string {
  return convert(html, {
    wordwrap: 78,
    limits: { maxInputLength: 1_000_000, maxDepth: 100 },
    selectors: [
      { selector: "a", options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: "img", format: "skip" },
      { selector: "table", format: "dataTable" },
      ...["h1", "h2", "h3", "h4"].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
}
