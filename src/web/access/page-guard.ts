import type { Request, RequestHandler, Response } from "express";
import type { Engine } from "../../runs/index.js";
import { Problem } from "../../shared/errors.js";
import type { WebOptions } from "../options.js";
import { csrfToken, demandCsrfToken } from "./sessions.js";
import { keepVisitor, visitorByCookie, visitorByCookieAgain } from "./visitor.js";

/**
 * What every page shows, whoever asks: where we are mounted, the theme, and the token its forms carry. The token is made
 * when a page asks for it, so that visitors who only pass through leave no session behind.
 */
export function pageLocals(options: WebOptions): RequestHandler {
  return (req, res, next) => {
    res.locals["base"] = req.baseUrl;
    res.locals["theme"] = /(?:^|; *)theme=(light|dark)(?:;|$)/.exec(req.headers.cookie ?? "")?.[1] ?? "system";
    Object.defineProperty(res.locals, "csrf", {
      enumerable: true,
      get: () => (options.currentUser ? "" : csrfToken(req)),
    });
    next();
  };
}

/**
 * Lets signed-in people through and puts them and their workspace into `res.locals`. Everybody else is sent to the login
 * page, and back here afterwards; in a host, which has its own, they get 401.
 */
export function signedInOnly(engine: Engine, options: WebOptions): RequestHandler {
  return async (req: Request, res: Response, next) => {
    const visitor = await visitorByCookie(engine, options, req);
    if (!visitor && options.currentUser) throw new Problem(401, "not_signed_in", "Sign in first.");
    if (visitor) {
      keepVisitor(res, visitor, () => visitorByCookieAgain(engine, options, req));
      Object.assign(res.locals, { person: visitor.person, workspace: visitor.workspace });
      next();
    } else if (req.method === "GET" || req.method === "HEAD") {
      res.redirect(303, `${req.baseUrl}/login${req.path === "/" ? "" : `?next=${encodeURIComponent(req.url)}`}`);
    } else res.redirect(303, `${req.baseUrl}/login`);
  };
}

/** Refuses forged forms: by the session's token, or in a host, whose session we do not know, by where they come from. */
export function ownFormsOnly(options: WebOptions): RequestHandler {
  return (req, res, next) => (options.currentUser ? next() : demandCsrfToken(req, res, next));
}
