import { hkdfSync, randomBytes } from "node:crypto";
import connectSessions from "connect-session-sequelize";
import { csrfSync } from "csrf-sync";
import type { Request, RequestHandler } from "express";
import session from "express-session";
import type { Engine } from "../../runs/index.js";
import type { WebOptions } from "../options.js";

declare module "express-session" {
  interface SessionData {
    /** The signed-in person, or nothing before login. */
    userId: string;
    workspaceId: string;
  }
}

/** A login lasts a week, used or not. */
const LIFETIME_MS = 7 * 24 * 3600_000;

/** Whether cookies may only travel over https: when that is how people reach us. */
export function isSecure(options: WebOptions): boolean {
  return options.baseUrl.startsWith("https:");
}

/** The name of the session cookie; the prefix `__Host-` binds it to this very host, over https. */
function cookieName(options: WebOptions): string {
  return isSecure(options) ? "__Host-millrace" : "millrace";
}

/** Reads and writes `req.session`, kept in `millrace_sessions`. Visitors get a row only once something is remembered. */
export function sessions(engine: Engine, options: WebOptions): RequestHandler {
  const Store = connectSessions(session.Store);
  const settings = {
    db: engine.db.sequelize,
    modelKey: "MillraceSession",
    tableName: "millrace_sessions",
    disableTouch: true,
    expiration: LIFETIME_MS,
  };
  const store = new Store(settings);
  return session({
    store,
    name: cookieName(options),
    secret: options.sessionSecrets.map((secret) =>
      Buffer.from(hkdfSync("sha256", secret, "", "millrace sessions", 32)).toString("base64url"),
    ),
    genid: () => randomBytes(24).toString("base64url"),
    resave: false,
    saveUninitialized: false,
    proxy: isSecure(options) ? true : undefined,
    cookie: { httpOnly: true, sameSite: "lax", secure: isSecure(options), path: "/", maxAge: LIFETIME_MS },
  });
}

const csrf = csrfSync({
  getTokenFromRequest: (req) => {
    const inForm: unknown = (req.body as Record<string, unknown> | undefined)?.["_csrf"];
    return typeof inForm === "string" ? inForm : req.get("x-csrf-token");
  },
});

/** Refuses (403 `bad_csrf_token`) a change without the session's token, in the form field `_csrf` or `X-CSRF-Token`. */
export const demandCsrfToken: RequestHandler = csrf.csrfSynchronisedProtection;

/** The session's token for forms and scripts, made at the first call; empty once the session has ended. */
export function csrfToken(req: Request): string {
  const { session: open } = req as Partial<Pick<Request, "session">>;
  return open ? csrf.generateToken(req) : "";
}

/** Begins a session for a person under a new id, so that an id known before login is worth nothing after it. */
export async function startSession(req: Request, user: { id: string; workspaceId: string }): Promise<void> {
  await new Promise<void>((resolve, reject) => req.session.regenerate((error) => (error ? reject(error) : resolve())));
  req.session.userId = user.id;
  req.session.workspaceId = user.workspaceId;
  csrf.generateToken(req, true);
  await new Promise<void>((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve())));
}

/** Ends the session; its row is gone, and the cookie with it. */
export async function endSession(req: Request, options: WebOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => req.session.destroy((error) => (error ? reject(error) : resolve())));
  req.res?.clearCookie(cookieName(options), { path: "/", secure: isSecure(options), httpOnly: true, sameSite: "lax" });
}
