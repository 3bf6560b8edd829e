import type { Plan, Step } from "../../../graph/index.js";
import type { StepLine } from "../../../runs/index.js";
import { type LoopItem, loopItems } from "./run-items.js";
import { type Outline, outlineOf } from "./run-outline.js";

/** A step of a run at one item, with its tries in order; without any it has not been reached. */
export type RunNode = {
  key: string;
  kind: string;
  name: string | null;
  iteration: string;
  tries: StepLine[];
  lanes: RunLane[];
  loop: RunLoop | null;
};

/** One branch. `taken` is null as long as its step has not been left. */
export type RunLane = { port: string; taken: boolean | null; nodes: RunNode[] };

/** A loop of a run: `path` is its key below the items around it. Only the item that is looked at has its steps. */
export type RunLoop = { path: string; items: LoopItem[]; open: { item: LoopItem; nodes: RunNode[] } | null };

type Log = { tries: Map<string, StepLine[]>; items: Map<string, LoopItem[]>; at: string };

const place = (key: string, iteration: string) => `${iteration}\n${key}`;

/**
 * The log of a run as the tree its version draws: branches under the step that opened them, tries of a step together,
 * loops with their items. Of each loop one item is open: the one on the path `at`, else the first that failed, else
 * the one in hand. Rows of steps that are not in the version (`plan` null: none is) follow at the end. Pure.
 */
export function runTree(plan: Plan | null, lines: StepLine[], at = ""): RunNode[] {
  const log: Log = { tries: new Map(), items: loopItems(lines), at };
  for (const line of lines) {
    const key = place(line.key, line.iteration);
    log.tries.set(key, [...(log.tries.get(key) ?? []), line]);
  }
  const nodes = plan ? outlineOf(plan).map((outline) => nodeOf(outline, "", log)) : [];
  return [...nodes, ...strays(plan, log)];
}

function nodeOf({ step, lanes, body }: Outline, iteration: string, log: Log): RunNode {
  const tries = log.tries.get(place(step.key, iteration)) ?? [];
  const last = tries.at(-1);
  const ports = last?.port?.split(",") ?? [];
  const left = last !== undefined && (last.port !== null || last.status === "skipped" || last.status === "failed");
  return {
    ...plainNode(step, iteration, tries),
    lanes: lanes.map((lane) => ({
      port: lane.port,
      taken: left
        ? ports.includes(lane.port) ||
          (last.status === "failed" && lane.port === "error" && ranAny(lane.steps, iteration, log))
        : null,
      nodes: reachedNodes(lane.steps, iteration, log),
    })),
    loop: body.length > 0 && tries.length > 0 ? loopOf(step, body, iteration, tries, log) : null,
  };
}

/** What stands in a scope: outside loops every step, of an item only what was reached. */
function reachedNodes(steps: Outline[], iteration: string, log: Log): RunNode[] {
  return steps
    .filter((outline) => iteration === "" || ranAny([outline], iteration, log))
    .map((outline) => nodeOf(outline, iteration, log));
}

function ranAny(steps: Outline[], iteration: string, log: Log): boolean {
  return steps.some(
    ({ step, lanes }) =>
      log.tries.has(place(step.key, iteration)) || lanes.some((lane) => ranAny(lane.steps, iteration, log)),
  );
}

function loopOf(step: Step, body: Outline[], iteration: string, tries: StepLine[], log: Log): RunLoop {
  const path = `${iteration}${iteration ? "/" : ""}${step.key}`;
  const items = log.items.get(path) ?? [];
  const asked = items.find((item) => log.at === item.iteration || log.at.startsWith(`${item.iteration}/`));
  const underWay = tries.at(-1)?.status === "waiting" ? items.at(-1) : undefined;
  const item = asked ?? items.find(({ status }) => status === "failed") ?? underWay;
  return { path, items, open: item ? { item, nodes: reachedNodes(body, item.iteration, log) } : null };
}

function strays(plan: Plan | null, log: Log): RunNode[] {
  return [...log.tries.values()].flatMap((tries) => {
    const [first] = tries;
    if (!first || plan?.steps.has(first.key)) return [];
    return [plainNode({ key: first.key, kind: first.kind, name: first.name ?? undefined }, first.iteration, tries)];
  });
}

function plainNode(
  step: { key: string; kind: string; name?: string | undefined },
  iteration: string,
  tries: StepLine[],
): RunNode {
  const last = tries.at(-1);
  return {
    key: step.key,
    kind: last?.kind || step.kind,
    name: last?.name ?? step.name ?? null,
    iteration,
    tries,
    lanes: [],
    loop: null,
  };
}
