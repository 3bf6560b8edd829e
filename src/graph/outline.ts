import { type PortsOf, portMatters } from "./check/check-graph.js";
import type { Document, Step } from "./document.js";
import { type Ordered, ordered } from "./outline-meetings.js";
import { type Edge, type Wiring, wiringOf } from "./wiring.js";

/**
 * Where a port leads: `follows` to the step drawn right behind it, `elsewhere` to one drawn at another place, `back` to a
 * step the path came by, `missing` to a key nobody has; or to the end, or nowhere at all.
 */
export type OutlineLead = { to: "follows" | "elsewhere" | "back" | "missing"; key: string } | { to: "end" | "nothing" };

/** A way out of a step with the steps drawn under it. */
export type OutlineBranch = { port: string; lead: OutlineLead; steps: OutlineStep[] };

/**
 * One step as the outline draws it: under it its branches, each indented; after it, at the same depth, what `onward`
 * leads to. `from` are the ways that lead to it where there are several: it is drawn once, behind the last step that
 * all of them pass.
 */
export type OutlineStep = {
  key: string;
  place: number;
  from: { from: string; port: string }[];
  branches: OutlineBranch[];
  onward: { port: string; lead: OutlineLead } | null;
};

/** A graph as an indented list: every step stands in it exactly once. */
export type Outline = { steps: OutlineStep[]; unreached: OutlineStep[] };

/**
 * A graph as an outline. What goes on by `success`, or behind a loop by `done`, stays at the same depth; every other port
 * is a branch. A port for failures, or for a time limit that is not set, is left out while it leads nowhere. Pure; never
 * throws, however the document is wired.
 */
export function outlineOf(document: Document, portsOf: PortsOf): Outline {
  const wiring = wiringOf(document);
  const places = new Map(document.steps.map(({ key }, place) => [key, place]));
  const drawn = new Set<string>();
  const part = (start: string): OutlineStep[] => {
    const here = ordered(wiring, start, (key) => !drawn.has(key));
    for (const key of here.order) drawn.add(key);
    return drawPart({ wiring, places, portsOf, here, within: new Set(here.order) }, start);
  };
  const steps = wiring.entry === null ? [] : part(wiring.entry);
  const led = new Set([...wiring.into.keys()]);
  const loose = [...wiring.steps.keys()].sort((a, b) => Number(led.has(a)) - Number(led.has(b)));
  return { steps, unreached: loose.flatMap((key) => (drawn.has(key) ? [] : part(key))) };
}

type Part = {
  wiring: Wiring;
  places: ReadonlyMap<string, number>;
  portsOf: PortsOf;
  here: Ordered;
  within: ReadonlySet<string>;
};

function drawPart(part: Part, start: string): OutlineStep[] {
  const { order, into, parent } = part.here;
  const meeting = new Map<string, string[]>();
  for (const key of order) {
    const above = parent.get(key);
    if (above && (into.get(key)?.length ?? 0) > 1) meeting.set(above, [...(meeting.get(above) ?? []), key]);
  }
  const sequence = (first: string): OutlineStep[] => {
    const steps: OutlineStep[] = [];
    const todo = [first];
    for (let key = todo.pop(); key !== undefined; key = todo.pop()) {
      const step = part.wiring.steps.get(key);
      if (!step) continue;
      const drawn = drawStep(part, step, sequence);
      steps.push(drawn);
      todo.push(...(meeting.get(key) ?? []).toReversed());
      if (drawn.onward?.lead.to === "follows") todo.push(drawn.onward.lead.key);
    }
    return steps;
  };
  return sequence(start);
}

function drawStep(part: Part, step: Step, sequence: (first: string) => OutlineStep[]): OutlineStep {
  const ports = shownPorts(step, part.portsOf);
  const on = onwardPort(step, ports);
  const from = part.here.into.get(step.key) ?? [];
  return {
    key: step.key,
    place: part.places.get(step.key) ?? 0,
    from: from.length > 1 ? from.map(({ from: key, port }) => ({ from: key, port })) : [],
    branches: ports
      .filter((port) => port !== on)
      .map((port) => {
        const lead = leadOf(part, step, port);
        return { port, lead, steps: lead.to === "follows" ? sequence(lead.key) : [] };
      }),
    onward: on === undefined ? null : { port: on, lead: leadOf(part, step, on) },
  };
}

function shownPorts(step: Step, portsOf: PortsOf): string[] {
  const known = portsOf(step) ?? ["success"];
  const next = step.next ?? {};
  const shown = known.filter((port) => Object.hasOwn(next, port) || step.kind === "loop" || portMatters(step, port));
  return [...new Set([...shown.filter((port) => port !== "error" || Object.hasOwn(next, port)), ...Object.keys(next)])];
}

function onwardPort({ kind }: Step, ports: string[]): string | undefined {
  return ports.find((port) => port === "success" || (kind === "loop" && port === "done"));
}

function leadOf({ wiring, here, within }: Part, step: Step, port: string): OutlineLead {
  const next = step.next ?? {};
  const target = Object.hasOwn(next, port) ? next[port] : undefined;
  if (target === undefined) return { to: "nothing" };
  if (target === "end") return { to: "end" };
  if (!wiring.steps.has(target)) return { to: "missing", key: target };
  const edge = wiring.out.get(step.key)?.find((one: Edge) => one.port === port && one.to === target);
  if (edge && here.back.has(edge)) return { to: "back", key: target };
  const alone = here.into.get(target)?.length === 1;
  return { to: alone && within.has(target) ? "follows" : "elsewhere", key: target };
}
