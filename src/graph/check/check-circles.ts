import type { Document, DocumentProblem } from "../document.js";
import { entersBody, loopLeftOpen, loopsAround } from "../loops-around.js";
import { type Edge, reachedFrom, type Wiring } from "../wiring.js";

/** So many steps of a circle are named; a longer one is told of by its ends. */
const MOST_NAMED = 6;

/**
 * Ways back to an earlier step: only the body of a loop has one, to its own loop. Tells too of loops whose body never
 * comes back, and of ways out of a loop into one further out.
 */
export function checkCircles(document: Document, wiring: Wiring): DocumentProblem[] {
  const places = new Map(document.steps.map(({ key }, place) => [key, place]));
  const at = ({ from, port }: Edge) => ({ path: `steps[${places.get(from)}].next.${port}`, step: from, port });
  return [...circles(wiring, at), ...leftOpen(wiring, at), ...bodies(document, wiring), ...depths(document, wiring)];
}

type At = (edge: Edge) => { path: string; step: string; port: string };

/** The edges that close a circle when the ways into loop bodies are left out; what is left must have none. */
function circles(wiring: Wiring, at: At): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const done = new Set<string>();
  for (const start of wiring.steps.keys()) {
    if (done.has(start)) continue;
    const path = [{ key: start, edges: edgesToFollow(wiring, start) }];
    const places = new Map([[start, 0]]);
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const edge = here.edges.pop();
      if (!edge) {
        done.add(here.key);
        places.delete(here.key);
        path.pop();
        continue;
      }
      const back = places.get(edge.to);
      if (back !== undefined) {
        const keys = path.slice(back, back + MOST_NAMED).map(({ key }) => key);
        problems.push({ severity: "error", ...at(edge), message: circle(keys, path.length - back, edge) });
      } else if (!done.has(edge.to)) {
        places.set(edge.to, path.length);
        path.push({ key: edge.to, edges: edgesToFollow(wiring, edge.to) });
      }
    }
  }
  return problems;
}

/** Last first, since they are taken from the end. */
function edgesToFollow(wiring: Wiring, key: string): Edge[] {
  return (wiring.out.get(key) ?? []).filter((edge) => !entersBody(edge, wiring)).reverse();
}

function circle(keys: string[], length: number, { from, to }: Edge): string {
  const named = length > MOST_NAMED ? [...keys.slice(0, -1), "…", from, to] : [...keys, to];
  return `This goes in a circle: ${named.join(" → ")}. Only the body of a loop comes back, and only to its loop.`;
}

function leftOpen(wiring: Wiring, at: At): DocumentProblem[] {
  const around = loopsAround(wiring);
  return [...wiring.out.values()].flat().flatMap((edge): DocumentProblem[] => {
    const inner = loopLeftOpen(edge, wiring, around);
    if (inner === null) return [];
    const message = `"${edge.from}" lies in the loop "${inner}" and leads to "${edge.to}", a loop further out. Come back to "${inner}" first; what follows it goes on at its port "done".`;
    return [{ severity: "error", ...at(edge), message }];
  });
}

/** Loops may lie in each other this deep, whatever their keys: the log names an item by all of them. */
const DEEPEST = 8;

function depths(document: Document, wiring: Wiring): DocumentProblem[] {
  const around = loopsAround(wiring);
  return document.steps.flatMap(({ key, kind }, place): DocumentProblem[] => {
    const depth = (around.get(key)?.length ?? 0) + 1;
    if (kind !== "loop" || depth <= DEEPEST) return [];
    const message = `The loop "${key}" lies inside of ${depth - 1} others, and ${DEEPEST} in each other are as many as can be followed. Let an automation of its own take the innermost items.`;
    return [{ severity: "error", path: `steps[${place}]`, step: key, message }];
  });
}

function bodies(document: Document, wiring: Wiring): DocumentProblem[] {
  return document.steps.flatMap(({ key, kind }, place): DocumentProblem[] => {
    if (kind !== "loop") return [];
    const warn = (message: string): DocumentProblem[] => [
      { severity: "warning", path: `steps[${place}].next.next`, step: key, port: "next", message },
    ];
    const body = (wiring.out.get(key) ?? []).find(({ port }) => port === "next")?.to;
    if (body === undefined || body === key)
      return warn(`The loop "${key}" does nothing for its items: lead its port "next" to the first step of its body.`);
    const reached = reachedFrom(wiring, [body], ({ from }) => from !== key);
    if (reached.has(key)) return [];
    return warn(
      `Nothing leads from the body of the loop "${key}" back to it. Each item ends where its path does; lead the last step to "${key}" to show so.`,
    );
  });
}
