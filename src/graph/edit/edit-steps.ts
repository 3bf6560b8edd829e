import { conflict } from "../../shared/errors.js";
import type { PortsOf } from "../check/check-graph.js";
import type { Document, Step } from "../document.js";
import { type Edge, reachedFrom, type Wiring, wiringOf } from "../wiring.js";

/** Where a step can be put: behind a port, or before a step on every way that leads to it (null: into no steps at all). */
export type Opening = { from: string; port: string } | { before: string | null };

/** The port by which a step goes on when all is well, which leads to what follows it; undefined for a step that ends its path. */
export function mainPort(step: Step, portsOf: PortsOf): string | undefined {
  const ports = portsOf(step) ?? ["success"];
  return ["success", "done"].find((port) => ports.includes(port)) ?? ports.find((port) => port !== "error");
}

/** Where the port of a step leads from now on: a step's key, `"end"`, or null for nowhere. Pure. */
export function wirePort(document: Document, from: string, port: string, target: string | null): Document {
  return withStep(document, from, (step) => wired(step, port, target));
}

/**
 * Puts a step into an opening. The wiring around it stays: its main port leads to what followed there. The first step of
 * a loop's body comes back to the loop. Pure.
 */
export function insertStep(document: Document, step: Step, at: Opening, portsOf: PortsOf): Document {
  const follows = followedBy(document, at);
  const main = mainPort(step, portsOf);
  const placed = main === undefined ? step : wired(step, main, follows ?? null);
  const leading = openEdges(document, at);
  const led = leading.reduce((so, { from, port }) => wirePort(so, from, port, step.key), document);
  const neighbour = "from" in at ? at.from : at.before;
  const place = led.steps.findIndex(({ key }) => key === neighbour);
  return { ...led, steps: led.steps.toSpliced("from" in at ? place + 1 : Math.max(place, 0), 0, placed) };
}

/** The same step once more behind itself, under another key; only its main way on is connected. Pure. */
export function duplicateStep(document: Document, key: string, newKey: string, portsOf: PortsOf): Document {
  const step = document.steps.find((one) => one.key === key);
  const port = step && mainPort(step, portsOf);
  if (!step || port === undefined) return document;
  const { next: _ways, ...copy } = structuredClone(step);
  return insertStep(document, { ...copy, key: newKey }, { from: key, port }, portsOf);
}

/**
 * Takes a step out: what led to it leads to what followed its main port. Steps that only its other ports led to go with
 * it; their keys are in `lost`, in the order of the document. Pure.
 */
export function removeStep(document: Document, key: string, portsOf: PortsOf): { document: Document; lost: string[] } {
  const before = reachedSteps(document);
  const without = detachStep(document, key, portsOf);
  const after = reachedSteps(without);
  const lost = without.steps.map((step) => step.key).filter((one) => before.has(one) && !after.has(one));
  const steps = without.steps.filter((step) => !lost.includes(step.key));
  return { document: withLayout({ ...without, steps }), lost };
}

/**
 * Moves a step, with the branches that only it leads to, into another opening; its place closes behind it. 409 when the
 * opening lies in one of those branches. Pure.
 */
export function moveStep(document: Document, key: string, at: Opening, portsOf: PortsOf): Document {
  const step = document.steps.find((one) => one.key === key);
  const neighbour = "from" in at ? at.from : at.before;
  if (!step || neighbour === key) return document;
  const without = detachStep(document, key, portsOf);
  if (neighbour !== null && reachedSteps(document).has(neighbour) && !reachedSteps(without).has(neighbour))
    throw conflict("own_branch", `"${key}" cannot be moved into one of its own branches.`);
  return insertStep(without, step, at, portsOf);
}

/** The port names of a step after its branches got others: each connection moves along, null takes it out. Pure. */
export function renamePorts(step: Step, renamed: ReadonlyMap<string, string | null>): Step {
  if (!step.next || renamed.size === 0) return step;
  const next = Object.entries(step.next).flatMap(([port, target]): [string, string][] => {
    const now = renamed.get(port);
    return now === null ? [] : [[now ?? port, target]];
  });
  return withNext(step, Object.fromEntries(next));
}

/** The edges that lead forward to a step: not those by which a loop's body, or a circle, comes back to it. */
export function edgesForward(wiring: Wiring, key: string): Edge[] {
  const behind = reachedFrom(wiring, [key]);
  return (wiring.into.get(key) ?? []).filter(({ from }) => !behind.has(from));
}

function detachStep(document: Document, key: string, portsOf: PortsOf): Document {
  const step = document.steps.find((one) => one.key === key);
  if (!step) return document;
  const follows = wayOn(step, portsOf, (target) => document.steps.some(({ key: one }) => one === target));
  const steps = document.steps
    .filter((one) => one !== step)
    .map((one) =>
      Object.entries(one.next ?? {})
        .filter(([, target]) => target === key)
        .reduce((so, [port]) => wired(so, port, follows === one.key ? null : follows), one),
    );
  const first = document.steps[0] === step ? steps.findIndex((one) => one.key === follows) : -1;
  const entry = steps[first];
  return { ...document, steps: entry ? [entry, ...steps.toSpliced(first, 1)] : steps };
}

/** Where a path goes on when a step is taken out of it: as by its main port, or by the first other that leads to a step. */
function wayOn(step: Step, portsOf: PortsOf, isStep: (key: string) => boolean): string | null {
  const main = mainPort(step, portsOf);
  const next = step.next ?? {};
  const ports = Object.keys(next).filter((port) => port !== "error" && !(step.kind === "loop" && port === "next"));
  const own = main !== undefined && Object.hasOwn(next, main) ? (next[main] ?? null) : null;
  const targets = [own, ...ports.map((port) => next[port] ?? null)].filter((target) => target !== step.key);
  return targets.find((target) => target !== null && isStep(target)) ?? (own === step.key ? null : own);
}

function followedBy(document: Document, at: Opening): string | null {
  if ("before" in at) return at.before;
  const step = document.steps.find(({ key }) => key === at.from);
  const target = step?.next?.[at.port];
  return target ?? (step?.kind === "loop" && at.port === "next" ? step.key : null);
}

function openEdges(document: Document, at: Opening): { from: string; port: string }[] {
  if ("from" in at) return [at];
  return at.before === null ? [] : edgesForward(wiringOf(document), at.before);
}

/** The keys of the steps that a path leads to from the first one. */
export function reachedSteps(document: Document): Set<string> {
  const wiring = wiringOf(document);
  return reachedFrom(wiring, wiring.entry === null ? [] : [wiring.entry]);
}

function withLayout(document: Document): Document {
  if (!document.layout) return document;
  const keys = new Set(document.steps.map(({ key }) => key));
  return { ...document, layout: Object.fromEntries(Object.entries(document.layout).filter(([key]) => keys.has(key))) };
}

function withStep(document: Document, key: string, change: (step: Step) => Step): Document {
  return { ...document, steps: document.steps.map((step) => (step.key === key ? change(step) : step)) };
}

function wired(step: Step, port: string, target: string | null): Step {
  const { [port]: _was, ...others } = step.next ?? {};
  if (target === null) return withNext(step, others);
  return withNext(
    step,
    step.next && port in step.next ? { ...step.next, [port]: target } : { ...others, [port]: target },
  );
}

function withNext(step: Step, next: Record<string, string>): Step {
  const { next: _was, ...rest } = step;
  return Object.keys(next).length > 0 ? { ...rest, next } : rest;
}
