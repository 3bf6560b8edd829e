import { listAutomations } from "../../../automations/index.js";
import { objectsOf } from "../../../crm/index.js";
import { type Engine, type RunCounts, type RunView, stepCounts } from "../../../runs/index.js";
import { shownActor } from "../actor-shown.js";
import type { Option } from "../forms/form-known.js";
import { labelsOfRecords } from "../records/record-shown.js";
import { shownStatus } from "../statuses.js";
import { t, textOr } from "../text.js";
import { type StepsBar, stepsBar } from "./run-bar.js";

/** One run as a line of a table. Paths lack the base. */
export type RunRow = {
  id: string;
  path: string;
  automation: string;
  automationPath: string;
  record: string | null;
  recordPath: string | null;
  startedBy: string;
  status: string;
  reason: string | null;
  duration: number | null;
  at: string;
  resumes: string | null;
  version: number;
  steps: StepsBar | null;
};

/** Runs as lines, with their records' labels and their steps: one query for each object that occurs, one for the steps. */
export async function runRows(engine: Engine, workspaceId: string, runs: RunView[]): Promise<RunRow[]> {
  const [labels, objects, counts] = await Promise.all([
    labelsOfRecords(engine, workspaceId, runs),
    objectsOf(engine, workspaceId),
    stepCounts(
      engine,
      runs.map(({ id }) => id),
    ),
  ]);
  const objectWord = (name: string) => objects.find((object) => object.name === name)?.label ?? name;
  return runs.map((run) => ({
    id: run.id,
    path: `/runs/${run.id}`,
    automation: run.automationName,
    automationPath: `/${run.automationId}`,
    record:
      run.object && run.recordId
        ? `${objectWord(run.object)} · ${labels.get(`${run.object}:${run.recordId}`) ?? run.recordId}`
        : null,
    recordPath: run.object && run.recordId ? `/records/${run.object}/${encodeURIComponent(run.recordId)}` : null,
    startedBy: startedBy(run.trigger),
    status: shownStatus(run),
    reason: run.reason?.message ?? null,
    duration: took(run),
    at: run.startedAt ?? run.queuedAt,
    resumes: run.status === "waiting" ? run.wakeAt : null,
    version: run.version,
    steps: stepsBar(counts.get(run.id) ?? {}),
  }));
}

/** What started a run, in words: "Record updated", "Manual · J. Ortiz". */
export function startedBy(trigger: RunView["trigger"]): string {
  const kind = triggerWord(trigger.kind);
  return trigger.kind === "manual" || trigger.kind === "event" ? `${kind} · ${shownActor(trigger.actor).text}` : kind;
}

/** A trigger kind in words. */
export function triggerWord(kind: string): string {
  return textOr(`triggers.${kind}`, kind);
}

/** Milliseconds from start to end; null while it is under way or never began. */
export function took(span: { startedAt: string | null; finishedAt: string | null }): number | null {
  return span.startedAt && span.finishedAt ? Date.parse(span.finishedAt) - Date.parse(span.startedAt) : null;
}

/** Automations as the choices of a filter, by name; with `object` only those about it. */
export async function automationOptions(engine: Engine, workspaceId: string, object?: string): Promise<Option[]> {
  const { data } = await listAutomations(engine, workspaceId, { limit: 200, object });
  return data.map(({ id, name }) => ({ value: id, label: name })).sort((a, b) => a.label.localeCompare(b.label));
}

/** "3 failed, 1 skipped" of counts by status; only what occurs. */
export function countsInWords(counts: RunCounts): string {
  const order = ["failed", "unfinished", "completed", "skipped", "cancelled", "replayed"] as const;
  return order
    .flatMap((status) => (counts[status] ? [t(`runs.count.${status}`, { n: counts[status] })] : []))
    .join(", ");
}
