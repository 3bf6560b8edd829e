import type { Plan, Step } from "../../../graph/index.js";

/** A step with what belongs to it: the branches that only it leads to, and for a loop the steps of its body. */
export type Outline = { step: Step; lanes: OutlineLane[]; body: Outline[] };

/** One way out of a step and the steps that are reached by it alone. */
export type OutlineLane = { port: string; steps: Outline[] };

type Edge = { from: string; port: string };

/** The part of a graph that runs in one scope: everything outside loops, or the body of one loop. */
type Scope = { plan: Plan; loop: string | null; incoming: Map<string, Edge[]> };

/**
 * A version's steps in the order they are taken, branches under the step that opens them: a step belongs to a branch when
 * nothing else leads to it, so what comes after branches have met stands behind them. Pure.
 */
export function outlineOf(plan: Plan): Outline[] {
  return plan.form === "list"
    ? plan.document.steps.map((step) => ({ step, lanes: [], body: [] }))
    : outlineOfScope(plan, null, plan.entry[0]);
}

function outlineOfScope(plan: Plan, loop: string | null, entry: string | undefined): Outline[] {
  const scope: Scope = { plan, loop, incoming: new Map() };
  const order = entry === undefined ? [] : inOrder(scope, entry);
  return arrange(scope, order);
}

/** The steps of a scope, none before one that leads to it; what no path reaches is left out. Notes the edges met. */
function inOrder(scope: Scope, entry: string): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (key: string) => {
    const step = scope.plan.steps.get(key);
    if (!step || seen.has(key)) return;
    seen.add(key);
    for (const [port, target] of waysOut(scope, step).reverse()) {
      scope.incoming.set(target, [...(scope.incoming.get(target) ?? []), { from: key, port }]);
      visit(target);
    }
    order.unshift(key);
  };
  visit(entry);
  return order;
}

/** Where a step leads within its scope; the way into a loop's body is not one of them. */
function waysOut({ loop }: Scope, step: Step): [string, string][] {
  return Object.entries(step.next ?? {}).filter(
    ([port, target]) => target !== loop && target !== step.key && !(step.kind === "loop" && port === "next"),
  );
}

function arrange(scope: Scope, order: string[]): Outline[] {
  const arranged: Outline[] = [];
  let rest = order;
  while (rest.length > 0) {
    const [key = "", ...others] = rest;
    const step = scope.plan.steps.get(key);
    rest = others;
    if (!step) continue;
    const lanes = lanesOf(scope, step, rest);
    const inLanes = new Set(lanes.flatMap(({ keys }) => keys));
    rest = rest.filter((other) => !inLanes.has(other));
    arranged.push({
      step,
      lanes: lanes.map(({ port, keys }) => ({ port, steps: arrange(scope, keys) })),
      body: step.kind === "loop" ? outlineOfScope(scope.plan, step.key, step.next?.["next"]) : [],
    });
  }
  return arranged;
}

/** The branches worth drawing. When one way out leads to everything that follows, that simply follows. */
function lanesOf(scope: Scope, step: Step, rest: string[]): { port: string; keys: string[] }[] {
  const ways = waysOut(scope, step).map(([port, target]) => ({
    port,
    keys: reachedBy(scope, step.key, port, target, rest),
  }));
  const errors = ways.filter(({ port, keys }) => port === "error" && keys.length > 0);
  const others = ways.filter(({ port }) => port !== "error");
  const filled = others.filter(({ keys }) => keys.length > 0);
  const [only] = filled;
  const handled = errors.reduce((sum, { keys }) => sum + keys.length, 0);
  if (!only || (filled.length === 1 && only.keys.length + handled === rest.length)) return errors;
  return others.length > 1 ? [...others, ...errors] : errors;
}

/** The steps that are reached only by leaving `from` through `port`. */
function reachedBy({ incoming }: Scope, from: string, port: string, target: string, rest: string[]): string[] {
  const reached = new Set<string>();
  for (const key of rest) {
    const edges = incoming.get(key) ?? [];
    const only = edges.every(
      (edge) => reached.has(edge.from) || (key === target && edge.from === from && edge.port === port),
    );
    if (edges.length > 0 && only) reached.add(key);
  }
  return [...reached];
}
