import type { Param } from "../../db/index.js";
import { firstIdAt } from "../../shared/ids.js";

/** Which runs a list shows. Instants are milliseconds; `status` may be several joined by commas; `replayed` is one. */
export type RunFilter = {
  automation?: string | undefined;
  object?: string | undefined;
  record?: string | undefined;
  status?: string | undefined;
  reason?: string | undefined;
  trigger?: string | undefined;
  batch?: string | undefined;
  /** The run that started them. */
  parent?: string | undefined;
  /** Looked for in the names of automations, the labels of records and what went wrong; see `find-runs.ts`. */
  text?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

/** Ends that count no more once the run was run again. */
const givenUp = ["failed", "skipped"];

/** A part of a WHERE. */
export type Condition = { where: string; params: Param[] };

/**
 * How a filter is looked up: the runs of one owner in the order of their ids, by an index that holds them so. `statuses`: by
 * each of them, one after another in the index. `rest`: what the index does not know, looked for among the newest of those.
 */
export type Lookup = { index: string; base: Condition; statuses: string[]; rest: Condition | null };

const everyStatus = ["queued", "running", "waiting", "completed", "failed", "cancelled", "skipped"];

/** What a filter narrows by, other than status, with the index that is in the order of ids for each; the narrowest first. */
const ways = [
  { name: "batch", column: "batchId", index: "batch", byStatus: true },
  { name: "parent", column: "parentRunId", index: "parent", byStatus: false },
  { name: "record", column: "recordId", index: "of", byStatus: false },
  { name: "automation", column: "automationId", index: "all", byStatus: false },
  { name: "reason", column: "reasonCode", index: "reason", byStatus: false },
  { name: "trigger", column: "triggerKind", index: null, byStatus: false },
  { name: "object", column: "object", index: null, byStatus: false },
] as const;

/** Plans how to look up a filter about `millrace_runs r`, its text and cursor left aside. */
export function lookupOf(workspaceId: string, filter: RunFilter): Lookup {
  const given = ways.filter(({ name }) => filter[name] !== undefined && filter[name] !== "");
  const way = given.find(({ index }) => index !== null);
  const equal = (some: readonly (typeof ways)[number][]): Condition => ({
    where: some.map(({ column }) => `r.${column} = ?`).join(" AND "),
    params: some.map(({ name }) => filter[name] ?? ""),
  });
  const others = given.filter((one) => one !== way);
  const statuses = (filter.status ?? "").split(",").filter(Boolean);
  const rest = both(others.length > 0 ? equal(others) : null, againOrNot(statuses));
  const own: Condition = { where: "r.workspaceId = ?", params: [workspaceId] };
  const base = both(own, way ? equal([way]) : null) ?? own;
  const asked = statuses.includes("replayed")
    ? [...new Set([...statuses.filter((status) => status !== "replayed"), ...givenUp])]
    : statuses;
  const byIt = (index: string, statuses: string[]): Lookup => ({
    index: `millrace_runs_${index}`,
    base,
    statuses,
    rest,
  });
  if (way?.byStatus) return byIt(way.index, asked.length > 0 ? asked : everyStatus);
  if (asked.length > 0 && (rest === null || asked.length === 1)) {
    if (!way) return byIt("log", asked);
    if (way.name === "automation") return byIt("automation", asked);
  }
  const ofStatus: Condition = { where: `r.status IN (${asked.map(() => "?").join(",")})`, params: asked };
  return { ...byIt(way?.index ?? "workspace", []), rest: asked.length > 0 ? both(rest, ofStatus) : rest };
}

/** What was run again is no longer among those that failed or were refused, whatever its row says. */
function againOrNot(statuses: string[]): Condition | null {
  const again = statuses.includes("replayed");
  return givenUp
    .filter((status) => statuses.length > 0 && statuses.includes(status) !== again)
    .map((status) => ({ where: `(r.status <> ? OR r.replayedBy IS ${again ? "NOT " : ""}NULL)`, params: [status] }))
    .reduce<Condition | null>(both, null);
}

/** The ids a filter asks for: what is before a cursor, and the instants from and to, which ids begin with. */
export function rangeOf({ from, to, cursor }: RunFilter): Condition | null {
  const parts: [string, string | undefined][] = [
    ["r.id >= ?", from === undefined ? undefined : firstIdAt(from)],
    ["r.id < ?", to === undefined ? undefined : firstIdAt(to + 1)],
    ["r.id < ?", cursor],
  ];
  const asked = parts.flatMap(([where, id]) => (id === undefined ? [] : [{ where, params: [id] }]));
  return asked.reduce<Condition | null>(both, null);
}

/** Both conditions; null is none. */
export function both(a: Condition | null, b: Condition | null): Condition | null {
  if (!a || !b) return a ?? b;
  return { where: `${a.where} AND ${b.where}`, params: [...a.params, ...b.params] };
}
