import express, { type ErrorRequestHandler, type Router } from "express";
import type { Engine } from "../../runs/index.js";
import { demandRole } from "../access/roles.js";
import { editorRoutes } from "../editor/index.js";
import { outboxRoutes } from "./admin/outbox.js";
import { setAsidePages } from "./admin/set-aside.js";
import { settingsRoutes } from "./admin/settings.js";
import { approvalRoutes } from "./approvals/approvals.js";
import { automationRoutes } from "./automations/automation.js";
import { automationListRoutes } from "./automations/automation-list.js";
import { newAutomationRoutes } from "./automations/new-automation.js";
import { promotionRoutes } from "./automations/promotion.js";
import { startRoutes } from "./automations/start.js";
import { versionRoutes } from "./automations/versions.js";
import { errorPage } from "./error-page.js";
import { frameOf } from "./frame.js";
import { helpRoutes } from "./help.js";
import { homeRoutes } from "./home.js";
import { liveRoutes } from "./live.js";
import type { PageRoute } from "./page-route.js";
import { recordRoutes } from "./records/record.js";
import { recordTableRoutes } from "./records/record-table.js";
import { runRoutes } from "./runs/run.js";
import { runLogRoutes } from "./runs/run-log.js";
import { scheduleRoutes } from "./schedules.js";
import { visitOf } from "./site.js";
import { themeRoutes } from "./theme.js";
import { whyRoutes } from "./why.js";

/** Every page, with the least role that may ask for it. Addresses with a name come before those with an id. */
export const pageRoutes: readonly PageRoute[] = [
  ...homeRoutes,
  ...themeRoutes,
  ...liveRoutes,
  ...helpRoutes,
  ...automationListRoutes,
  ...newAutomationRoutes,
  ...runLogRoutes,
  ...runRoutes,
  ...whyRoutes,
  ...outboxRoutes,
  ...setAsidePages,
  ...approvalRoutes,
  ...scheduleRoutes,
  ...settingsRoutes,
  ...startRoutes,
  ...recordTableRoutes,
  ...recordRoutes,
  ...editorRoutes,
  ...versionRoutes,
  ...promotionRoutes,
  ...automationRoutes,
];

/**
 * The pages of signed-in people. Whoever mounts it has filled `res.locals` (nonce, csrf, person, workspace, base, theme),
 * parsed the form body, and refused visitors and forged forms. `more` are further pages, tried before these.
 */
export function pagesRouter(engine: Engine, more: readonly PageRoute[] = []): Router {
  const router = express.Router();
  for (const route of [...more, ...pageRoutes]) {
    router[route.method](route.path, async (req, res, next) => {
      if (Object.entries(req.params).some(([name, value]) => name === "id" && !/^[\w-]{1,64}$/.test(String(value))))
        return next();
      const visit = visitOf(res);
      res.locals["frame"] = await frameOf(engine, visit, req);
      demandRole(visit.person.role, route.role);
      await route.handle({ engine, visit, req, res });
    });
  }
  router.use(pageErrors(engine));
  return router;
}

/** Turns what a page threw into a page that says what to do next; anything unknown is logged and told without detail. */
export function pageErrors(engine: Engine): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    return errorPage(engine, error, req, res).catch(next);
  };
}
