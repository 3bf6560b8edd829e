import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { Engine } from "../../runs/index.js";
import { invalid, Problem } from "../../shared/errors.js";
import { isObject } from "../../shared/json.js";
import { demandRole } from "../access/roles.js";
import { demandCsrfToken } from "../access/sessions.js";
import {
  keepVisitor,
  ownWorkspaceOnly,
  visitorByCookie,
  visitorByCookieAgain,
  visitorByKey,
  visitorOf,
} from "../access/visitor.js";
import { csvBody, jsonBody } from "../body.js";
import { onceByKey } from "../idempotency.js";
import type { WebOptions } from "../options.js";
import type { Answer } from "./answer.js";
import { openApiDocument } from "./openapi.js";
import { publicRoutes } from "./public-routes.js";
import { type Call, closed, type Route } from "./route.js";
import { routes } from "./routes.js";
import { createChecks } from "./validate.js";

/**
 * The JSON API. Keys come in the `Authorization` header; a browser's own pages may use their session instead, read by
 * `readSession`, and then every change needs the session's token.
 */
export function api(engine: Engine, options: WebOptions, readSession: RequestHandler[]): Router {
  const router = express.Router();
  const document = openApiDocument(options.baseUrl);
  router.use(publicRoutes(document, options));
  const own = express.Router({ mergeParams: true });
  own.use(identify(engine, options, readSession), ownWorkspaceOnly);
  const checks = createChecks(document);
  for (const route of routes) own[route.method](route.path, ...steps(engine, route, checks));
  router.use("/workspaces/:workspace", own);
  router.use((req) => {
    throw new Problem(
      404,
      "not_found",
      `There is nothing at ${req.method} ${req.originalUrl.split("?")[0]}. See /api/docs.`,
    );
  });
  return router;
}

/** Finds out who asks: by key, else by the session. */
function identify(engine: Engine, options: WebOptions, readSession: RequestHandler[]): RequestHandler[] {
  const bySession: RequestHandler[] = [
    ...readSession,
    async (req, res, next) => {
      keepVisitor(res, await visitorByCookie(engine, options, req), () => visitorByCookieAgain(engine, options, req));
      if (options.currentUser) next();
      else demandCsrfToken(req, res, next);
    },
  ];
  const session = express.Router().use(...bySession);
  return [
    async (req, res, next) => {
      const header = req.headers.authorization;
      if (header !== undefined) {
        keepVisitor(res, await visitorByKey(engine, header), () => visitorByKey(engine, header));
        next();
      } else session(req, res, next);
    },
  ];
}

function steps(engine: Engine, route: Route, checks: ReturnType<typeof createChecks>): RequestHandler[] {
  const query = closed(route.query ?? {}, route.required);
  const checkQuery = checks(route.moreQuery ? { ...query, additionalProperties: true } : query, true);
  const checkBody = route.body ? checks(route.body) : null;
  const parse = route.csv ? csvBody : route.body ? jsonBody : [];
  const allowed: RequestHandler = (_req, res, next) => {
    demandRole(visitorOf(res).role, route.role);
    next();
  };
  return [
    allowed,
    ...parse,
    async (req, res) => {
      const query: Record<string, unknown> = { ...req.query };
      checkQuery(query);
      if (checkBody && !(route.bodyOptional && req.body === undefined)) checkBody(req.body ?? {});
      const call = callOf(engine, query, req, res);
      const answer = await (route.method === "get" ? route.handle(call) : once(call, route));
      if (answer) send(res, answer.afterwards ? await answer.afterwards() : answer);
    },
  ];
}

function callOf(engine: Engine, query: Record<string, unknown>, req: Request, res: Response): Call {
  const { workspace, role, actor } = visitorOf(res);
  const body: unknown = req.body;
  return {
    engine,
    workspace,
    role,
    actor,
    cause: { actor },
    params: req.params as Record<string, string>,
    query,
    body: isObject(body) ? body : {},
    req,
    res,
  };
}

/** A change with an `Idempotency-Key` is carried out once. PUT needs none: twice is as good as once. */
async function once(call: Call, route: Route): Promise<Answer | undefined> {
  const key = call.req.get("idempotency-key");
  if (key === undefined || route.method === "put") return route.handle(call);
  if (route.shownOnce)
    throw invalid([
      { path: "Idempotency-Key", message: "This answer is shown once and kept nowhere, so it cannot be repeated." },
    ]);
  const scope = `${call.actor.type}:${call.actor.id} ${call.req.method} ${call.req.path}`;
  const request = { workspaceId: call.workspace.id, key, scope, body: call.req.body as unknown };
  return onceByKey(call.engine, request, async () => {
    const answer = await route.handle(call);
    if (!answer) throw new Error(`${route.method} ${route.path} writes its own answer and cannot be repeated.`);
    return answer;
  });
}

function send(res: Response, { status, body, headers }: Answer): void {
  res.status(status).set("Cache-Control", "no-store");
  if (headers) res.set(headers);
  if (status === 204) res.end();
  else res.set("Content-Type", "application/json; charset=utf-8").end(JSON.stringify(body));
}
