import { bulkWrite, describeObject, importCsv } from "../../crm/index.js";
import { invalid } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import type { JsonObject } from "../../shared/json.js";
import { recordAudit } from "../audit.js";
import { ok } from "./answer.js";
import { type Call, closed, type Route, type Schema } from "./route.js";

const MOST_ROWS = 2000;
const automations: Schema = {
  enum: ["run", "batch", "skip"],
  default: "run",
  description:
    "What the changes start: `run`: as any change does; `batch`: the same, followed as one batch; `skip`: nothing.",
};
const rows = (item: Schema): Schema => ({ type: "array", maxItems: MOST_ROWS, items: item });
const counts: Schema = {
  type: "object",
  properties: {
    created: { type: "integer" },
    updated: { type: "integer" },
    deleted: { type: "integer" },
    errors: {
      type: "array",
      items: { type: "object" },
      description: "Rows that were refused, each with its place and reason.",
    },
    source: { type: "string", description: "Names this edit in the change log." },
    batchId: { type: "string", description: "With `automations: batch`: find its runs by `GET /runs?batch=`." },
  },
};

/** Many records at once. Every row is a change of its own and triggers like one. */
export const recordBulkRoutes: Route[] = [
  {
    method: "post",
    path: "/objects/:object/records/bulk",
    role: "operator",
    tag: "Records",
    summary: "Create, change and delete many records",
    body: closed({
      create: rows(closed({ values: { type: "object" } }, ["values"])),
      update: rows(
        closed({ id: { type: "string" }, values: { type: "object" }, version: { type: "integer" } }, ["id", "values"]),
      ),
      delete: rows({
        anyOf: [{ type: "string" }, closed({ id: { type: "string" }, version: { type: "integer" } }, ["id"])],
      }),
      automations,
    }),
    answer: { status: 200, schema: counts, description: "How many were written, and which were not." },
    handle: bulk,
  },
  {
    method: "post",
    path: "/objects/:object/imports",
    role: "operator",
    tag: "Records",
    summary: "Import records from CSV",
    query: { automations },
    csv: true,
    answer: { status: 200, schema: counts, description: "How many rows were written, and which were not." },
    async handle({ engine, workspace, actor, params, query, req }) {
      const text: unknown = req.body;
      if (typeof text !== "string" || text.trim() === "")
        throw invalid([{ path: "", message: "Send the file as the body, with a first line naming the fields." }]);
      const object = await describeObject(engine, workspace.id, String(params["object"]));
      const origin = sourceOf("import", query["automations"]);
      const importer = { type: "import" as const, id: actor.id, name: `Import by ${actor.name}` };
      const result = await importCsv(engine, workspace.id, object.name, text, {
        actor: importer,
        source: origin.source,
      });
      await recordAudit(engine, workspace.id, actor, "records.imported", object.name, {
        ...countsOf(result),
        ...origin,
      });
      return ok({ ...result, ...origin });
    },
  },
];

async function bulk({ engine, workspace, actor, params, body, cause }: Call) {
  const object = await describeObject(engine, workspace.id, String(params["object"]));
  const origin = sourceOf("bulk", body["automations"]);
  const { create, update } = body as {
    create?: { values: JsonObject }[];
    update?: { id: string; values: JsonObject; version?: number }[];
  };
  const gone = body["delete"] as (string | { id: string; version?: number })[] | undefined;
  const work = {
    ...(create ? { create: create.map((row) => row.values) } : {}),
    ...(update ? { update } : {}),
    ...(gone ? { delete: gone.map((row) => (typeof row === "string" ? { id: row } : row)) } : {}),
  };
  const result = await bulkWrite(engine, workspace.id, object.name, work, { ...cause, source: origin.source });
  await recordAudit(engine, workspace.id, actor, "records.bulk", object.name, { ...countsOf(result), ...origin });
  return ok({ ...result, ...origin });
}

/**
 * What the events of these changes carry as their source, as enrollment and the log read it: `skip:…` starts nothing,
 * `batch:ID` gives its runs that batch.
 */
function sourceOf(what: "bulk" | "import", mode: unknown): { source: string; batchId?: string } {
  const id = newId();
  if (mode === "batch") return { source: `batch:${id}`, batchId: id };
  return { source: `${mode === "skip" ? "skip:" : ""}${what}:${id}` };
}

function countsOf(result: { created: number; updated: number; deleted?: number }): JsonObject {
  return { created: result.created, updated: result.updated, deleted: result.deleted ?? 0 };
}
