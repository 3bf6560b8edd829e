import { bulkWrite, describeObject, importCsv } from "../../../crm/index.js";
import { writeAsBatch } from "../../../enrollments/index.js";
import { invalid } from "../../../shared/errors.js";
import { newId } from "../../../shared/ids.js";
import type { JsonObject } from "../../../shared/json.js";
import { recordAudit } from "../../audit.js";
import { ok } from "../answer.js";
import { type Call, closed, type Route, type Schema } from "../route.js";

const MOST_ROWS = 2000;
const automations: Schema = {
  enum: ["run", "batch", "skip"],
  default: "run",
  description:
    "What the changes start: `run`: as any change does; `batch`: the same, followed as one batch; `skip`: nothing.",
};
const rowsOf = (item: Schema): Schema => ({ type: "array", maxItems: MOST_ROWS, items: item });
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
    batchId: { type: "string", description: "With `automations: batch`: `GET /batches/:id` follows what it starts." },
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
      create: rowsOf(closed({ values: { type: "object" } }, ["values"])),
      update: rowsOf(
        closed({ id: { type: "string" }, values: { type: "object" }, version: { type: "integer" } }, ["id", "values"]),
      ),
      delete: rowsOf({
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
    async handle(call) {
      const { engine, workspace, actor, params, query, req } = call;
      const text: unknown = req.body;
      if (typeof text !== "string" || text.trim() === "")
        throw invalid([{ path: "", message: "Send the file as the body, with a first line naming the fields." }]);
      const object = await describeObject(engine, workspace.id, String(params["object"]));
      const importer = { type: "import" as const, id: actor.id, name: `Import by ${actor.name}` };
      return write(call, "import", query["automations"], object.name, (source) =>
        importCsv(engine, workspace.id, object.name, text, { actor: importer, source }),
      );
    },
  },
];

async function bulk(call: Call) {
  const { engine, workspace, params, body, cause } = call;
  const object = await describeObject(engine, workspace.id, String(params["object"]));
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
  return write(call, "bulk", body["automations"], object.name, (source) =>
    bulkWrite(engine, workspace.id, object.name, work, { ...cause, source }),
  );
}

/**
 * Writes with the source that enrollment and the log read: `skip:…` starts nothing, `batch:ID` gives its runs that batch.
 * Answers the counts, with the source and the batch.
 */
async function write<T extends { created: number; updated: number; deleted?: number }>(
  { engine, workspace, actor }: Call,
  what: "bulk" | "import",
  mode: unknown,
  object: string,
  rows: (source: string) => Promise<T>,
) {
  const origin = { source: `${mode === "skip" ? "skip:" : ""}${what}:${newId()}` };
  const batch = mode === "batch" ? await writeAsBatch(engine, workspace.id, object, actor, rows) : null;
  const result = batch?.written ?? (await rows(origin.source));
  const from = batch ? { source: `batch:${batch.id}`, batchId: batch.id } : origin;
  const { created, updated, deleted = 0 } = result;
  const action = what === "bulk" ? "records.bulk" : "records.imported";
  await recordAudit(engine, workspace.id, actor, action, object, { created, updated, deleted, ...from });
  return ok({ ...result, ...from });
}
