import { getAutomation, getVersion } from "../../automations/index.js";
import { describeObject, type Field, objectsOf } from "../../crm/index.js";
import {
  cancelRun,
  type Engine,
  getRun,
  type RunView,
  replayRun,
  type StepView,
  type Undone,
  undoRun,
} from "../../runs/index.js";
import { includesRole } from "../roles.js";
import { shownActor } from "./actor-shown.js";
import { shownRule } from "./conditions-shown.js";
import { preview } from "./formats.js";
import { kindIcon } from "./kind-icons.js";
import { formText, type PageRoute, param } from "./page-route.js";
import { type Labels, labelsOfRecords, peopleLabels } from "./record-shown.js";
import { type PageModel, redirectWith, renderPage } from "./render.js";
import { startedBy, took } from "./run-rows.js";
import type { Visit } from "./site.js";
import { shownStatus } from "./statuses.js";
import { t, textOr } from "./text.js";
import { waterfall } from "./waterfall.js";

const over = (status: string) => !["queued", "running", "waiting"].includes(status);

/** One run: what it did, step by step, and what can be done about it. */
export const runRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/runs/:id",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      await renderPage(
        res,
        "run",
        await runPage(engine, visit, await getRun(engine, visit.workspace.id, param(req, "id"))),
      );
    },
  },
  {
    method: "get",
    path: "/runs/:id/payload/:n/:part",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const run = await getRun(engine, visit.workspace.id, param(req, "id"));
      const step = run.steps.find(({ n }) => String(n) === param(req, "n"));
      const part = param(req, "part") === "output" ? "output" : "input";
      res
        .attachment(`${run.id}-${param(req, "n")}-${part}.json`)
        .type("json")
        .send(JSON.stringify(step?.[part] ?? null, null, 2));
    },
  },
  {
    method: "post",
    path: "/runs/:id/cancellation",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      await cancelRun(engine, visit.workspace.id, param(req, "id"), visit.actor);
      redirectWith(res, `/runs/${param(req, "id")}`, "cancelled", 1);
    },
  },
  {
    method: "post",
    path: "/runs/:id/replays",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      const from = formText(req, "from") === "failed" ? "failed" : "start";
      redirectWith(
        res,
        `/runs/${await replayRun(engine, visit.workspace.id, param(req, "id"), from, visit.actor)}`,
        "replayed",
        1,
      );
    },
  },
  {
    method: "post",
    path: "/runs/:id/undo",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      const run = await getRun(engine, visit.workspace.id, param(req, "id"));
      const undone = await undoRun(engine, visit.workspace.id, run.id, visit.actor);
      await renderPage(res, "run-undone", await undonePage(engine, visit, run, undone));
    },
  },
];

async function runPage(engine: Engine, visit: Visit, run: RunView & { steps: StepView[] }): Promise<PageModel> {
  const fields = await fieldsOf(engine, visit.workspace.id, run.object);
  const labels = await labelsOfRecords(engine, visit.workspace.id, [run]);
  const actor = shownActor(run.trigger.actor);
  const may = includesRole(visit.person.role, "operator");
  const names = await stepNames(engine, visit.workspace.id, run);
  const people = await peopleLabels(engine, visit.workspace.id);
  const failed = run.steps.some(({ status }) => status === "failed");
  return {
    title: t("run.title", { name: run.automationName }),
    run,
    status: shownStatus(run),
    crumb: { label: t("nav.runs"), path: "/runs" },
    heading: run.automationName,
    record:
      run.object && run.recordId
        ? {
            label: labels.get(`${run.object}:${run.recordId}`) ?? run.recordId,
            path: `/records/${run.object}/${encodeURIComponent(run.recordId)}`,
          }
        : null,
    startedBy: startedBy(run.trigger),
    actor,
    duration: took(run),
    reason: run.reason && {
      word: textOr(`reasons.${run.reason.code}`, ""),
      code: run.reason.code,
      message: run.reason.message,
      details: run.reason.details ?? null,
    },
    failure: run.reason ? null : (run.steps.find(({ status, error }) => status === "failed" && error)?.error ?? null),
    bars: waterfall(run.steps, names, engine.clock.now()),
    steps: run.steps.map((step, at) =>
      stepShown(run, step, { fields, names, people }, at === run.steps.length - 1 && step.status === "failed"),
    ),
    hasInputs: Object.keys(run.inputs).length > 0,
    canCancel: may && !over(run.status),
    canReplay: may && over(run.status) && run.status !== "skipped",
    canReplayFailed: may && over(run.status) && failed,
    canStart: may && run.status === "skipped",
    canUndo: may && over(run.status) && run.steps.some(({ writes }) => writes.length > 0),
    live: over(run.status) ? null : `${visit.base}/live?run=${run.id}`,
    self: `${visit.base}/runs/${run.id}`,
  };
}

/** What the texts of a run's steps are made from. */
type Words = { fields: Field[]; names: Map<string, string>; people: Labels };

function stepShown(run: RunView, step: StepView, { fields, names, people }: Words, open: boolean) {
  const [input, output] = [preview(step.input), preview(step.output)];
  const payload = (part: string) => `/runs/${run.id}/payload/${step.n}/${part}`;
  return {
    n: step.n,
    icon: kindIcon(step.kind),
    name: step.name ?? names.get(step.key) ?? step.key,
    kind: textOr(`kinds.${step.kind}`, step.kind),
    key: step.key,
    status: step.status,
    attempt: step.attempt > 1 ? t("run.attempt", { n: step.attempt }) : null,
    iteration: step.iteration,
    port: step.port,
    duration: took(step),
    startedAt: step.startedAt,
    error: step.error,
    rule: shownRule(step.conditions, fields, people),
    input: step.input === null ? null : { text: input.text, more: input.cut ? payload("input") : null },
    output: step.output === null ? null : { text: output.text, more: output.cut ? payload("output") : null },
    writes: step.writes.map((write) => ({
      field:
        write.field === null
          ? t("run.wholeRecord")
          : (fields.find(({ name }) => write.object === run.object && name === write.field)?.label ??
            `${write.object}.${write.field}`),
      before: write.before,
      after: write.after,
      path: `/records/${write.object}/${encodeURIComponent(write.recordId)}`,
    })),
    idempotencyKey: step.idempotencyKey,
    open,
  };
}

async function fieldsOf(engine: Engine, workspaceId: string, object: string | null): Promise<Field[]> {
  if (object === null) return [];
  // The object may be gone by now, the run's log is not.
  const described = await describeObject(engine, workspaceId, object).catch(() => null);
  return described?.fields ?? [];
}

/** The sentences of the steps that have no name of their own, from the version the run is pinned to. */
async function stepNames(engine: Engine, workspaceId: string, run: RunView): Promise<Map<string, string>> {
  const version = await getAutomation(engine, workspaceId, run.automationId)
    .then((automation) => getVersion(engine, automation, run.version))
    .catch(() => null);
  const sentence = (kind: string, config: Record<string, unknown>) =>
    engine.actions.get(kind)?.sentence(config) ?? kind;
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return new Map(
    (version?.document.steps ?? []).map((step) => [step.key, step.name ?? capital(sentence(step.kind, step.config))]),
  );
}

async function undonePage(engine: Engine, visit: Visit, run: RunView, undone: Undone): Promise<PageModel> {
  const objects = await objectsOf(engine, visit.workspace.id);
  const place = ({ object, recordId, field }: { object: string; recordId: string; field: string | null }) => {
    const known = objects.find(({ name }) => name === object);
    const label = known?.fields.find(({ name }) => name === field)?.label ?? field;
    return {
      text: `${known?.label ?? object} · ${label ?? t("run.wholeRecord")}`,
      path: `/records/${object}/${encodeURIComponent(recordId)}`,
    };
  };
  return {
    title: t("undo.title"),
    crumb: { label: run.automationName, path: `/runs/${run.id}` },
    summary: t("undo.summary", { n: undone.reverted.length }),
    reverted: undone.reverted.map(place),
    kept: undone.kept.map((kept) => ({ ...place(kept), reason: kept.reason })),
    notUndoable: undone.notUndoable.map(({ step, kind }) => ({ step, kind: textOr(`kinds.${kind}`, kind) })),
    back: `/runs/${run.id}`,
  };
}
