const maxString = 1000;
const maxItems = 50;
const maxDepth = 4;

/** A JSON copy of a value, small enough to store with a decision: long texts and lists are cut, with an ellipsis. */
export function snapshot(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value.length > maxString ? `${value.slice(0, maxString)}…` : value;
    case "number":
      // JSON has no -0.
      return Number.isFinite(value) ? value + 0 : null;
    case "bigint":
      return String(value);
    case "object":
      return value === null ? null : snapshotObject(value, depth);
    default:
      return null;
  }
}

function snapshotObject(value: object, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= maxDepth) return "…";
  if (Array.isArray(value)) {
    const kept = value.slice(0, maxItems).map((one: unknown) => snapshot(one, depth + 1));
    return value.length > maxItems ? [...kept, "…"] : kept;
  }
  const entries = Object.entries(value).slice(0, maxItems);
  return Object.fromEntries(entries.map(([key, one]) => [key, snapshot(one, depth + 1)]));
}
