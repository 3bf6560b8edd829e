import {
  type Automation,
  demoteAutomation,
  type Edit,
  getAutomation,
  getVersion,
  graphOf,
  promoteAutomation,
  saveDraft,
} from "../../../automations/index.js";
import type { Form } from "../../../graph/index.js";
import type { Engine } from "../../../runs/index.js";
import { conflict } from "../../../shared/errors.js";
import { recordAudit } from "../../audit.js";
import type { Answer } from "../answer.js";
import { type Call, closed, type Route, ref, type Schema } from "../route.js";
import { automationAnswer, automationViews } from "./automation-view.js";

const ifVersion: Schema = { type: "string", description: "The version you have seen; `If-Match` does the same." };
const workflow = ref("Workflow");

/** A list made into a workflow and back, and the workflow by an address of its own. */
export const automationFormRoutes: Route[] = [
  {
    method: "post",
    path: "/automations/:id/promotion",
    role: "editor",
    tag: "Automations",
    summary: "Make a list a workflow",
    body: closed({ ifVersion }),
    bodyOptional: true,
    answer: {
      status: 201,
      schema: ref("Automation"),
      description:
        "A draft in graph form, with the ports written out; id, limits and runs stay. A workflow stays as it is.",
    },
    handle: async (call) => automationAnswer(call.engine, await rewritten(call, "graph", call.body["ifVersion"]), 201),
  },
  {
    method: "delete",
    path: "/automations/:id/promotion",
    role: "editor",
    tag: "Automations",
    summary: "Make a workflow a list again",
    query: { ifVersion },
    answer: {
      status: 200,
      schema: ref("Automation"),
      description: "A draft in list form. 409 with the reason when the workflow is more than a chain.",
    },
    async handle(call) {
      return automationAnswer(call.engine, await rewritten(call, "list", call.query["ifVersion"]));
    },
  },
  {
    method: "get",
    path: "/crm/automations/:id/workflow",
    role: "viewer",
    tag: "Automations",
    summary: "An automation as a workflow",
    query: { version: { type: "integer", minimum: 1, description: "Which version; the latest by default." } },
    answer: {
      status: 200,
      schema: workflow,
      description:
        "The same document in graph form. `promoted`: it is stored like that; else PATCH needs a POST first.",
    },
    async handle({ engine, workspace, params, query }) {
      const automation = await getAutomation(engine, workspace.id, String(params["id"]));
      return workflowAnswer(engine, automation, 200, query["version"] as number | undefined);
    },
  },
  {
    method: "post",
    path: "/crm/automations/:id/workflow",
    role: "editor",
    tag: "Automations",
    summary: "Make a list a workflow (by the workflow's address)",
    body: closed({ ifVersion }),
    bodyOptional: true,
    answer: { status: 201, schema: workflow, description: "The draft in graph form; a workflow stays as it is." },
    handle: async (call) => workflowAnswer(call.engine, await rewritten(call, "graph", call.body["ifVersion"]), 201),
  },
  {
    method: "patch",
    path: "/crm/automations/:id/workflow",
    role: "editor",
    tag: "Automations",
    summary: "Edit a workflow",
    body: closed({ document: { type: "object", description: "A definition in graph form." }, ifVersion }, ["document"]),
    answer: {
      status: 200,
      schema: workflow,
      description: "Saved into the draft. 409 while it is a list, 412 with both sides when someone saved meanwhile.",
    },
    handle: edit,
  },
];

async function rewritten(call: Call, form: Form, ifVersion: unknown): Promise<Automation> {
  const { engine, workspace, actor, params } = call;
  const { id, name, form: was } = await getAutomation(engine, workspace.id, String(params["id"]));
  const rewrite = form === "graph" ? promoteAutomation : demoteAutomation;
  const automation = await rewrite(engine, workspace.id, id, actor, seenVersion(call, ifVersion));
  const action = form === "graph" ? "automation.promoted" : "automation.demoted";
  if (was !== form) await recordAudit(engine, workspace.id, actor, action, id, { name });
  return automation;
}

async function edit(call: Call): Promise<Answer> {
  const { engine, workspace, actor, params, body } = call;
  const automation = await getAutomation(engine, workspace.id, String(params["id"]));
  if (automation.form !== "graph") {
    throw conflict("not_a_workflow", `"${automation.name}" is a list. Promote it with POST to this address first.`);
  }
  const edit = { document: body["document"], ifVersion: seenVersion(call, body["ifVersion"]) } as Edit;
  const saved = await saveDraft(engine, workspace.id, automation.id, { ...edit, form: "graph" }, actor);
  await recordAudit(engine, workspace.id, actor, "automation.saved", saved.id, {
    fields: ["document"],
    version: saved.latestVersion,
  });
  return workflowAnswer(engine, saved);
}

/** The version the caller has seen, from `given` or the `If-Match` header. */
function seenVersion({ req }: Call, given: unknown): string | undefined {
  const match = req.get("if-match")?.replace(/^(W\/)?"(.*)"$/, "$2");
  return typeof given === "string" ? given : match === "*" ? undefined : match;
}

async function workflowAnswer(engine: Engine, automation: Automation, status = 200, asked?: number): Promise<Answer> {
  const version = await getVersion(engine, automation, asked);
  const [view] = await automationViews(engine, automation.workspaceId, [automation], version.version);
  const body = { ...view, form: "graph", promoted: version.form === "graph", document: graphOf(engine, version) };
  return { status, body, headers: { ETag: `"${version.etag}"` } };
}
