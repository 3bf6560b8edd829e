import express, { type Router } from "express";
import { getRecord } from "../../crm/index.js";
import { readDocumentLink } from "../../effects/index.js";
import type { Engine } from "../../runs/index.js";
import { notFound, Problem } from "../../shared/errors.js";
import { pageErrors } from "./router.js";

/**
 * Where the addresses of `document.link` lead: on to the document, for whoever has one that has not expired. 404 for an
 * address that is not ours or a document that is gone, 410 when its time is over.
 */
export function documentLinks(engine: Engine): Router {
  const router = express.Router();
  router.get("/documents/:token", async (req, res) => {
    const linked = readDocumentLink(engine.effects.keys, String(req.params["token"]), engine.clock.now());
    if (linked === "expired") throw new Problem(410, "expired", "This link has expired. Ask for a new one.");
    if (!linked) throw notFound("document link", "…");
    const document = await getRecord(engine, linked.workspaceId, "document", linked.documentId);
    const url = String(document?.values["url"] ?? "");
    if (!/^https?:\/\//i.test(url)) throw notFound("document", linked.documentId);
    res.set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" }).redirect(302, url);
  });
  router.use("/documents", pageErrors(engine));
  return router;
}
