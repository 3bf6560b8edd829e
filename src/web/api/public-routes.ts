import express, { type Router } from "express";
import { documentSchema } from "../../automations/index.js";
import type { JsonObject } from "../../shared/json.js";
import { pageHeaders } from "../access/security-headers.js";
import type { WebOptions } from "../options.js";
import { docsPage } from "./docs-page.js";

/** What anybody may read: the description of the API and the schema of definitions. They hold nothing of any workspace. */
export function publicRoutes(document: JsonObject, options: WebOptions): Router {
  const router = express.Router();
  const text = JSON.stringify(document);
  const schema = JSON.stringify(documentSchema);
  router.get("/openapi.json", (_req, res) => {
    res.set("Cache-Control", "public, max-age=300").type("json").send(text);
  });
  router.get("/schema/document.json", (_req, res) => {
    res.set("Cache-Control", "public, max-age=300").type("application/schema+json").send(schema);
  });
  router.get("/docs", pageHeaders(options), (_req: express.Request, res: express.Response) => {
    res
      .set("Cache-Control", "no-store")
      .type("html")
      .send(docsPage(document, String(res.locals["nonce"])));
  });
  return router;
}
