import { fromColumn, marks } from "../db/index.js";
import type { Document } from "../graph/index.js";
import type { AutomationRoom } from "./automation.js";

/** How many runs a month the published versions of some automations may start; those without a limit are left out. */
export async function monthlyLimits({ db }: AutomationRoom, automationIds: string[]): Promise<Map<string, number>> {
  if (automationIds.length === 0) return new Map();
  const rows = await db.all(
    `SELECT a.id, JSON_EXTRACT(v.document, '$.limits') AS limits FROM millrace_automations a
      JOIN millrace_versions v ON v.automationId = a.id AND v.version = a.publishedVersion WHERE a.id IN (${marks(automationIds)})`,
    automationIds,
  );
  return new Map(
    rows.flatMap(({ id, limits }) => {
      const limit = fromColumn<Document["limits"]>(limits, {})?.runsPerMonth;
      return limit === undefined ? [] : [[String(id), limit] as const];
    }),
  );
}
