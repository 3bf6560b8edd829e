import { getAutomation } from "../../../automations/index.js";
import { findRecords, type Workspace } from "../../../crm/index.js";
import { cancelBatch, getBatch, listBatches, startBatch } from "../../../enrollments/index.js";
import { type Engine, listRuns, replayRun } from "../../../runs/index.js";
import { invalid, Problem } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { recordAudit } from "../../audit.js";
import { accepted, ok } from "../answer.js";
import { closed, listOf, type Route, ref } from "../route.js";

const MOST_RECORDS = 10_000;
const id = { type: "string", minLength: 1, maxLength: 64 };

/** One start over many records, followed as a whole. */
export const batchRoutes: Route[] = [
  {
    method: "get",
    path: "/batches",
    role: "viewer",
    tag: "Batches",
    summary: "The newest batches",
    query: { limit: { type: "integer", minimum: 1, maximum: 200, default: 50 } },
    answer: { status: 200, schema: listOf(ref("Batch")), description: "Newest first." },
    handle: async ({ engine, workspace, query }) =>
      ok({ data: await listBatches(engine, workspace.id, Number(query["limit"])), nextCursor: null }),
  },
  {
    method: "post",
    path: "/batches",
    role: "operator",
    tag: "Batches",
    summary: "Start an automation on many records",
    body: closed(
      {
        automationId: id,
        recordIds: { type: "array", minItems: 1, maxItems: MOST_RECORDS, items: id },
        when: { type: "object" },
        inputs: { type: "object" },
      },
      ["automationId"],
    ),
    answer: {
      status: 202,
      schema: ref("Batch"),
      description: "Named records, or all that `when` (a rule tree) finds.",
    },
    async handle({ engine, workspace, actor, body }) {
      const { automationId, recordIds, when, inputs } = body as {
        automationId: string;
        recordIds?: string[];
        when?: JsonObject;
        inputs?: JsonObject;
      };
      if ((recordIds === undefined) === (when === undefined))
        throw invalid([{ path: "recordIds", message: "Give either recordIds or when." }]);
      const ids = recordIds ?? (await matching(engine, workspace, automationId, when ?? {}));
      const batch = await startBatch(engine, workspace.id, automationId, ids, inputs ?? {}, actor);
      await recordAudit(engine, workspace.id, actor, "batch.started", batch.id, { automationId, total: batch.total });
      return accepted(batch);
    },
  },
  {
    method: "get",
    path: "/batches/:id",
    role: "viewer",
    tag: "Batches",
    summary: "One batch as it stands",
    answer: { status: 200, schema: ref("Batch"), description: "With the count of its runs by status." },
    handle: async ({ engine, workspace, params }) => ok(await getBatch(engine, workspace.id, String(params["id"]))),
  },
  {
    method: "post",
    path: "/batches/:id/cancellation",
    role: "operator",
    tag: "Batches",
    summary: "Cancel what is left of a batch",
    answer: { status: 200, schema: ref("Batch"), description: "Its unfinished runs are cancelled." },
    async handle({ engine, workspace, actor, params }) {
      const batchId = String(params["id"]);
      const cancelled = await cancelBatch(engine, workspace.id, batchId, actor);
      await recordAudit(engine, workspace.id, actor, "batch.cancelled", batchId, { cancelled });
      return ok(await getBatch(engine, workspace.id, batchId));
    },
  },
  {
    method: "post",
    path: "/batches/:id/replays",
    role: "operator",
    tag: "Batches",
    summary: "Replay the failed runs of a batch",
    body: closed({ from: { enum: ["failed", "start"], default: "failed" } }),
    bodyOptional: true,
    answer: {
      status: 202,
      schema: { type: "object" },
      description: "The ids of the new runs, and the runs that could not be replayed, with the reason.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      const batchId = String(params["id"]);
      await getBatch(engine, workspace.id, batchId);
      const replayed = await replayFailed(
        engine,
        workspace.id,
        batchId,
        body["from"] === "start" ? "start" : "failed",
        actor,
      );
      await recordAudit(engine, workspace.id, actor, "batch.replayed", batchId, { started: replayed.started.length });
      return accepted(replayed);
    },
  },
];

/** The records of the automation's object that a tree finds, up to the largest batch. */
async function matching(
  engine: Engine,
  workspace: Workspace,
  automationId: string,
  when: JsonObject,
): Promise<string[]> {
  const { object } = await getAutomation(engine, workspace.id, automationId);
  if (object === null)
    throw invalid([{ path: "when", message: "This automation is about no object, so there are no records to find." }]);
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null && ids.length <= MOST_RECORDS; ) {
    const page: Awaited<ReturnType<typeof findRecords>> = await findRecords(engine, workspace.id, object, {
      when,
      limit: 1000,
      ...(cursor ? { cursor } : {}),
    });
    ids.push(...page.records.map((record) => record.id));
    cursor = page.nextCursor;
  }
  return ids;
}

async function replayFailed(
  engine: Engine,
  workspaceId: string,
  batch: string,
  from: "failed" | "start",
  actor: Parameters<typeof replayRun>[4],
) {
  const started: string[] = [];
  const refused: { id: string; message: string }[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof listRuns>> = await listRuns(engine, workspaceId, {
      batch,
      status: "failed",
      limit: 200,
      ...(cursor ? { cursor } : {}),
    });
    for (const run of page.data) {
      try {
        started.push(await replayRun(engine, workspaceId, run.id, from, actor));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        refused.push({ id: run.id, message: error.message });
      }
    }
    cursor = page.nextCursor;
  }
  return { started, refused };
}
