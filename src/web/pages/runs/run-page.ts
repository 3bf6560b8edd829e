import type { Request } from "express";
import { getAutomation } from "../../../automations/index.js";
import { describeObject, type Field } from "../../../crm/index.js";
import {
  type Engine,
  movesOfRun,
  type RunView,
  type StepLine,
  stepDetails,
  stepLines,
  unfinished,
  waitingFor,
} from "../../../runs/index.js";
import { includesRole } from "../../access/roles.js";
import { shownActor } from "../actor-shown.js";
import { stepEditors } from "../automations/step-editors.js";
import { queryText, withQuery } from "../page-route.js";
import { labelsOfRecords, peopleLabels } from "../records/record-shown.js";
import type { PageModel } from "../render.js";
import type { Visit } from "../site.js";
import { shownStatus } from "../statuses.js";
import { t, textOr } from "../text.js";
import { childrenOf, parentOf } from "./run-family.js";
import type { RunLook } from "./run-loop.js";
import { runNames } from "./run-names.js";
import { shownNodes, triesOf } from "./run-nodes.js";
import { startedBy, took } from "./run-rows.js";
import { runTree } from "./run-tree.js";
import { shownWait } from "./run-waits.js";
import { waterfall } from "./waterfall.js";

/** So many tries come with their payloads; those of the others are one click away. */
const DETAILED = 40;
const BARS = 60;

/** The page of one run: how it went, what it waits for, its steps as branches and loops, and the runs it started. */
export async function runPage(engine: Engine, visit: Visit, run: RunView, req: Request): Promise<PageModel> {
  const { id: workspaceId } = visit.workspace;
  const look = lookOf(req);
  const [lines, names, people, fields, waits, children, moves, editorOf] = await Promise.all([
    stepLines(engine, run.id),
    runNames(engine, workspaceId, run.automationId, run.version),
    peopleLabels(engine, workspaceId),
    fieldsOf(engine, workspaceId, run.object),
    waitingFor(engine, [run.id]),
    childrenOf(engine, workspaceId, run.id),
    movesOfRun(engine, run.id),
    stepEditors(engine, visit, run.automationId),
  ]);
  const tree = runTree(names.plan, lines, look.at);
  const isOver = over(run.status);
  const detailed = triesOf(tree).slice(0, DETAILED);
  const details = await stepDetails(
    engine,
    run.id,
    detailed.map(({ n }) => n),
  );
  const shownWaits = (waits.get(run.id) ?? []).map((wait) => shownWait(wait, names, people));
  const self = `${visit.base}/runs/${run.id}`;
  const words = {
    runId: run.id,
    object: run.object,
    fields,
    people,
    names,
    details,
    waits: shownWaits,
    look,
    over: isOver,
    self,
    editorOf,
  };
  const topmost = lines.filter(({ iteration }) => iteration === "");
  const barNames = new Map(topmost.map(({ key }) => [key, names.step(key)]));
  return {
    ...(await factsOf(engine, visit, run)),
    ...mayOf(visit, run, lines),
    replays: await replaysOf(engine, visit, run, lines),
    title: t("run.title", { name: run.automationName }),
    run,
    status: shownStatus(run),
    crumb: { label: t("nav.runs"), path: "/runs" },
    heading: run.automationName,
    duration: took(run),
    moves: moves.map(({ from, to, by, at }) => ({ at, text: t("moves.run", { from, to, name: by.name }) })),
    failure:
      run.reason || !isOver ? null : (lines.find(({ status, error }) => status === "failed" && error)?.error ?? null),
    waits: shownWaits,
    bars: waterfall(topmost.slice(0, BARS), barNames, engine.clock.now()),
    nodes: shownNodes(tree, words),
    tries: lines.length,
    hasInputs: Object.keys(run.inputs).length > 0,
    children,
    live: isOver ? null : `${visit.base}/live?run=${run.id}`,
    self: withQuery(req, visit.base, {}),
  };
}

/** A run in this status changes no more. */
export const over = (status: RunView["status"]) => !unfinished.some((open) => open === status);

function lookOf(req: Request): RunLook {
  return {
    at: queryText(req, "at") ?? "",
    loop: queryText(req, "loop") ?? "",
    page: Math.max(0, Math.trunc(Number(queryText(req, "page") ?? 0)) || 0),
    failedOnly: queryText(req, "items") === "failed",
  };
}

/** What stands beside the steps: record, who and what started it, which version it runs on. */
async function factsOf(engine: Engine, visit: Visit, run: RunView): Promise<Record<string, unknown>> {
  const { id: workspaceId } = visit.workspace;
  const [labels, parent, automation] = await Promise.all([
    labelsOfRecords(engine, workspaceId, [run]),
    parentOf(engine, workspaceId, run),
    getAutomation(engine, workspaceId, run.automationId).catch(() => null),
  ]);
  const published = automation?.publishedVersion ?? null;
  return {
    record:
      run.object && run.recordId
        ? {
            label: labels.get(`${run.object}:${run.recordId}`) ?? run.recordId,
            path: `/records/${run.object}/${encodeURIComponent(run.recordId)}`,
          }
        : null,
    startedBy: startedBy(run.trigger),
    actor: shownActor(run.trigger.actor),
    parent,
    otherVersion:
      published === run.version
        ? null
        : published === null
          ? t("run.noneIsPublished")
          : t("run.otherIsPublished", { n: published }),
    reason: run.reason && {
      word: textOr(`reasons.${run.reason.code}`, ""),
      code: run.reason.code,
      message: run.reason.message,
      details: run.reason.details ?? null,
    },
  };
}

function mayOf(visit: Visit, run: RunView, lines: StepLine[]): Record<string, boolean> {
  const may = includesRole(visit.person.role, "operator");
  const isOver = over(run.status);
  return {
    canCancel: may && !isOver,
    canStart: may && run.status === "skipped",
    canUndo: may && isOver && lines.some(({ wrote }) => wrote),
  };
}

/** How the run may be run again; from the start first where a newer version than its own is published. */
async function replaysOf(engine: Engine, visit: Visit, run: RunView, lines: StepLine[]) {
  if (!includesRole(visit.person.role, "operator") || !over(run.status) || run.status === "skipped") return [];
  const automation = await getAutomation(engine, visit.workspace.id, run.automationId).catch(() => null);
  const published = automation?.publishedVersion ?? null;
  const isOld = published !== null && published > run.version;
  const label = isOld ? t("run.replayOn", { n: published }) : t("run.replay");
  const start = published === null ? [] : [{ from: "start", icon: "play", label, ask: t("run.replayAsk") }];
  const stopped = run.status === "failed" && run.reason?.code !== "end";
  const where =
    stopped || run.failedSteps > 0 || lines.some(({ status }) => status === "failed")
      ? [{ from: "failed", icon: "rotate-ccw", label: t("run.replayFailed"), ask: t("run.replayFailedAsk") }]
      : [];
  return isOld ? [...start, ...where] : [...where, ...start];
}

/** The fields of the run's object, for the names of what was written and asked; it may be gone by now, the log is not. */
export async function fieldsOf(engine: Engine, workspaceId: string, object: string | null): Promise<Field[]> {
  if (object === null) return [];
  return (await describeObject(engine, workspaceId, object).catch(() => null))?.fields ?? [];
}
