import { demoteAutomation, promoteAutomation } from "../../../automations/index.js";
import { recordAudit } from "../../audit.js";
import { type PageRoute, param } from "../page-route.js";
import { redirectWith } from "../render.js";

/** A list made into a workflow, and a workflow that is a chain made into a list again. */
export const promotionRoutes: PageRoute[] = [
  {
    method: "post",
    path: "/:id/promotion",
    role: "editor",
    async handle({ engine, visit, req, res }) {
      const { id, name } = await promoteAutomation(engine, visit.workspace.id, param(req, "id"), visit.actor);
      await recordAudit(engine, visit.workspace.id, visit.actor, "automation.promoted", id, { name });
      redirectWith(res, `/${id}/workflow`, "promoted");
    },
  },
  {
    method: "post",
    path: "/:id/demotion",
    role: "editor",
    async handle({ engine, visit, req, res }) {
      const { id, name } = await demoteAutomation(engine, visit.workspace.id, param(req, "id"), visit.actor);
      await recordAudit(engine, visit.workspace.id, visit.actor, "automation.demoted", id, { name });
      redirectWith(res, `/${id}/edit`, "demoted");
    },
  },
];
