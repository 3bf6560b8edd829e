import {
  cancelRun,
  type Engine,
  getRunAlone,
  type RunView,
  replayRun,
  stepDetails,
  stepPayload,
  undoRun,
} from "../../../runs/index.js";
import { notFound } from "../../../shared/errors.js";
import { formText, type PageRoute, param } from "../page-route.js";
import { peopleLabels } from "../records/record-shown.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import { runNames } from "./run-names.js";
import { fieldsOf, runPage } from "./run-page.js";
import { shownTry } from "./run-try.js";
import { undonePage } from "./run-undo.js";

/** One run: what it did, step by step, and what can be done about it. */
export const runRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/runs/:id",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const run = await getRunAlone(engine, visit.workspace.id, param(req, "id"));
      await renderPage(res, "run", await runPage(engine, visit, run, req));
    },
  },
  {
    method: "get",
    path: "/runs/:id/steps/:n",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const run = await getRunAlone(engine, visit.workspace.id, param(req, "id"));
      await renderPage(res, "run-try", await tryPage(engine, visit, run, param(req, "n")));
    },
  },
  {
    method: "get",
    path: "/runs/:id/payload/:n/:part",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const run = await getRunAlone(engine, visit.workspace.id, param(req, "id"));
      const n = numberOf(param(req, "n"));
      const part = param(req, "part") === "output" ? "output" : "input";
      const payload = await stepPayload(engine, run.id, n, part);
      res
        .attachment(`${run.id}-${n}-${part}.json`)
        .type("json")
        .send(JSON.stringify(payload, null, 2));
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
      const run = await getRunAlone(engine, visit.workspace.id, param(req, "id"));
      const undone = await undoRun(engine, visit.workspace.id, run.id, visit.actor);
      await renderPage(res, "run-undone", await undonePage(engine, visit, run, undone));
    },
  },
];

/** One try at one step, with what went in and came out. 404 when the run has no such try. */
async function tryPage(engine: Engine, visit: Visit, run: RunView, asked: string): Promise<PageModel> {
  const n = numberOf(asked);
  const step = (await stepDetails(engine, run.id, [n])).get(n);
  if (!step) throw notFound("step", asked);
  const [names, fields, people] = await Promise.all([
    runNames(engine, visit.workspace.id, run.automationId, run.version),
    fieldsOf(engine, visit.workspace.id, run.object),
    peopleLabels(engine, visit.workspace.id),
  ]);
  const heading = step.name ?? names.step(step.key);
  return {
    title: heading,
    heading,
    crumb: { label: t("run.title", { name: run.automationName }), path: `/runs/${run.id}` },
    iteration: step.iteration,
    attempt: shownTry(step, step, step.attempt, { runId: run.id, object: run.object, fields, people }),
  };
}

const numberOf = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : 0);
