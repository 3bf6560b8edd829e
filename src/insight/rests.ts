import type { ChildrenPlan } from "../actions/index.js";
import { automationNamed } from "../automations/index.js";
import type { Tx } from "../db/index.js";
import type { Engine, Walk } from "../runs/index.js";
import { addDuration } from "../shared/duration.js";
import type { JsonObject } from "../shared/json.js";
import type { Answers } from "./given-answers.js";
import type { Assumption, GivenAnswer } from "./simulation.js";

type Resting = Walk["state"]["ready"][number];
type Answer = { port: string; output: JsonObject; error?: { code: string; message: string } };

/** What is said of a wait that nobody was said to end. */
const untold: Record<string, string> = {
  approval: "Nobody was said to decide, so it was left to run out.",
  human_task: "Nobody was said to do it, so it was left to run out.",
  event: "No event was said to come, so it was left to run out.",
  goal: "The goal was not said to be met, so it was left to run out.",
};

/** The waits of a simulated walk: each is given its answer once, at its own instant, or is left to the clock. */
export function restsOf(answers: Answers, assumptions: Assumption[], tx: Tx) {
  const told = new Map<string, { at: number; answer: Answer } | null>();

  async function hear(engine: Engine, walk: Walk, { key, iteration, wait }: Resting): Promise<void> {
    const token = wait?.token;
    if (!wait || token === undefined || told.has(token)) return;
    const asked = walk.newWaits.find((one) => one.token === token);
    const given = answers.next(key);
    const now = engine.clock.now();
    if (given) {
      const at = given.after ? addDuration(now, given.after, walk.timezone) : now;
      told.set(token, { at, answer: answerOf(given) });
      return;
    }
    const started = asked?.kind === "children" ? await startedBy(engine, walk, asked.details, tx) : null;
    told.set(token, started && { at: now, answer: started.answer });
    const message =
      started?.message ?? untold[asked?.kind ?? ""] ?? "Nothing was said to end it: it was left to run out.";
    assumptions.push({ step: key, iteration, port: started?.answer.port ?? wait.timeoutPort ?? "success", message });
  }

  return {
    /** Answers what is to be answered by now, and says when something happens next; null when nothing ever will. */
    async moveOn(engine: Engine, walk: Walk): Promise<number | null> {
      const resting = walk.state.ready.filter(({ wait }) => wait !== undefined);
      for (const place of resting) await hear(engine, walk, place);
      walk.newWaits = [];
      const due = ({ wait }: Resting) =>
        Math.min(told.get(wait?.token ?? "")?.at ?? Number.POSITIVE_INFINITY, wait?.at ?? Number.POSITIVE_INFINITY);
      const next = Math.min(...resting.map(due), walk.run.deadlineAt ?? Number.POSITIVE_INFINITY);
      for (const { wait } of resting) {
        const heard = told.get(wait?.token ?? "");
        if (heard && wait && heard.at <= next && heard.at < wait.at) wait.answer = heard.answer;
      }
      return Number.isFinite(next) ? next : null;
    },
  };
}

function answerOf({ port, output, error }: GivenAnswer): Answer {
  if (!error) return { port: port ?? "success", output: output ?? {} };
  const { code, message } = error;
  return { port: "error", output: output ?? {}, error: { code, message } };
}

/** Runs that would be started are taken to end well and to hand nothing back, if there is such an automation. */
async function startedBy(
  engine: Engine,
  walk: Walk,
  details: JsonObject,
  tx: Tx,
): Promise<{ answer: Answer; message: string }> {
  const plan = details as ChildrenPlan;
  const found = await automationNamed(engine, walk.run.workspaceId, plan.automation, tx);
  if (!found) {
    const message = `There is no automation "${plan.automation}".`;
    return { answer: { port: "error", output: {}, error: { code: "child_skipped", message } }, message };
  }
  const child = { runId: null, status: plan.wait ? "completed" : "running", outputs: plan.wait ? {} : null };
  const total = plan.starts.length;
  const results = plan.starts.map((_start, index) => ({ index, ...child }));
  const all = { total, succeeded: total, failed: 0, notStarted: 0, truncated: plan.truncated, results };
  return {
    answer: {
      port: "success",
      output: plan.of === "each" ? all : { ...child, ...(plan.wait ? {} : { started: true }) },
    },
    message: `"${found.name}" was not started: it was taken to end well, with no outputs.`,
  };
}
