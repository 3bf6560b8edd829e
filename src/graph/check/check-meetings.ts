import type { Document, DocumentProblem, Step } from "../document.js";
import { loopsAround } from "../loops-around.js";
import type { Edge, Wiring } from "../wiring.js";

/** Where branches meet: joins that have nothing to join, and branches that meet without one. */
export function checkMeetings(document: Document, wiring: Wiring): DocumentProblem[] {
  const found = new Map<string, string>();
  const around = loopsAround(wiring);
  for (const step of wiring.steps.values()) {
    if (step.kind !== "parallel") continue;
    for (const key of meetings(step.key, wiring, around.get(step.key) ?? []))
      if (!found.has(key)) found.set(key, step.key);
  }
  return document.steps.flatMap((step, place) => {
    const { key } = step;
    const parallel = found.get(key);
    const warnings = step.kind === "join" ? checkJoin(step, wiring.into.get(key) ?? []) : [];
    if (parallel !== undefined) {
      warnings.push(
        `Branches of "${parallel}" meet at "${key}" without a join, so that it runs when the first of them gets there. Put a join before it to wait for the others.`,
      );
    }
    return warnings.map(
      (message): DocumentProblem => ({ severity: "warning", path: `steps[${place}]`, step: key, message }),
    );
  });
}

function checkJoin({ key, config }: Step, into: Edge[]): string[] {
  if (into.length < 2)
    return [
      `The join "${key}" has ${into.length === 1 ? "a single" : "no"} path to wait for. Lead the branches to it, or remove it.`,
    ];
  const { mode, count } = config;
  if (mode !== "count" || typeof count !== "number" || count <= into.length) return [];
  return [`The join "${key}" waits for ${count} paths, and only ${into.length} lead to it.`];
}

/**
 * The steps that two branches of a parallel step come to first, when these are no joins. Ways of failures are left out:
 * branches may share a step that tells of them. A branch ends where it comes back to a loop around it.
 */
function meetings(parallel: string, wiring: Wiring, loops: readonly string[]): Set<string> {
  const met = new Set<string>();
  const branchOf = new Map<string, number>();
  for (const [branch, { to }] of onward(wiring, parallel).entries()) {
    const todo = [to];
    for (let key = todo.pop(); key !== undefined; key = todo.pop()) {
      const other = branchOf.get(key);
      if (other === branch || key === parallel) continue;
      if (other !== undefined) {
        if (wiring.steps.get(key)?.kind !== "join") met.add(key);
        continue;
      }
      branchOf.set(key, branch);
      if (!loops.includes(key)) todo.push(...onward(wiring, key).map((edge) => edge.to));
    }
  }
  return met;
}

function onward(wiring: Wiring, key: string): Edge[] {
  return (wiring.out.get(key) ?? []).filter(({ port }) => port !== "error");
}
