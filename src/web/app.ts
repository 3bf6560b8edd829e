import express, { type ErrorRequestHandler, type Express } from "express";
import type { Engine } from "../runs/index.js";
import { notFound } from "../shared/errors.js";
import { ownFormsOnly, pageLocals, signedInOnly } from "./access/page-guard.js";
import { sameOriginOnly } from "./access/same-origin.js";
import { dataHeaders, pageHeaders } from "./access/security-headers.js";
import { sessions } from "./access/sessions.js";
import { api } from "./api/index.js";
import { formBody, plainQuery } from "./body.js";
import { health, metrics } from "./health.js";
import type { WebOptions } from "./options.js";
import {
  assets,
  decisionPages,
  documentLinks,
  pageErrors,
  pagesRouter,
  publicPages,
  unsubscribePages,
} from "./pages/index.js";
import { sendProblem } from "./problem.js";
import { requestLog } from "./request-log.js";

/**
 * The whole web part as an Express application: by itself, or mounted by a host (`options.currentUser`), where health,
 * metrics and login are the host's own. Public routes lie on routers of their own, before anything asks who is there.
 */
export function createApp(engine: Engine, options: WebOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  app.set("trust proxy", options.trustProxy);
  app.use(requestLog(engine.log));

  if (!options.currentUser) {
    const measured = metrics(engine);
    app.use(measured.measure, health(engine, options), measured.router);
  }
  app.use(assets());
  const readSession = options.currentUser
    ? sameOriginOnly(options)
    : [sameOriginOnly(options), sessions(engine, options)];

  app.use("/api", dataHeaders(options), plainQuery, api(engine, options, [readSession].flat()), dataErrors);

  app.use(pageHeaders(options), plainQuery, pageLocals(options));
  // Mail programs post here by themselves, from wherever they are and without a session: the address is the proof.
  app.use(unsubscribePages(engine));
  app.use(readSession, formBody);
  // The address of a decision link is the proof, so its form needs no token of a session.
  app.use(decisionPages(engine));
  app.use(documentLinks(engine));
  app.use(ownFormsOnly(options));
  if (!options.currentUser) app.use(publicPages(engine, options));
  app.use(signedInOnly(engine, options), pagesRouter(engine));
  app.use((req) => {
    throw notFound("page", req.path);
  });
  app.use(pageErrors(engine));
  return app;
}

/** Whatever goes wrong under `/api` is answered as JSON. */
const dataErrors: ErrorRequestHandler = (error, req, res, _next) => sendProblem(error, req, res);
