import type { Response } from "express";
import type { Actor, Workspace } from "../../crm/index.js";
import { forbidden } from "../../shared/errors.js";
import type { Person } from "../access/visitor.js";
import { t } from "./text.js";

/** How the page shall look; `system` follows the machine. */
export type Theme = "light" | "dark" | "system";

/** What every template may read as `@root.site`. */
export type Site = {
  base: string;
  nonce: string;
  csrf: string;
  theme: Theme;
  zone: string;
  workspace: Workspace;
  person: Person | null;
  /** Mounted in a host, which has its own login: then there is no token of ours either. */
  hosted: boolean;
};

/** What a page model knows about who asks, and from where. */
export type Visit = { workspace: Workspace; person: Person; zone: string; base: string; actor: Actor };

/** Reads what the server put into `res.locals`: nonce, csrf, person, workspace, base, theme. Whatever is missing gets a harmless value. */
export function siteOf(res: Response): Site {
  const locals = res.locals as Partial<Site>;
  const workspace = locals.workspace ?? { id: "", slug: "", name: "Millrace", timezone: "UTC", settings: {} };
  const theme = locals.theme === "light" || locals.theme === "dark" ? locals.theme : "system";
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    base: text(locals.base),
    nonce: text(locals.nonce),
    csrf: text(locals.csrf),
    theme,
    zone: locals.person?.timezone || workspace.timezone,
    workspace,
    person: locals.person ?? null,
    hosted: locals.csrf === "",
  };
}

/** Who asks. 403 Problem when nobody is signed in: the server sends visitors to the login page before it comes to this. */
export function visitOf(res: Response): Visit {
  const { workspace, person, zone, base } = siteOf(res);
  if (!person) throw forbidden(t("errors.signIn"));
  return { workspace, person, zone, base, actor: { type: "user", id: person.id, name: person.name } };
}
