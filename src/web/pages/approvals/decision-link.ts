import express, { type Request, type Response, type Router } from "express";
import { workspaceById } from "../../../crm/index.js";
import { getQuestion, type LinkHolder, readDecisionLink } from "../../../people/index.js";
import type { Engine } from "../../../runs/index.js";
import { recordAudit } from "../../audit.js";
import { renderPage } from "../render.js";
import { pageErrors } from "../router.js";
import { t } from "../text.js";
import { isGone, take } from "./approvals-answer.js";
import { questionContext, questionView, type Tried } from "./approvals-view.js";

/**
 * The page behind a decision link, for people who are not signed in: the address is the proof. Looking decides nothing,
 * so that a mail program that follows links does no harm; a button does.
 */
export function decisionPages(engine: Engine): Router {
  const router = express.Router();
  router.get("/decide/:token", async (req, res) => {
    await show(engine, await readDecisionLink(engine, String(req.params["token"])), req, res);
  });
  router.post("/decide/:token", async (req, res) => {
    const holder = await readDecisionLink(engine, String(req.params["token"]));
    const { workspaceId, id, userId, name } = holder;
    const result = await take(engine, workspaceId, id, { id: userId, name, overrides: false }, req).catch(
      (error: unknown) => {
        if (!isGone(error)) throw error;
        return null;
      },
    );
    if (result && !("problem" in result))
      await recordAudit(engine, workspaceId, { type: "user", id: userId, name }, "approval.decided", id, {
        by: "link",
        runId: result.runId,
      });
    await show(engine, holder, req, res, result && "problem" in result ? result : undefined);
  });
  router.use("/decide", pageErrors(engine));
  return router;
}

async function show(
  engine: Engine,
  { workspaceId, id, userId, name }: LinkHolder,
  req: Request,
  res: Response,
  tried?: Tried,
): Promise<void> {
  const found = await getQuestion(engine, workspaceId, id).catch((error: unknown) => {
    if (!isGone(error)) throw error;
    return null;
  });
  if (!found) return renderPage(res, "approvals-link-closed", { title: t("approvals.closed.title") }, 404);
  const view = questionView(found, userId, engine.clock.now(), tried);
  const { automation, record, leads } = await questionContext(engine, workspaceId, found);
  // Instants are shown in the zone of the workspace.
  res.locals["workspace"] = (await workspaceById(engine, workspaceId)) ?? undefined;
  res.set("Referrer-Policy", "no-referrer");
  await renderPage(
    res,
    "approvals-link",
    {
      title: view.open?.title ?? "",
      ...view,
      about: { automation: automation.label, record: record?.label ?? "" },
      leads,
      name,
      action: `/decide/${String(req.params["token"])}`,
    },
    tried?.problem.status,
  );
}
