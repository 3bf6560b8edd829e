import {
  createAutomation,
  deleteAutomation,
  getAutomation,
  listAutomations,
  type NewAutomation,
  saveDraft,
} from "../../../automations/index.js";
import { deleteGuarded, type Thing } from "../../../insight/index.js";
import { recordAudit } from "../../audit.js";
import { done, ok } from "../answer.js";
import { type Call, closed, force, pageOf, paging, type Route, ref, type Schema } from "../route.js";
import { automationAnswer, automationViews } from "./automation-view.js";

const name: Schema = { type: "string", minLength: 1, maxLength: 190 };
const description: Schema = { type: "string", maxLength: 4000 };
const folder: Schema = { type: ["string", "null"], maxLength: 120 };
const tags: Schema = { type: "array", maxItems: 50, items: { type: "string", minLength: 1, maxLength: 60 } };
const document: Schema = { type: "object", description: "A definition; its schema is at /api/schema/document.json." };

/** Automations as the things people name, list and edit. */
export const automationRoutes: Route[] = [
  {
    method: "get",
    path: "/automations",
    role: "viewer",
    tag: "Automations",
    summary: "List automations",
    query: {
      ...paging,
      object: { type: "string" },
      status: { enum: ["draft", "active", "paused"] },
      folder: { type: "string" },
      q: { type: "string", maxLength: 200, description: "A part of the name." },
    },
    answer: { status: 200, schema: pageOf(ref("Automation")), description: "Newest first." },
    async handle({ engine, workspace, query }) {
      const page = await listAutomations(engine, workspace.id, query);
      return ok({ data: await automationViews(engine, workspace.id, page.data), nextCursor: page.nextCursor });
    },
  },
  {
    method: "post",
    path: "/automations",
    role: "editor",
    tag: "Automations",
    summary: "Make an automation",
    body: closed({ name, description, form: { enum: ["list", "graph"] }, folder, tags, document }, ["name"]),
    answer: { status: 201, schema: ref("Automation"), description: "Version 1, a draft." },
    async handle({ engine, workspace, actor, body }) {
      const made = await createAutomation(engine, workspace.id, body as NewAutomation, actor);
      await recordAudit(engine, workspace.id, actor, "automation.created", made.id, { name: made.name });
      return automationAnswer(engine, made, 201);
    },
  },
  {
    method: "get",
    path: "/automations/:id",
    role: "viewer",
    tag: "Automations",
    summary: "One automation",
    query: {
      version: { type: "integer", minimum: 1, description: "Which version's document; the latest by default." },
    },
    answer: { status: 200, schema: ref("Automation"), description: "With the document, and its `ifVersion` as ETag." },
    async handle({ engine, workspace, params, query }) {
      const automation = await getAutomation(engine, workspace.id, String(params["id"]));
      return automationAnswer(engine, automation, 200, query["version"] as number | undefined);
    },
  },
  {
    method: "patch",
    path: "/automations/:id",
    role: "editor",
    tag: "Automations",
    summary: "Edit an automation",
    body: closed({
      name,
      description,
      folder,
      tags,
      document,
      ifVersion: { type: "string", description: "The version you have seen; `If-Match` does the same." },
    }),
    answer: {
      status: 200,
      schema: ref("Automation"),
      description:
        "Saved into the draft; what runs stays as it is. 412 with both sides when someone else saved meanwhile.",
    },
    handle: edit,
  },
  {
    method: "delete",
    path: "/automations/:id",
    role: "editor",
    tag: "Automations",
    summary: "Delete an automation",
    query: force,
    answer: { status: 204, description: "It is off every list and starts no more; its runs stay in the log." },
    async handle({ engine, workspace, actor, params, query }) {
      const automation = await getAutomation(engine, workspace.id, String(params["id"]));
      const { id, name } = automation;
      const thing: Thing = { kind: "automation", names: [id, name] };
      await deleteGuarded(engine, workspace.id, `The automation "${name}"`, thing, query["force"] === "1", () =>
        deleteAutomation(engine, workspace.id, id),
      );
      await recordAudit(engine, workspace.id, actor, "automation.deleted", automation.id, { name: automation.name });
      return done;
    },
  },
];

async function edit({ engine, workspace, actor, params, body, req }: Call) {
  const match = req.get("if-match")?.replace(/^(W\/)?"(.*)"$/, "$2");
  const change = match === undefined || match === "*" ? body : { ifVersion: match, ...body };
  const saved = await saveDraft(engine, workspace.id, String(params["id"]), change, actor);
  await recordAudit(engine, workspace.id, actor, "automation.saved", saved.id, {
    fields: Object.keys(body),
    version: saved.latestVersion,
  });
  return automationAnswer(engine, saved);
}
