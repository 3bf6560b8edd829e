import { conflict } from "../../shared/errors.js";
import type { PortsOf } from "../check/check-graph.js";
import type { Document, Step } from "../document.js";

const CARD_HEIGHT = 120;

/** What must be known of step kinds to tell a chain: their ports, and whether a list can hold them at all. */
export type ChainKinds = { portsOf: PortsOf; graphOnly(step: Step): boolean };

/**
 * A list written out as a graph: every port that goes on in a list leads to the next step, the port by which a gate ends
 * the list stays open, failures stay with the error policy. Cards lie from top to bottom unless they have a place. Pure.
 */
export function promote(document: Document, portsOf: PortsOf): Document {
  const steps = document.steps.map((step, place): Step => {
    const ports = goingOn(step, portsOf);
    const following = document.steps.slice(place + 1).find((candidate) => !isPassedOver(candidate, portsOf));
    const { next: _none, ...rest } = step;
    return following && ports.length > 0
      ? { ...rest, next: Object.fromEntries(ports.map((port) => [port, following.key])) }
      : rest;
  });
  const layout = Object.fromEntries(
    steps.map(({ key }, place) => [key, document.layout?.[key] ?? { x: 0, y: (place + 1) * CARD_HEIGHT }]),
  );
  return { ...document, steps, layout };
}

/** A chain as a list, its steps in the order of their paths. Throws a 409 Problem that says why when it is no chain. Pure. */
export function demote(document: Document, kinds: ChainKinds): Document {
  const chain = chainOf(document, kinds);
  if (typeof chain === "string") throw conflict("not_a_chain", `This workflow cannot become a list: ${chain}`);
  const { layout: _places, ...rest } = document;
  return { ...rest, steps: chain.map(({ next: _ports, ...step }) => step) };
}

/** Why a graph is more than a list can say; null when it is a chain. Pure. */
export function chainProblem(document: Document, kinds: ChainKinds): string | null {
  const chain = chainOf(document, kinds);
  return typeof chain === "string" ? chain : null;
}

/** In a list a condition that does not hold ends the run; every other port goes on to the next step. */
function goingOn(step: Step, portsOf: PortsOf): string[] {
  const ports = portsOf(step) ?? ["success"];
  return ports.filter((port) => port !== "error" && !(step.kind === "condition" && port === "false"));
}

/** Switched off, and with no port to be passed by: the step before it leads past it. */
function isPassedOver(step: Step, portsOf: PortsOf): boolean {
  return step.disabled === true && goingOn(step, portsOf).length === 0;
}

/** The steps of a chain in their order, or why it is none. */
function chainOf(document: Document, kinds: ChainKinds): Step[] | string {
  const { portsOf } = kinds;
  const walked = document.steps.filter((step) => !isPassedOver(step, portsOf));
  const left = new Map(walked.map((step) => [step.key, step]));
  const chain: Step[] = [];
  let target = walked[0]?.key;
  while (target !== undefined) {
    const step = left.get(target);
    if (!step)
      return `"${chain.at(-1)?.key}" leads ${chain.some(({ key }) => key === target) ? "back " : ""}to "${target}".`;
    chain.push(step);
    left.delete(step.key);
    const after = wayOn(step, kinds);
    if ("problem" in after) return after.problem;
    // What stands behind an `end` is kept: a list has it too, though it never runs.
    target = goingOn(step, portsOf).length > 0 ? after.target : [...left.keys()][0];
  }
  if (left.size > 0) return `no path leads to ${[...left.keys()].map((key) => `"${key}"`).join(", ")}.`;
  if (walked.every((step, place) => step === chain[place])) return document.steps;
  // Positions in templates would mean other steps, were these put into another order.
  if (/\bsteps(\.|\[)\d/.test(JSON.stringify(document)))
    return "its steps stand in another order than they run in, and a template names one by its position.";
  return [...chain, ...document.steps.filter((step) => isPassedOver(step, portsOf))];
}

/** Where the one way on from a step leads; undefined when the path ends there. */
function wayOn(step: Step, { portsOf, graphOnly }: ChainKinds): { target: string | undefined } | { problem: string } {
  const { key, next = {} } = step;
  if (graphOnly(step)) return { problem: `"${key}" is of the kind ${step.kind}, which only a workflow can connect.` };
  const ports = goingOn(step, portsOf);
  for (const [port, to] of Object.entries(next)) {
    if (ports.includes(port)) continue;
    if (port === "error")
      return { problem: `"${key}" leads elsewhere when it fails; in a list the error policy decides.` };
    if (to !== "end") return { problem: `"${key}" leads to "${to}" by its port "${port}", which ends a list.` };
  }
  const targets = new Set(ports.map((port) => next[port] ?? "end"));
  if (targets.size > 1) return { problem: `"${key}" leads to different places: ${[...targets].join(", ")}.` };
  const [target] = targets;
  return { target: target === "end" ? undefined : target };
}
