import type { Step } from "../document.js";

/** True for a step whose ports are written out, as they are in a graph. */
export function isWired({ next }: Pick<Step, "next">): boolean {
  return Object.keys(next ?? {}).length > 0;
}

/**
 * Where the ports of a step lead that led elsewhere before: `“true” leads to “Task” instead of the end`. A port left open
 * ends its path like one that leads to the end, but for `error`, where the error policy decides. Pure.
 */
export function wireChanges(
  was: Pick<Step, "next">,
  is: Step,
  nameOf: (key: string) => string,
  portOf: (step: Step, port: string) => string,
): string[] {
  const [old, now] = [was.next ?? {}, is.next ?? {}];
  const goal = (next: Record<string, string>, port: string) => {
    const target = Object.hasOwn(next, port) ? next[port] : undefined;
    if (target === undefined) return port === "error" ? "the error policy" : "the end";
    return target === "end" ? "the end" : `“${nameOf(target)}”`;
  };
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((port) => {
    const [from, to] = [goal(old, port), goal(now, port)];
    return from === to ? [] : [`“${portOf(is, port)}” leads to ${to}${isWired(was) ? ` instead of ${from}` : ""}`];
  });
}
