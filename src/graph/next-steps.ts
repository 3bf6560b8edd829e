import type { Step } from "./document.js";
import { loopOf, type Plan, portsOn } from "./plan.js";

/** How often a step was reached: by paths that were taken, and by paths that no longer can be. */
type Arrival = { live: number; dead: number; fired?: true };

/** Arrivals by iteration ("" outside loops), then by step key. Only steps not yet settled are kept. */
export type Arrivals = Record<string, Record<string, Arrival>>;

/** `left`: a loop around was left for a step behind it, by a port of that loop. */
type Onward = { go: string[]; skipped: string[]; joins: string[]; left?: { loop: string; port: string } };

/** What follows: steps to take, steps nothing leads to any more, joins that begin to wait; or the end of the run. */
export type Next = Onward | { finish: "completed"; reason: { code: string; message: string } };

/**
 * What follows `step` when it left by `ports`. In a list the next step in order, a gate that does not hold ending the
 * run. In a graph every port counts: those taken reach their step alive, the others dead, and a step all of whose paths
 * are dead is skipped and passes that on. So a skipped branch never skips a join, and a join knows when no more can come.
 * Pure but for `arrivals`, which it brings up to date.
 */
export function nextSteps(
  plan: Plan,
  arrivals: Arrivals,
  step: Step,
  ports: readonly string[],
  iteration: string,
): Next {
  return plan.form === "list" ? nextInList(plan, step, ports) : nextInGraph(plan, arrivals, step, ports, iteration);
}

function nextInList(plan: Plan, step: Step, ports: readonly string[]): Next {
  if (step.kind === "condition" && ports.includes("false")) {
    return {
      finish: "completed",
      reason: {
        code: "gate",
        message: `The condition "${step.name ?? step.key}" did not hold, so the list ended there.`,
      },
    };
  }
  const { steps } = plan.document;
  const following = steps.slice(steps.indexOf(step) + 1).find((candidate) => !candidate.disabled);
  return { go: following ? [following.key] : [], skipped: [], joins: [] };
}

function nextInGraph(plan: Plan, arrivals: Arrivals, from: Step, taken: readonly string[], iteration: string): Next {
  const next: Onward = { go: [], skipped: [], joins: [] };
  const loop = loopOf(iteration);
  const here = arrivals[iteration] ?? {};
  arrivals[iteration] = here;

  const leave = (step: Step, ports: readonly string[]) => {
    // The body of a loop is entered by the loop itself; a step that points back at its loop ends the iteration.
    for (const { port, target } of portsOn(plan, step, loop)) arrive(target, ports.includes(port));
    for (const port of ports) {
      const left = plan.breaks.leaving(step.key, step.next?.[port] ?? "");
      if (left) next.left = left;
    }
  };

  const arrive = (key: string, live: boolean) => {
    const step = plan.steps.get(key);
    if (!step) return;
    const arrival = here[key] ?? { live: 0, dead: 0 };
    here[key] = arrival;
    if (live) arrival.live += 1;
    else arrival.dead += 1;
    const allCame = arrival.live + arrival.dead >= plan.incoming(key, loop);
    if (allCame) delete here[key];
    if (arrival.fired) return;
    if (fires(step, arrival, allCame)) {
      arrival.fired = true;
      next.go.push(key);
    } else if (allCame) {
      next.skipped.push(key);
      leave(step, []);
    } else if (live && arrival.live === 1) {
      next.joins.push(key);
    }
  };

  leave(from, taken);
  if (Object.keys(here).length === 0) delete arrivals[iteration];
  return next;
}

/** A step runs when it is first reached; a join when as many as it asks for have come, or no more can. */
function fires({ kind, config }: Step, { live }: Arrival, allCame: boolean): boolean {
  if (kind !== "join" || config["mode"] === "any") return live > 0;
  if (config["mode"] === "count" && live >= Number(config["count"] ?? 1)) return true;
  return allCame && live > 0;
}

/** True when `port` of `step` leads somewhere: then a failure goes there instead of to the error policy. */
export function isConnected(plan: Plan, step: Step, port: string): boolean {
  return plan.form === "graph" && step.next?.[port] !== undefined;
}

/** The ports by which work goes on as hoped for; a step has one of them at most. */
const hopedFor = ["success", "true", "done", "met", "received", "approved"];

/** The port a step leaves by when it did nothing itself: skipped, switched off, or failed and passed over. */
export function outletsOf(plan: Plan, step: Step): string {
  const ports = plan.form === "graph" ? Object.keys(step.next ?? {}).filter((port) => port !== "error") : [];
  return hopedFor.find((port) => ports.includes(port)) ?? ports[0] ?? "success";
}
