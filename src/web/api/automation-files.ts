import { createAutomation, getAutomation, getVersion, type NewAutomation } from "../../automations/index.js";
import { invalid } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { recordAudit } from "../audit.js";
import { created, ok } from "./answer.js";
import { automationViews } from "./automation-view.js";
import { type Call, type Route, ref, type Schema } from "./route.js";

const file: Schema = {
  type: "object",
  description: 'As exported: `{ format: "millrace/1", name, description, tags, folder, form, document }`.',
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
      schema: file,
      description: "Everything another workspace needs; no ids, no secrets, no history.",
    },
    handle: exported,
  },
  {
    method: "post",
    path: "/automations/import",
    role: "editor",
    tag: "Automations",
    summary: "Import an automation",
    body: { type: "object" },
    answer: {
      status: 201,
      schema: {
        type: "object",
        properties: { automation: ref("Automation"), unmapped: { type: "array", items: { type: "object" } } },
        required: ["automation", "unmapped"],
      },
      description: "A new draft. `unmapped` lists what could not be taken over.",
    },
    handle: imported,
  },
];

async function exported({ engine, workspace, params, query }: Call) {
  const automation = await getAutomation(engine, workspace.id, String(params["id"]));
  const { document } = await getVersion(engine, automation, query["version"] as number | undefined);
  const { name, description, tags, folder, form } = automation;
  return {
    ...ok({ format: "millrace/1", name, description, tags, folder, form, document }),
    headers: { "Content-Disposition": `attachment; filename="${automation.id}.json"` },
  };
}

async function imported({ engine, workspace, actor, body }: Call) {
  const made = await createAutomation(engine, workspace.id, readAutomationFile(body), actor);
  await recordAudit(engine, workspace.id, actor, "automation.imported", made.id, { name: made.name });
  const [automation] = await automationViews(engine, workspace.id, [made]);
  return created({ automation, unmapped: [] });
}

/** Reads an exported file. 422 when it is none, with what would be right. */
export function readAutomationFile(body: JsonObject): NewAutomation {
  const { name, description, tags, folder, form, document } = body;
  const errors = [
    ...(typeof name === "string" && name.trim() !== ""
      ? []
      : [{ path: "name", message: "The file gives the automation no name." }]),
    ...(isObject(document)
      ? []
      : [
          {
            path: "document",
            message: "The file has no document. Export one from Millrace to see what it looks like.",
          },
        ]),
    ...(form === undefined || form === "list" || form === "graph"
      ? []
      : [{ path: "form", message: "This must be list or graph." }]),
    ...(tags === undefined || (Array.isArray(tags) && tags.every((tag) => typeof tag === "string"))
      ? []
      : [{ path: "tags", message: "This must be a list of texts." }]),
  ];
  if (errors.length > 0) throw invalid(errors);
  return {
    name: String(name),
    description: typeof description === "string" ? description : "",
    form: form as NewAutomation["form"],
    tags: tags as string[] | undefined,
    folder: typeof folder === "string" ? folder : undefined,
    document: document as NewAutomation["document"],
  };
}
