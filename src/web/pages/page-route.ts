import type { Request, Response } from "express";
import type { Engine } from "../../runs/index.js";
import type { Role } from "../access/roles.js";
import type { Visit } from "./site.js";

/** What a page's handler works with. */
export type Ask = { engine: Engine; visit: Visit; req: Request; res: Response };

/**
 * One page, or one thing a page does: the least role that may ask for it stands beside its address, so that the table
 * of all of them can be tested. A handler answers by itself: a page, a part of one, or a redirect.
 */
export type PageRoute = { method: "get" | "post"; path: string; role: Role; handle(ask: Ask): Promise<void> };

/** One parameter of the path, as text. */
export function param(req: Request, name: string): string {
  const value = req.params[name];
  return typeof value === "string" ? value : "";
}

/** One text of the query; undefined when it is missing or empty. */
export function queryText(req: Pick<Request, "query">, name: string): string | undefined {
  const value = req.query[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** One text of the sent form; empty when it is missing. */
export function formText(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === "string" ? value.trim() : Array.isArray(value) ? String(value.at(-1) ?? "").trim() : "";
}

/** Every value of a field that may be sent several times: ticked rows, several choices. */
export function formList(req: Request, name: string): string[] {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

/** The address of this page with some members of its query changed; null takes one out. Paging starts over. `path` leads to another page with the same query. */
export function withQuery(req: Request, base: string, changes: Record<string, string | null>, path = req.path): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(req.query))
    if (typeof value === "string" && !["cursor", "notice", "n"].includes(name)) query.set(name, value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  return `${base}${path}${query.size > 0 ? `?${query}` : ""}`;
}
