import type { Request, RequestHandler, Response } from "express";
import { type Actor, getUser, type Workspace, workspaceById, workspaceBySlug } from "../../crm/index.js";
import type { Engine } from "../../runs/index.js";
import { notFound, Problem } from "../../shared/errors.js";
import type { WebOptions } from "../options.js";
import { findApiKey } from "./api-keys.js";
import type { Role } from "./roles.js";

/** A signed-in person, as pages show them. */
export type Person = { id: string; name: string; email: string; role: Role; timezone: string | null };

/** Who asks: their workspace, role, and name in logs. `person` is null for an API key. */
export type Visitor = { workspace: Workspace; role: Role; actor: Actor; person: Person | null };

/** Who asks by an API key in `Authorization: Bearer mk_…`. 401 for a key that is unknown or revoked. */
export async function visitorByKey(engine: Engine, header: string): Promise<Visitor> {
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
  const found = key === undefined ? null : await findApiKey(engine, key);
  const workspace = found && (await workspaceById(engine, found.workspaceId));
  if (!found || !workspace) throw new Problem(401, "unknown_key", "This API key is unknown or revoked.");
  return { workspace, role: found.role, actor: { type: "key", id: found.id, name: found.name }, person: null };
}

/** Who asks by a session of ours, or as the host says; null when nobody is signed in. */
export async function visitorByCookie(engine: Engine, options: WebOptions, req: Request): Promise<Visitor | null> {
  if (options.currentUser) return visitorOfHost(engine, options, req);
  const { userId, workspaceId } = req.session ?? {};
  if (!userId || !workspaceId) return null;
  const [user, workspace] = await Promise.all([
    getUser(engine, workspaceId, userId),
    workspaceById(engine, workspaceId),
  ]);
  if (!user?.active || !workspace) return null;
  return visitor(workspace, {
    id: user.id,
    name: user.name,
    email: user.email,
    role: user.role,
    timezone: user.timezone,
  });
}

async function visitorOfHost(engine: Engine, options: WebOptions, req: Request): Promise<Visitor | null> {
  const user = await options.currentUser?.(req);
  if (!user) return null;
  const workspace = await workspaceBySlug(engine, options.workspace);
  if (!workspace) throw notFound("workspace", options.workspace);
  return visitor(workspace, {
    id: String(user.id),
    name: user.name,
    email: user.email ?? "",
    role: user.role ?? "viewer",
    timezone: user.timezone ?? null,
  });
}

function visitor(workspace: Workspace, person: Person): Visitor {
  return { workspace, role: person.role, actor: { type: "user", id: person.id, name: person.name }, person };
}

/** The same visitor by the same session, read anew: null when it has ended since. */
export async function visitorByCookieAgain(engine: Engine, options: WebOptions, req: Request): Promise<Visitor | null> {
  const ended =
    !options.currentUser && (await new Promise<boolean>((resolve) => req.session.reload((error) => resolve(!!error))));
  return ended ? null : visitorByCookie(engine, options, req);
}

/** `again` finds out anew who asks, by the same key or session. */
type Kept = { visitor?: Visitor; again?: () => Promise<Visitor | null> };

/** Keeps the visitor for the handlers behind; 401 when nobody is signed in. */
export function keepVisitor(res: Response, found: Visitor | null, again: () => Promise<Visitor | null>): Visitor {
  if (!found) throw new Problem(401, "not_signed_in", "Send an API key: Authorization: Bearer mk_…");
  const locals = res.locals as Kept;
  Object.assign(locals, { visitor: found, again });
  return found;
}

/** False once the key or session that asked is over, belongs to another workspace or has another role. */
export async function isStillVisitor(res: Response): Promise<boolean> {
  const { visitor: was, again } = res.locals as Kept;
  try {
    const now = (await again?.()) ?? null;
    return now?.role === was?.role && now?.workspace.id === was?.workspace.id && now?.actor.id === was?.actor.id;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** Who asks, once a route behind `identify` has been reached. */
export function visitorOf(res: Response): Visitor {
  const { visitor: kept } = res.locals as Kept;
  if (!kept) throw new Problem(401, "not_signed_in", "Nobody is signed in.");
  return kept;
}

/**
 * Only the workspace of the address that is also the visitor's own can be reached: any other, and one that does not
 * exist, is 404 alike.
 */
export const ownWorkspaceOnly: RequestHandler = (req, res, next) => {
  const slug = String(req.params["workspace"]);
  next(
    visitorOf(res).workspace.slug === slug
      ? undefined
      : new Problem(404, "not_found", `There is no workspace "${slug}".`),
  );
};
