import { isObject } from "../shared/json.js";
import { isAlike, order } from "./compare.js";
import { numeric, temporal } from "./field-types.js";
import { readSegments, segmentsOf } from "./path.js";
import { isMissing, type Operator, type Reading } from "./reading.js";

const ordered = [...numeric, ...temporal];

/**
 * Operators about what this event changed, read from `trigger.changes`. Their left value is what they look at: the old
 * value, the new one, or both. A field the event did not change makes them false. `null` as the value means blank.
 */
export const changeOperators: Operator[] = [
  {
    name: "changed",
    label: "changed",
    types: "any",
    value: "none",
    allowsMissing: true,
    left: changeOf,
    holds: (leaf) => isObject(leaf.left),
  },
  {
    name: "changedFrom",
    label: "changed from",
    types: "any",
    value: "single",
    allowsMissing: true,
    left: (leaf) => changeOf(leaf)?.old ?? null,
    holds: (leaf) => changeOf(leaf) !== null && isWanted(leaf),
  },
  {
    name: "changedTo",
    label: "changed to",
    types: "any",
    value: "single",
    allowsMissing: true,
    left: (leaf) => changeOf(leaf)?.new ?? null,
    holds: (leaf) => changeOf(leaf) !== null && isWanted(leaf),
  },
  {
    name: "increased",
    label: "increased",
    types: ordered,
    value: "none",
    allowsMissing: true,
    left: changeOf,
    holds: (leaf) => moved(leaf) === 1,
  },
  {
    name: "decreased",
    label: "decreased",
    types: ordered,
    value: "none",
    allowsMissing: true,
    left: changeOf,
    holds: (leaf) => moved(leaf) === -1,
  },
];

function changeOf(leaf: Reading): { old: unknown; new: unknown } | null {
  const changes = leaf.facts.trigger?.["changes"];
  if (Array.isArray(changes)) {
    const found = changes.find((one) => isObject(one) && one["field"] === leaf.path) as
      | Record<string, unknown>
      | undefined;
    return found ? { old: found["old"] ?? null, new: found["new"] ?? null } : null;
  }
  if (!leaf.facts.changed?.includes(leaf.path)) return null;
  const path = segmentsOf(leaf.path);
  return { old: readSegments(leaf.facts.old, path) ?? null, new: readSegments(leaf.facts.record, path) ?? null };
}

function isWanted(leaf: Reading): boolean {
  const wanted: unknown[] = Array.isArray(leaf.right) && leaf.type !== "multiSelect" ? leaf.right : [leaf.right];
  return wanted.some((one) => isAlike(leaf.left, one, leaf.type, leaf.zone));
}

function moved(leaf: Reading): number | undefined {
  const change = changeOf(leaf);
  if (!change || isMissing(change.old) || isMissing(change.new)) return undefined;
  return order(change.new, change.old, leaf.type, leaf.zone);
}
