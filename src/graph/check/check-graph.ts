import { didYouMean, nearest } from "../../shared/nearest.js";
import type { Document, DocumentProblem, Step } from "../document.js";
import { reachedFrom, type Wiring, wiringOf } from "../wiring.js";
import { checkCircles } from "./check-circles.js";
import { checkMeetings } from "./check-meetings.js";

/** The ways out of a step, `error` included; undefined when nobody knows its kind. */
export type PortsOf = (step: Step) => readonly string[] | undefined;

/** Kinds that are only there to lead on: with nothing connected they do nothing. */
const crossroads = ["condition", "switch", "split", "parallel"];

/** Ports that are left by only when the step has a time limit. */
const onlyWithTimeout = ["join.timeout", "goal.unmet", "wait_for_event.timeout"];

/**
 * What is wrong with the wiring of a graph, each with its step, port and path: ports and targets that do not exist,
 * steps nothing leads to, circles, paths that end by mistake, branches that meet. Pure; never throws, however the
 * document is wired.
 */
export function checkGraph(document: Document, portsOf: PortsOf): DocumentProblem[] {
  const wiring = wiringOf(document);
  return [
    ...document.steps.flatMap((step, place) => checkStep(step, place, wiring, portsOf(step))),
    ...checkReach(document, wiring),
    ...checkCircles(document, wiring),
    ...checkMeetings(document, wiring),
  ];
}

function checkStep(step: Step, place: number, wiring: Wiring, ports: readonly string[] | undefined): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const say = (severity: DocumentProblem["severity"], port: string, message: string) =>
    problems.push({ severity, path: `steps[${place}].next.${port}`, step: step.key, port, message });
  const next = step.next ?? {};
  for (const [port, target] of Object.entries(next)) {
    if (ports && !ports.includes(port)) say("error", port, unknownPort(step, port, ports));
    else if (target !== "end" && !wiring.steps.has(target)) {
      const hint = didYouMean(target, [...wiring.steps.keys(), "end"]);
      say("error", port, `The port "${port}" leads to "${target}", and there is no such step.${hint}`);
    }
  }
  const open = (ports ?? []).filter((port) => !Object.hasOwn(next, port) && portMatters(step, port));
  if (Object.keys(next).length > 0) {
    for (const port of open) say("warning", port, openPort(step, port));
  } else if (open.length > 0 && crossroads.includes(step.kind)) {
    const message = `Nothing follows "${step.key}", whichever way it goes. Connect ${open.join(", ")}, or remove the step.`;
    problems.push({ severity: "warning", path: `steps[${place}].next`, step: step.key, message });
  }
  return problems;
}

function unknownPort({ key, kind }: Step, port: string, ports: readonly string[]): string {
  if (ports.length === 0) return `"${key}" ends the path: a step of the kind ${kind} has no ports.`;
  const hint = nearest(port, ports) ? didYouMean(port, ports) : ` It has ${ports.join(", ")}.`;
  return `"${key}" has no port "${port}".${hint}`;
}

function openPort({ key }: Step, port: string): string {
  return `The port "${port}" of "${key}" leads nowhere: what leaves by it ends there. Connect it, or lead it to "end" if that is meant.`;
}

/**
 * Whether it matters that a port leads nowhere. Failures have their policy, a loop that is done may be the last thing,
 * and a limit that is not set never runs out.
 */
export function portMatters({ kind, config }: Step, port: string): boolean {
  if (port === "error" || kind === "loop") return false;
  return !onlyWithTimeout.includes(`${kind}.${port}`) || config["timeout"] !== undefined;
}

/** Steps no path leads to. What only a mistyped target keeps away is not told of twice. */
function checkReach(document: Document, wiring: Wiring): DocumentProblem[] {
  const { entry } = wiring;
  if (entry === null) return [];
  const known = [...wiring.steps.keys()];
  const targets = document.steps.flatMap(({ next }) => Object.values(next ?? {}));
  const meant = targets
    .filter((target) => target !== "end" && !wiring.steps.has(target))
    .map((target) => nearest(target, known));
  const reached = reachedFrom(wiring, [entry, ...meant.filter((key) => key !== undefined)]);
  return document.steps.flatMap((step, place): DocumentProblem[] => {
    if (reached.has(step.key)) return [];
    const message = `No path leads from the first step "${entry}" to "${step.key}". Connect a port to it, or remove it.`;
    return [{ severity: step.disabled ? "warning" : "error", path: `steps[${place}]`, step: step.key, message }];
  });
}
