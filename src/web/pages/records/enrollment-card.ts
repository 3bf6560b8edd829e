import { type Engine, type RunView, waitingFor } from "../../../runs/index.js";
import { runNames } from "../runs/run-names.js";
import { over } from "../runs/run-page.js";
import { startedBy } from "../runs/run-rows.js";
import { type ShownWait, shownWait } from "../runs/run-waits.js";
import { shownStatus } from "../statuses.js";
import { peopleLabels } from "./record-shown.js";

/** One line of the enrollment card: where the record is, since when, and what it waits for there; several in a workflow. */
export type EnrollmentLine = {
  path: string;
  automation: string;
  status: string;
  active: boolean;
  startedBy: string;
  since: string;
  stands: ShownWait[];
  /** When a run that has not begun will; one that waits says so in `stands`. */
  resumes: string | null;
  reason: string | null;
};

const SHOWN = 8;

/** A record's runs as the lines of its enrollment card: what is under way first, then the newest ended ones. */
export async function enrollmentLines(engine: Engine, workspaceId: string, runs: RunView[]): Promise<EnrollmentLine[]> {
  const shown = runs.toSorted((a, b) => Number(over(a.status)) - Number(over(b.status))).slice(0, SHOWN);
  const waiting = shown.filter(({ status }) => status === "waiting").map(({ id }) => id);
  const [waits, people] = await Promise.all([waitingFor(engine, waiting), peopleLabels(engine, workspaceId)]);
  return Promise.all(
    shown.map(async (run) => {
      const names = await runNames(engine, workspaceId, run.automationId, run.version);
      const stands = (waits.get(run.id) ?? []).map((wait) => shownWait(wait, names, people));
      return {
        path: `/runs/${run.id}`,
        automation: run.automationName,
        status: shownStatus(run),
        active: !over(run.status),
        startedBy: startedBy(run.trigger),
        since: run.startedAt ?? run.queuedAt,
        stands,
        resumes: stands.length === 0 ? run.wakeAt : null,
        reason: run.status === "skipped" || run.status === "queued" ? (run.reason?.message ?? null) : null,
      };
    }),
  );
}
