import { stringify } from "csv-stringify/sync";
import { type Engine, listRuns, type RunFilter, type RunView } from "../../../runs/index.js";

const MOST_EXPORTED = 10_000;

/** The columns of the file, by name, with what each holds. */
const columns: Record<string, (run: RunView) => unknown> = {
  id: ({ id }) => id,
  automation: ({ automationName }) => automationName,
  version: ({ version }) => version,
  object: ({ object }) => object,
  record: ({ recordId }) => recordId,
  status: ({ status }) => status,
  reason: ({ reason }) => reason?.code,
  message: ({ reason }) => reason?.message,
  trigger: ({ trigger }) => trigger.kind,
  actor: ({ trigger }) => trigger.actor.name,
  failedSteps: ({ failedSteps }) => failedSteps,
  queuedAt: ({ queuedAt }) => queuedAt,
  startedAt: ({ startedAt }) => startedAt,
  finishedAt: ({ finishedAt }) => finishedAt,
};

/** The log as CSV, newest first, at most 10,000 lines. Texts that a spreadsheet would take for a formula are disarmed. */
export async function runsCsv(engine: Engine, workspaceId: string, filter: RunFilter): Promise<string> {
  const lines: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await listRuns(engine, workspaceId, { ...filter, limit: 200, cursor });
    for (const run of page.data) lines.push(Object.values(columns).map((value) => disarmed(String(value(run) ?? ""))));
    cursor = page.nextCursor ?? undefined;
  } while (cursor && lines.length < MOST_EXPORTED);
  return stringify([Object.keys(columns), ...lines]);
}

const disarmed = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
