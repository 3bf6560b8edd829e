import { definitionText, exportAutomation, importAutomation } from "../../automations/index.js";
import { recordAudit } from "../audit.js";
import { created } from "./answer.js";
import { automationViews } from "./automation-view.js";
import { type Route, ref, type Schema } from "./route.js";

const definition: Schema = {
  type: "object",
  description: "As exported: `{ millrace: 1, name, description, form, tags, document }`.",
};

/** Automations as files: out of one workspace, into another. */
export const automationFileRoutes: Route[] = [
  {
    method: "get",
    path: "/automations/:id/export",
    role: "viewer",
    tag: "Automations",
    summary: "Export an automation",
    query: { version: { type: "integer", minimum: 1 } },
    answer: {
      status: 200,
      schema: definition,
      description: "Everything another workspace needs; no ids, no secrets, no history.",
    },
    async handle({ engine, workspace, params, query, res }) {
      const id = String(params["id"]);
      const exported = await exportAutomation(engine, workspace.id, id, query["version"] as number | undefined);
      res.set("Cache-Control", "no-store").attachment(`${id}.json`).type("json").send(definitionText(exported));
      return undefined;
    },
  },
  {
    method: "post",
    path: "/automations/import",
    role: "editor",
    tag: "Automations",
    summary: "Import an automation",
    body: definition,
    answer: {
      status: 201,
      schema: {
        type: "object",
        properties: { automation: ref("Automation"), unmapped: { type: "array", items: { type: "object" } } },
        required: ["automation", "unmapped"],
      },
      description: "A new draft. `unmapped` lists what could not be taken over.",
    },
    async handle({ engine, workspace, actor, body }) {
      const made = await importAutomation(engine, workspace.id, body, actor);
      await recordAudit(engine, workspace.id, actor, "automation.imported", made.id, { name: made.name });
      const [automation] = await automationViews(engine, workspace.id, [made]);
      return created({ automation, unmapped: [] });
    },
  },
];
