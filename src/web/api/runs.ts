import {
  cancelRun,
  type Engine,
  getRun,
  listRuns,
  type RunFilter,
  replayRun,
  undoRun,
  unfinished,
} from "../../runs/index.js";
import { invalid } from "../../shared/errors.js";
import { recordAudit } from "../audit.js";
import { type Look, stream, together } from "../sse.js";
import { accepted, ok } from "./answer.js";
import { closed, pageOf, paging, type Route, ref, type Schema } from "./route.js";

const statuses = "queued|running|waiting|completed|failed|cancelled|skipped";
const instant: Schema = { type: "string", maxLength: 40, description: "An ISO instant." };

/** The run log, and what may be done to a run. */
export const runRoutes: Route[] = [
  {
    method: "get",
    path: "/runs",
    role: "viewer",
    tag: "Runs",
    summary: "The run log",
    query: {
      ...paging,
      automation: { type: "string" },
      object: { type: "string" },
      record: { type: "string" },
      status: {
        type: "string",
        pattern: `^(${statuses})(,(${statuses}))*$`,
        description: "One or more, joined by commas.",
      },
      reason: { type: "string", description: "A reason's code, such as `monthly_limit`." },
      trigger: { type: "string", description: "A kind of trigger." },
      batch: { type: "string" },
      from: instant,
      to: instant,
    },
    answer: { status: 200, schema: pageOf(ref("Run")), description: "Newest first, without steps and payloads." },
    async handle({ engine, workspace, query }) {
      const { from, to, ...filter } = query as RunFilter & { from?: string; to?: string };
      return ok(
        await listRuns(engine, workspace.id, { ...filter, from: instantOf("from", from), to: instantOf("to", to) }),
      );
    },
  },
  {
    method: "get",
    path: "/runs/:id",
    role: "viewer",
    tag: "Runs",
    summary: "One run with its steps",
    answer: {
      status: 200,
      schema: ref("Run"),
      description: "Every attempt at every step, with input, output and rule tree.",
    },
    handle: async ({ engine, workspace, params }) => ok(await getRun(engine, workspace.id, String(params["id"]))),
  },
  {
    method: "get",
    path: "/runs/:id/events",
    role: "viewer",
    tag: "Runs",
    summary: "Follow a run",
    answer: {
      status: 200,
      schema: { type: "string" },
      type: "text/event-stream",
      description: "Server-sent events `run`, each the run as it is; the last one when it is over.",
    },
    async handle({ engine, workspace, params, req, res }) {
      const id = String(params["id"]);
      await stream(
        req,
        res,
        together(`run:${workspace.id}:${id}`, () => lookAt(engine, workspace.id, id)),
      );
      return undefined;
    },
  },
  {
    method: "post",
    path: "/runs/:id/cancellation",
    role: "operator",
    tag: "Runs",
    summary: "Cancel a run",
    answer: { status: 200, schema: ref("Run"), description: "It does no further step. 409 when it is over already." },
    async handle({ engine, workspace, actor, params }) {
      await cancelRun(engine, workspace.id, String(params["id"]), actor);
      await recordAudit(engine, workspace.id, actor, "run.cancelled", String(params["id"]));
      return ok(await getRun(engine, workspace.id, String(params["id"])));
    },
  },
  {
    method: "post",
    path: "/runs/:id/replays",
    role: "operator",
    tag: "Runs",
    summary: "Run it again",
    body: closed({ from: { enum: ["failed", "start"], default: "start" } }),
    bodyOptional: true,
    answer: {
      status: 202,
      schema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
      description: "The new run, linked to the old one.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      const from = body["from"] === "failed" ? "failed" : "start";
      const id = await replayRun(engine, workspace.id, String(params["id"]), from, actor);
      await recordAudit(engine, workspace.id, actor, "run.replayed", String(params["id"]), { from, id });
      return accepted({ id, replayOf: params["id"] });
    },
  },
  {
    method: "post",
    path: "/runs/:id/undo",
    role: "operator",
    tag: "Runs",
    summary: "Undo what a run wrote",
    answer: {
      status: 200,
      schema: { type: "object" },
      description: "What was put back, what was kept because someone changed it since, and what cannot be undone.",
    },
    async handle({ engine, workspace, actor, params }) {
      const undone = await undoRun(engine, workspace.id, String(params["id"]), actor);
      await recordAudit(engine, workspace.id, actor, "run.undone", String(params["id"]), {
        reverted: undone.reverted.length,
        kept: undone.kept.length,
      });
      return ok(undone);
    },
  },
];

async function lookAt(engine: Engine, workspaceId: string, id: string): Promise<Look> {
  const run = await getRun(engine, workspaceId, id);
  const steps = run.steps.map((step) => `${step.n}${step.status}${step.attempt}`).join();
  return {
    version: `${run.status}:${run.wakeAt}:${steps}`,
    event: "run",
    data: run,
    last: !unfinished.some((status) => status === run.status),
  };
}

function instantOf(path: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant))
    throw invalid([{ path, message: "This must be an ISO instant, such as 2026-03-02T09:00:00Z." }]);
  return instant;
}
