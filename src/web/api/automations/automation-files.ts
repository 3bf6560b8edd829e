import { definitionText, exportAutomation } from "../../../automations/index.js";
import { importAutomation } from "../../../imports/index.js";
import { recordAudit } from "../../audit.js";
import { created } from "../answer.js";
import { type Route, ref, type Schema } from "../route.js";
import { automationViews } from "./automation-view.js";

const definition: Schema = {
  type: "object",
  description: "As exported: `{ millrace: 1, name, description, form, tags, document }`.",
};

const imported: Schema = {
  type: "object",
  description:
    "An exported automation, or a definition of another system: a list of steps (`steps` with `stepSlug`, `stepType`, `config`, `nextSteps`), or `trigger_type` with `conditions`, `actions`, and perhaps `nodes` and `edges`.",
};

const unmapped: Schema = {
  type: "array",
  items: {
    type: "object",
    properties: { path: { type: "string" }, reason: { type: "string" } },
    required: ["path", "reason"],
  },
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
    body: imported,
    answer: {
      status: 201,
      schema: {
        type: "object",
        properties: { automation: ref("Automation"), unmapped },
        required: ["automation", "unmapped"],
      },
      description:
        "A new draft. `unmapped` lists what could not be taken over, by its place in what was sent: such a step is kept, and fails when it is reached.",
    },
    async handle({ engine, workspace, actor, body }) {
      const { automation: made, unmapped: left } = await importAutomation(engine, workspace.id, body, actor);
      await recordAudit(engine, workspace.id, actor, "automation.imported", made.id, { name: made.name });
      const [automation] = await automationViews(engine, workspace.id, [made]);
      return created({ automation, unmapped: left });
    },
  },
];
