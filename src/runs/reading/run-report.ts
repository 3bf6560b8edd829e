import type { Measure } from "../../counts/index.js";
import { countsOf, tookPercentile } from "../../counts/index.js";
import type { Day } from "../../shared/local-day.js";
import type { Engine } from "../engine.js";

/** Numbers of some days: of all of them by status and by reason, and of each by status; durations in milliseconds. */
export type RunReport = {
  totals: Record<string, number>;
  reasons: Record<string, number>;
  days: Record<string, number>[];
};

/** What happened to the runs queued on some days, of a workspace or one of its automations; days in the order given. */
export async function runReport(
  engine: Engine,
  workspaceId: string,
  { automationId, days, durations }: { automationId: string | null; days: Day[]; durations: boolean },
): Promise<RunReport> {
  const measures: Measure[] = ["status", "reason", ...(durations ? ["took" as const] : [])];
  const report: RunReport = { totals: {}, reasons: {}, days: days.map(() => ({})) };
  const took = days.map(() => new Map<number, number>());
  const place = new Map(days.map((day, at) => [day, at]));
  for (const cell of await countsOf(engine, workspaceId, { scopes: [automationId ?? workspaceId], measures, days })) {
    const at = place.get(cell.day) ?? 0;
    if (cell.measure === "took") took[at]?.set(Number(cell.what), cell.n);
    else if (cell.measure === "reason" && cell.what.startsWith("replayed/")) continue;
    else if (cell.measure === "reason") add(report.reasons, cell.what.slice(cell.what.indexOf("/") + 1), cell.n);
    else {
      add(report.totals, cell.what, cell.n);
      add(report.days[at] ?? {}, cell.what, cell.n);
    }
  }
  for (const [at, classes] of took.entries()) {
    const [p50, p95] = [tookPercentile(classes, 0.5), tookPercentile(classes, 0.95)];
    if (p50 !== null && p95 !== null) Object.assign(report.days[at] ?? {}, { p50, p95 });
  }
  return report;
}

function add(counts: Record<string, number>, key: string, n: number): void {
  counts[key] = (counts[key] ?? 0) + n;
}
