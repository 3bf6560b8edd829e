import { DateTime } from "luxon";
import {
  answerRun,
  cancelRun,
  type Engine,
  getRun,
  listRuns,
  type RunFilter,
  replayRun,
  runStamp,
  undoRun,
  unfinished,
} from "../../../runs/index.js";
import { invalid } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { recordAudit } from "../../audit.js";
import { type Look, stream, together } from "../../sse.js";
import { accepted, ok } from "../answer.js";
import { closed, pageOf, paging, type Route, ref, type Schema } from "../route.js";

const statuses = "queued|running|waiting|completed|failed|cancelled|skipped|replayed";
const instant: Schema = {
  type: "string",
  maxLength: 40,
  description: "A day of the workspace's calendar, the whole of it, or an ISO instant.",
};

type HostAnswer = { step: string; iteration?: string; port: string; output?: JsonObject };

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
        description: "One or more, joined by commas. `replayed`: failed or skipped, and run again since.",
      },
      reason: { type: "string", description: "A reason's code, such as `monthly_limit`." },
      trigger: { type: "string", description: "A kind of trigger." },
      batch: { type: "string" },
      parent: { type: "string", description: "The run whose step started them, by id." },
      text: {
        type: "string",
        maxLength: 120,
        description: "Found in the automation's name, the record's label, the reason, or the run's id.",
      },
      from: instant,
      to: instant,
    },
    answer: {
      status: 200,
      schema: pageOf(ref("Run")),
      description:
        "Newest first, without steps and payloads. A page may be shorter than `limit`, and even empty, while `nextCursor` is set: what no index knows is looked for among 200 runs at a time.",
    },
    async handle({ engine, workspace, query }) {
      const { from, to, ...filter } = query as RunFilter & { from?: string; to?: string };
      return ok(
        await listRuns(engine, workspace.id, {
          ...filter,
          from: instantOf("from", from, workspace.timezone),
          to: instantOf("to", to, workspace.timezone),
        }),
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
    path: "/runs/:id/answers",
    role: "operator",
    tag: "Runs",
    summary: "Answer a step that waits for your application",
    body: closed(
      {
        step: { type: "string", minLength: 1, maxLength: 64, description: "The step's key." },
        iteration: { type: "string", maxLength: 600, default: "", description: "In a loop: which time round." },
        port: { type: "string", minLength: 1, maxLength: 64, description: "The way out to take." },
        output: { type: "object", description: "What later steps read of it." },
      },
      ["step", "port"],
    ),
    answer: {
      status: 200,
      schema: ref("Run"),
      description:
        "The run, which goes on. For steps of kinds your application registered; people's questions are answered under approvals. 409 `not_waiting` when no such step waits there (any more), 422 for a port it does not have.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      const id = String(params["id"]);
      const { step, iteration = "", port, output = {} } = body as HostAnswer;
      await answerRun(engine, workspace.id, id, { step, iteration }, { port, output });
      await recordAudit(engine, workspace.id, actor, "run.answered", id, { step, iteration, port });
      return ok(await getRun(engine, workspace.id, id));
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
      description:
        "The new run, linked to the old one. A run that another one started reports nothing to it this time: that one has heard of its end already, and may be over itself.",
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
  const { stamp, status } = await runStamp(engine, workspaceId, id);
  return {
    version: stamp,
    event: "run",
    data: () => getRun(engine, workspaceId, id),
    last: !unfinished.some((open) => open === status),
  };
}

/** An instant, or the beginning or end of a day of the workspace's calendar, in milliseconds; 422 for anything else. */
function instantOf(path: "from" | "to", text: string | undefined, zone: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const day = DateTime.fromISO(text, { zone });
    if (day.isValid) return (path === "from" ? day.startOf("day") : day.endOf("day")).toMillis();
  }
  const instant = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant))
    throw invalid([{ path, message: "Write a day, such as 2026-03-02, or an instant, such as 2026-03-02T09:00:00Z." }]);
  return instant;
}
