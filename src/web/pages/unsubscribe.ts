import express, { type Request, type Response, type Router } from "express";
import { workspaceById } from "../../crm/index.js";
import { readUnsubscribeToken, suppressedAmong, unsubscribe } from "../../effects/index.js";
import type { Engine } from "../../runs/index.js";
import { notFound } from "../../shared/errors.js";
import { renderPage } from "./render.js";
import { pageErrors } from "./router.js";
import { t } from "./text.js";

/**
 * Where List-Unsubscribe and the link in a marketing mail lead, without any login: the address is the proof. Looking
 * changes nothing, so that a scanner that follows links unsubscribes nobody; the button does, and so does the one POST
 * that a mail program sends by itself (RFC 8058), whatever its body. 404 for an address that is not ours.
 */
export function unsubscribePages(engine: Engine): Router {
  const router = express.Router();
  router.get("/u/:token", (req, res) => show(engine, req, res));
  router.post("/u/:token", async (req, res) => {
    await unsubscribe(engine, String(req.params["token"]));
    await show(engine, req, res);
  });
  router.use("/u", pageErrors(engine));
  return router;
}

async function show(engine: Engine, req: Request, res: Response): Promise<void> {
  const token = String(req.params["token"]);
  const who = readUnsubscribeToken(engine, token);
  if (!who) throw notFound("unsubscribe link", "…");
  const stopped = (await suppressedAmong(engine, who.workspaceId, [who.address])).has(who.address);
  const workspace = await workspaceById(engine, who.workspaceId);
  res.set("Referrer-Policy", "no-referrer");
  await renderPage(res, "unsubscribe", {
    title: t(stopped ? "unsubscribe.stopped" : "unsubscribe.title"),
    stopped,
    about: { address: who.address, sender: workspace?.name ?? "" },
    action: `/u/${token}`,
  });
}
