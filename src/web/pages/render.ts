import { fileURLToPath } from "node:url";
import type { Response } from "express";
import { ExpressHandlebars } from "express-handlebars";
import Handlebars from "handlebars";
import { helpers } from "./helpers.js";
import { type Site, siteOf } from "./site.js";
import { t } from "./text.js";

const views = fileURLToPath(new URL("../../../views/", import.meta.url));

// Only our own files become templates; they may call nothing but the helpers of that table, and a name that is missing
// from the model is an error, not an empty place.
const templates = new ExpressHandlebars({
  extname: ".hbs",
  partialsDir: `${views}partials`,
  helpers,
  compilerOptions: {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries(Object.keys(helpers).map((name) => [name, true])),
    explicitPartialContext: true,
    preventIndent: true,
  },
});

/** Templates are compiled once; while developing they are read anew each time. */
const cache = process.env["NODE_ENV"] !== "development";

/** What the frame around a page needs beside the page: the navigation and a notice of what has just been done. */
export type Frame = { nav: NavGroup[]; notice: Notice | null; path: string; keepsMail: boolean };

/** One link of the navigation; `alert` counts what went wrong. */
export type NavLink = {
  label: string;
  href: string;
  current: boolean;
  count: string | null;
  alert: boolean;
  key: string | null;
};

/** Links under one heading. */
export type NavGroup = { title: string | null; links: NavLink[] };

/** A line shown once: what has been done, or what went wrong. */
export type Notice = { tone: "ok" | "error"; text: string };

/** A page: its template in `views/`, the title of the browser's tab, and the values of the template. */
export type PageModel = { title: string; [name: string]: unknown };

/** The HTML of a page in its frame; for a request with `X-Part: dialog`, of its main part alone. */
async function pageHtml(view: string, model: PageModel, site: Site, frame: Frame, part = "page"): Promise<string> {
  const context = { ...model, site, frame };
  const body = new Handlebars.SafeString(await templates.render(`${views}${view}.hbs`, context, { cache }));
  if (part === "dialog") return body.toString();
  const layout = site.person ? "main" : "gate";
  return templates.render(`${views}layouts/${layout}.hbs`, { ...context, body }, { cache });
}

/** Answers with a page. The frame comes from `res.locals.frame`, which the pages router fills for signed-in people. */
export async function renderPage(res: Response, view: string, model: PageModel, status = 200): Promise<void> {
  const frame = (res.locals as { frame?: Frame }).frame ?? { nav: [], notice: null, path: "/", keepsMail: false };
  const part = res.req.get("X-Part") === "dialog" && status < 400 ? "dialog" : "page";
  const html = await pageHtml(view, model, siteOf(res), frame, part);
  res.status(status).vary("X-Part").vary("Cookie").set("Cache-Control", "private, no-store").type("html").send(html);
}

/** Sends the browser on with a notice: a key under `notices` in `locales/`, and the number its text names. */
export function redirectWith(res: Response, path: string, notice: string, n?: number): void {
  const [address = "", hash] = path.split("#");
  const query = `notice=${notice}${n === undefined ? "" : `&n=${n}`}`;
  res.redirect(
    303,
    `${siteOf(res).base}${address}${address.includes("?") ? "&" : "?"}${query}${hash ? `#${hash}` : ""}`,
  );
}

/** The notice the address asks for; only texts of `locales/` can be shown, never the address's own words. */
export function noticeOf(query: Record<string, unknown>): Notice | null {
  const key = query["notice"];
  if (typeof key !== "string" || !/^[a-zA-Z]+$/.test(key)) return null;
  const text = t(`notices.${key}`, { n: Number(query["n"]) || 0 });
  return text === `notices.${key}` ? null : { tone: key.startsWith("not") ? "error" : "ok", text };
}
