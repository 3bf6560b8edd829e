import { countChildren, type Engine, getRunAlone, listRuns, parentStep, type RunView } from "../../../runs/index.js";
import { shownStatus } from "../statuses.js";
import { t } from "../text.js";
import { runNames } from "./run-names.js";
import { countsInWords, runRows } from "./run-rows.js";

/** So many of the runs a run started stand on its page; the log has them all. */
const CHILDREN = 10;

/** The run that started this one, and in which of its steps. */
export async function parentOf(engine: Engine, workspaceId: string, run: RunView) {
  if (run.parentRunId === null) return null;
  const parent = await getRunAlone(engine, workspaceId, run.parentRunId).catch(() => null);
  if (!parent) return null;
  const [names, step] = await Promise.all([
    runNames(engine, workspaceId, parent.automationId, parent.version),
    parentStep(engine, run),
  ]);
  return {
    label: parent.automationName,
    path: `/runs/${parent.id}`,
    status: shownStatus(parent),
    step: step && names.step(step.key),
  };
}

/** The newest of the runs that a run started, and how all of them stand. */
export async function childrenOf(engine: Engine, workspaceId: string, parent: string) {
  const [page, { counts, more }] = await Promise.all([
    listRuns(engine, workspaceId, { parent, limit: CHILDREN }),
    countChildren(engine, workspaceId, parent),
  ]);
  return {
    rows: await runRows(engine, workspaceId, page.data),
    more: page.nextCursor !== null,
    failed: counts.failed ?? 0,
    counts: more ? t("run.newest", { counts: countsInWords(counts) }) : countsInWords(counts),
    parent,
  };
}
