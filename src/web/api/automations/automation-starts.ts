import type { Response } from "express";
import { startManually } from "../../../enrollments/index.js";
import { type Engine, getRun, type RunView, runStamp, unfinished } from "../../../runs/index.js";
import { durationMs, isDuration } from "../../../shared/duration.js";
import { invalid } from "../../../shared/errors.js";
import { accepted, ok } from "../answer.js";
import { type Call, closed, type Route } from "../route.js";

const LONGEST_WAIT_MS = 60_000;
const LOOK_EVERY_MS = 50;
const recordId = { type: ["string", "null"], maxLength: 64 };
const inputs = { type: "object" };

/** Carrying an automation out by hand. */
export const automationStartRoutes: Route[] = [
  {
    method: "post",
    path: "/automations/:id/runs",
    role: "operator",
    tag: "Runs",
    summary: "Start an automation",
    query: {
      wait: {
        type: "string",
        maxLength: 20,
        description: "Wait for the end, at most this long (`10s`, up to a minute).",
      },
    },
    body: closed({ recordId, inputs, threadId: { type: ["string", "null"], maxLength: 64 } }),
    bodyOptional: true,
    answer: {
      status: 202,
      schema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
      description: "It is queued. With `wait` the run itself, and 200 when it is over.",
    },
    handle: start,
  },
];

async function start({ engine, workspace, actor, params, query, body, res }: Call) {
  const wait = query["wait"];
  if (typeof wait === "string" && !isDuration(wait))
    throw invalid([{ path: "wait", message: `"${wait}" is not a duration. Write it as 10s.` }]);
  const run = await startManually(engine, workspace.id, String(params["id"]), body, actor);
  const started = accepted({ id: run.id, status: run.status, reason: run.reason });
  if (wait === undefined) return started;
  const longest = Math.min(durationMs(String(wait)), LONGEST_WAIT_MS);
  // Nobody can carry the run out before its start is committed.
  const afterwards = async () => {
    const end = await waitForEnd(engine, workspace.id, run.id, longest, res);
    return isOver(end) ? ok(end) : accepted(end);
  };
  return { ...started, afterwards };
}

/** Looks at the run until it is over, the time is up or the client has left. */
async function waitForEnd(
  engine: Engine,
  workspaceId: string,
  id: string,
  ms: number,
  res: Response,
): Promise<RunView> {
  const until = performance.now() + ms;
  for (;;) {
    const { status } = await runStamp(engine, workspaceId, id);
    if (isOver({ status }) || performance.now() >= until || res.destroyed) return getRun(engine, workspaceId, id);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function isOver(run: Pick<RunView, "status">): boolean {
  return !unfinished.some((status) => status === run.status);
}
