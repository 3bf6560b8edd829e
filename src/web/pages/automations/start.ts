import type { Request, Response } from "express";
import { type Automation, getAutomation, getVersion } from "../../../automations/index.js";
import { describeObject, getRecords } from "../../../crm/index.js";
import { startBatch, startManually } from "../../../enrollments/index.js";
import type { Engine } from "../../../runs/index.js";
import { conflict, type FieldError, invalid, Problem } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { shownRule } from "../conditions/conditions-shown.js";
import { nested } from "../forms/form-body.js";
import { nothingKnown } from "../forms/form-known.js";
import { type FieldView, schemaForm } from "../forms/schema-form.js";
import { readSchemaForm } from "../forms/schema-values.js";
import { formList, formText, type PageRoute, param, queryText } from "../page-route.js";
import { recordLabel } from "../records/record-shown.js";
import { summaryOf } from "../records/record-table.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import { offerOf, type Startable } from "./startable.js";

const MOST_TICKED = 200;

/** Starting an automation by hand: first a page that asks for its inputs and says what will happen, then the start. */
export const startRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id/start",
    role: "operator",
    handle: async ({ engine, visit, req, res }) =>
      renderPage(res, "start", await startPage(engine, visit, param(req, "id"), askedIn(req))),
  },
  {
    method: "post",
    path: "/:id/start",
    role: "operator",
    handle: ({ engine, visit, req, res }) => start(engine, visit, req, res),
  },
  {
    method: "post",
    path: "/records/:object/bulk",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      const ids = formList(req, "id").slice(0, MOST_TICKED);
      const automation = formText(req, "automation");
      if (ids.length === 0 || !automation) throw invalid([{ path: "automation", message: t("start.chooseBoth") }]);
      await renderPage(res, "start", await startPage(engine, visit, automation, ids));
    },
  },
];

const askedIn = (req: Request) => [queryText(req, "record")].filter((id) => id !== undefined);

async function start(engine: Engine, visit: Visit, req: Request, res: Response): Promise<void> {
  const ids = formList(req, "id").filter(Boolean).slice(0, MOST_TICKED);
  const { automation, offer } = await offered(engine, visit, param(req, "id"), ids.length);
  const raw = nested(req.body, "inputs");
  const { values, problems } = readSchemaForm(offer.inputs ?? {}, raw, () => []);
  try {
    if (problems.length > 0) throw invalid(problems);
    if (ids.length > 1) {
      const batch = await startBatch(engine, visit.workspace.id, automation.id, ids, values, visit.actor);
      return redirectWith(
        res,
        `/runs?batch=${batch.id}`,
        batch.refused > 0 ? "batchStartedSome" : "batchStarted",
        batch.total - batch.refused,
      );
    }
    const run = await startManually(
      engine,
      visit.workspace.id,
      automation.id,
      { recordId: ids[0], inputs: values },
      visit.actor,
    );
    redirectWith(res, `/runs/${run.id}`, run.status === "skipped" ? "notStarted" : "started", 1);
  } catch (error) {
    if (!(error instanceof Problem) || ![409, 422].includes(error.status)) throw error;
    await renderPage(
      res,
      "start",
      await startPage(engine, visit, automation.id, ids, { values, problem: error }),
      error.status,
    );
  }
}

async function offered(
  engine: Engine,
  visit: Visit,
  id: string,
  records: number,
): Promise<{ automation: Automation; offer: Startable }> {
  const automation = await getAutomation(engine, visit.workspace.id, id);
  if (automation.publishedVersion === null)
    throw conflict("inactive", t("start.notPublished", { name: automation.name }));
  const version = await getVersion(engine, automation, automation.publishedVersion);
  const offer = offerOf(automation, version, automation.object === null ? "global" : records > 1 ? "bulk" : "record");
  if (!offer) throw conflict("not_offered", t("start.notOffered", { name: automation.name }));
  return { automation, offer };
}

async function startPage(
  engine: Engine,
  visit: Visit,
  id: string,
  ids: string[],
  tried?: { values: JsonObject; problem: Problem },
): Promise<PageModel> {
  const { automation, offer } = await offered(engine, visit, id, ids.length);
  const object =
    automation.object === null ? null : await describeObject(engine, visit.workspace.id, automation.object);
  const records = object ? await getRecords(engine, visit.workspace.id, object.name, ids) : new Map();
  const fields: FieldView[] = offer.inputs
    ? schemaForm(offer.inputs, tried?.values ?? {}, {
        name: "inputs",
        problems: inputProblems(tried?.problem),
        known: nothingKnown,
      })
    : [];
  const known = new Set(fields.map(({ name }) => name));
  const problem = tried?.problem;
  const only = ids.length === 1 ? records.get(ids[0] ?? "") : undefined;
  const n = records.size;
  return {
    title: t("start.title", { name: offer.label }),
    crumb:
      object && only
        ? { label: recordLabel(object, only), path: `/records/${object.name}/${only.id}` }
        : { label: automation.name, path: `/${automation.id}` },
    action: `/${automation.id}/start`,
    description: automation.description,
    about:
      object === null
        ? t("start.global")
        : only && object
          ? t("start.onRecord", { record: recordLabel(object, only) })
          : t("start.onMany", { n, plural: object.plural }),
    needsRecord: object !== null && n === 0,
    object: object && { name: object.name, label: object.label },
    ids: [...records.keys()],
    confirm: offer.confirm,
    fields,
    refused:
      problem && problem.status === 409
        ? { message: problem.message, rule: shownRule(problem.details["conditions"], object?.fields ?? []) }
        : null,
    problems:
      problem && problem.status === 422
        ? summaryOf(fields, problem).filter(({ anchor }) => anchor === null || known.size > 0)
        : [],
    verb: n > 1 ? t("start.verbMany", { n }) : t("start.verb"),
    back: object ? (only ? `/records/${object.name}/${only.id}` : `/records/${object.name}`) : `/${automation.id}`,
  };
}

function inputProblems(problem: Problem | undefined): FieldError[] {
  return (problem?.errors ?? []).map(({ path, message }) => ({ path: path.replace(/^inputs\.?/, ""), message }));
}
