import { countedAsSql } from "./count.js";

/** What the log says, and what the counts and the changes not folded yet say, as rows of `id`, `version`, `day`, `status`, `n`. */
type Side = { scope: string; version: string; day: string; more: string };

/** The numbers that must agree, whatever happened: by workspace, automation, version and batch. */
const asItIs: Side[] = [
  { scope: "workspaceId", version: "0", day: "0", more: "1 = 1" },
  { scope: "automationId", version: "0", day: "0", more: "1 = 1" },
  { scope: "automationId", version: "version", day: "0", more: "1 = 1" },
  { scope: "batchId", version: "0", day: "0", more: "batchId IS NOT NULL" },
];

/** The numbers of days, which stay when runs are forgotten. */
const asItWas: Side[] = [{ scope: "automationId", version: "0", day: "day", more: "day > 0" }];

/** Statements that find counts which do not agree with the log: `id` is the scope. */
export const countInvariants: { broken: string; sql: string }[] = [
  { broken: "a count of runs is not what the log holds", sql: differing(asItIs, "SUM(n) <> 0", "day = 0") },
  { broken: "a day counts fewer runs than the log holds of it", sql: differing(asItWas, "SUM(n) > 0", "day > 0") },
];

function differing(sides: Side[], having: string, cells: string): string {
  const runs = sides.map(
    ({ scope, version, day, more }) =>
      `SELECT ${scope} AS id, ${version} AS version, ${day} AS day, ${countedAsSql} AS status, COUNT(*) AS n
        FROM millrace_runs WHERE ${more} GROUP BY ${scope}${version === "0" ? "" : ", version"}${day === "0" ? "" : ", day"}, ${countedAsSql}`,
  );
  const changes = sides.flatMap(({ scope, version, day, more }) =>
    [
      ["fromStatus", "n"],
      ["toStatus", "-n"],
    ].map(
      ([status, n]) =>
        `SELECT ${scope}, ${version}, ${day}, ${status}, ${n} FROM millrace_count_changes WHERE ${more} AND ${status} IS NOT NULL`,
    ),
  );
  const scopes = cells === "day = 0" ? "" : " AND scope <> workspaceId";
  const counts = `SELECT scope, version, day, what, -n FROM millrace_counts WHERE measure = 'status' AND scope <> '*' AND ${cells}${scopes}`;
  return `SELECT id FROM (${[...runs, ...changes, counts].join(" UNION ALL ")}) counted GROUP BY id, version, day, status HAVING ${having}`;
}
