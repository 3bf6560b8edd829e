import { portsOf } from "../../../actions/index.js";
import { getAutomation, getVersion, validateDocument, writtenForm } from "../../../automations/index.js";
import { type DocumentProblem, type Form, triggerRegistry } from "../../../graph/index.js";
import { takesAnswer } from "../../../insight/index.js";
import { operators } from "../../../rules/index.js";
import { notFound } from "../../../shared/errors.js";
import { ok } from "../answer.js";
import { closed, listOf, type Route, ref, type Schema } from "../route.js";

const verdict: Schema = {
  type: "object",
  properties: { valid: { type: "boolean" }, problems: { type: "array", items: ref("DocumentProblem") } },
  required: ["valid", "problems"],
};
const kinds = listOf({ type: "object" });

/** What a document may be made of, and what is wrong with one. */
export const automationCheckRoutes: Route[] = [
  {
    method: "get",
    path: "/automations/registry/triggers",
    role: "viewer",
    tag: "Building",
    summary: "Every kind of trigger",
    answer: {
      status: 200,
      schema: kinds,
      description: "By module, with the schema of its config and the facts it provides.",
    },
    handle: async () => ok({ data: triggerRegistry(), nextCursor: null }),
  },
  {
    method: "get",
    path: "/automations/registry/modules/:module/triggers",
    role: "viewer",
    tag: "Building",
    summary: "The kinds of trigger of one module",
    answer: { status: 200, schema: kinds, description: "Its kinds of trigger." },
    async handle({ params }) {
      const data = triggerRegistry(String(params["module"]));
      if (data.length === 0) throw notFound("module", String(params["module"]));
      return ok({ data, nextCursor: null });
    },
  },
  {
    method: "get",
    path: "/automations/registry/actions",
    role: "viewer",
    tag: "Building",
    summary: "Every kind of step",
    answer: {
      status: 200,
      schema: kinds,
      description:
        "With the schema of its config, its ports and output, whether it changes records or reaches outside, whether only a graph can hold it, and whether a simulation can be told how it ends.",
    },
    async handle({ engine }) {
      const data = [...engine.actions.values()].map((action) => {
        const { kind, title, group, description, config, output, effect, graphOnly = false } = action;
        return {
          kind,
          title,
          group,
          description,
          config,
          output,
          ports: portsOf(engine.actions, kind, {}),
          effect,
          graphOnly,
          takesAnswer: takesAnswer(action),
        };
      });
      return ok({ data, nextCursor: null });
    },
  },
  {
    method: "get",
    path: "/automations/registry/operators",
    role: "viewer",
    tag: "Building",
    summary: "Every operator of conditions",
    answer: { status: 200, schema: kinds, description: "With the types of fields it is for and the value it takes." },
    handle: async () => ok({ data: operators, nextCursor: null }),
  },
  {
    method: "post",
    path: "/automations/validation",
    role: "editor",
    tag: "Building",
    summary: "Check a document",
    body: closed({ document: { type: "object" }, form: { enum: ["list", "graph"] } }, ["document"]),
    answer: {
      status: 200,
      schema: verdict,
      description: "Errors block publishing, warnings do not. Nothing is saved. Without a form, ports make it a graph.",
    },
    async handle({ engine, workspace, body }) {
      const form = (body["form"] as Form | undefined) ?? writtenForm(body["document"]);
      return ok(verdictOn(await validateDocument(engine, workspace.id, body["document"], form)));
    },
  },
  {
    method: "get",
    path: "/automations/:id/diagnostics",
    role: "viewer",
    tag: "Building",
    summary: "What is wrong with an automation",
    query: { version: { type: "integer", minimum: 1 } },
    answer: { status: 200, schema: verdict, description: "About its latest version, as things are now." },
    async handle({ engine, workspace, params, query }) {
      const automation = await getAutomation(engine, workspace.id, String(params["id"]));
      const { document, form, version } = await getVersion(engine, automation, query["version"] as number | undefined);
      return ok({ version, ...verdictOn(await validateDocument(engine, workspace.id, document, form)) });
    },
  },
];

function verdictOn(problems: DocumentProblem[]): { valid: boolean; problems: DocumentProblem[] } {
  return { valid: problems.every(({ severity }) => severity !== "error"), problems };
}
