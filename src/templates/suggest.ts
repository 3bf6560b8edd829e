import { nearest } from "../shared/nearest.js";

/**
 * The known path a mistyped one was probably meant to be: the same below a similar first name, a sibling with a similar last name, else the same or a similar
 * last name elsewhere (`amount` for `record.amount`), else a similar path. What a step is asked for is looked for in that step alone.
 * Undefined when nothing is near.
 */
function nearestPath(path: string, all: readonly string[]): string | undefined {
  const step = /^steps\.[^.]+\./.exec(path)?.[0];
  const ofStep = step === undefined ? [] : all.filter((one) => one.startsWith(step));
  const known = ofStep.length > 0 ? ofStep : all;
  const parent = path.slice(0, path.lastIndexOf(".") + 1);
  const siblings = known.filter((one) => one.startsWith(parent) && !one.slice(parent.length).includes("."));
  const name = path.slice(parent.length);
  const rooted = underNearestRoot(path, known);
  if (rooted !== undefined) return rooted;
  if (name.length < 3) return known.find((one) => lastOf(one) === name);
  const sibling = nearest(
    name,
    siblings.map((one) => one.slice(parent.length)),
  );
  if (sibling !== undefined) return parent + sibling;
  const alike = nearest(name, known.map(lastOf));
  return alike === undefined
    ? undefined
    : (nearest(
        path,
        known.filter((one) => lastOf(one) === alike),
      ) ?? known.find((one) => lastOf(one) === alike));
}

/** `recrd.id` as `record.id`, when that is known. */
function underNearestRoot(path: string, known: readonly string[]): string | undefined {
  const [root = "", ...rest] = path.split(".");
  const roots = [...new Set(known.map((one) => one.split(".")[0] ?? ""))];
  const near = rest.length > 0 && !roots.includes(root) ? nearest(root, roots) : undefined;
  return known.find((one) => one === [near, ...rest].join("."));
}

/** ` Did you mean "record.amount"?`, or nothing. */
export function pathHint(path: string, known: readonly string[]): string {
  const near = nearestPath(path, known);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
