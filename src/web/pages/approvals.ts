import type { Request, Response } from "express";
import {
  type Decider,
  type Decision,
  decide,
  getQuestion,
  type PastQuestion,
  type Question,
  questionsFor,
  type Verdict,
} from "../../people/index.js";
import type { Engine } from "../../runs/index.js";
import { type FieldError, invalid, Problem } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { recordAudit } from "../audit.js";
import { includesRole } from "../roles.js";
import { nested } from "./form-body.js";
import { nothingKnown } from "./form-known.js";
import { formText, type PageRoute, param, queryText, withQuery } from "./page-route.js";
import { labelsOfRecords } from "./record-shown.js";
import { redirectWith, renderPage } from "./render.js";
import { type FieldView, schemaForm } from "./schema-form.js";
import { readSchemaForm } from "./schema-values.js";
import type { Visit } from "./site.js";
import { t } from "./text.js";

/** What waits for people: a list of mine or of all, and a page where each is decided. */
export const approvalRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/approvals",
    role: "viewer",
    handle: ({ engine, visit, req, res }) => inbox(engine, visit, req, res),
  },
  {
    method: "get",
    path: "/approvals/:id",
    role: "viewer",
    handle: ({ engine, visit, req, res }) => show(engine, visit, param(req, "id"), res),
  },
  {
    method: "post",
    path: "/approvals/:id",
    role: "viewer",
    handle: ({ engine, visit, req, res }) => answer(engine, visit, req, res),
  },
];

async function inbox(engine: Engine, visit: Visit, req: Request, res: Response): Promise<void> {
  const all = queryText(req, "of") === "all";
  const cursor = queryText(req, "cursor");
  const page = await questionsFor(engine, visit.workspace.id, { cursor, userId: all ? undefined : visit.person.id });
  const labels = await labelsOfRecords(engine, visit.workspace.id, page.data);
  const choice = (label: string, of: string | null) => ({
    label,
    href: withQuery(req, visit.base, { of }),
    current: all === (of === "all"),
  });
  await renderPage(res, "approvals", {
    title: t("approvals.title"),
    note: t("approvals.note"),
    chip: {
      label: t("approvals.whose"),
      value: t(all ? "approvals.all" : "approvals.mine"),
      on: all,
      options: [choice(t("approvals.mine"), null), choice(t("approvals.all"), "all")],
    },
    rows: page.data.map((question) => ({
      ...question,
      path: `/approvals/${question.id}`,
      names: namesOf(question),
      label: labels.get(`${question.object}:${question.recordId}`) ?? question.recordId ?? "–",
    })),
    first: cursor ? withQuery(req, visit.base, {}) : null,
    next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
  });
}

async function show(
  engine: Engine,
  visit: Visit,
  id: string,
  res: Response,
  tried?: { problem: Problem; values: JsonObject },
): Promise<void> {
  const found = await getQuestion(engine, visit.workspace.id, id);
  const open = found.status === "open" ? found : null;
  const labels = open ? await labelsOfRecords(engine, visit.workspace.id, [open]) : new Map<string, string>();
  const asked = open?.assignees.some((one) => one.id === visit.person.id) ?? false;
  await renderPage(
    res,
    "approvals-one",
    {
      title: open?.title ?? t("approvals.decided"),
      crumb: { label: t("approvals.title"), path: "/approvals" },
      ...questionView(found, visit.person.id, tried),
      may: asked || includesRole(visit.person.role, "admin"),
      asked,
      names: open ? namesOf(open) : "",
      run: `/runs/${found.runId}`,
      record: open?.recordId
        ? {
            label: labels.get(`${open.object}:${open.recordId}`) ?? open.recordId,
            path: `/records/${open.object}/${encodeURIComponent(open.recordId)}`,
          }
        : null,
      action: `/approvals/${id}`,
    },
    tried?.problem.status,
  );
}

/** What both pages that take a decision show: ours for signed-in people, and that of a link. */
export function questionView(
  found: Question | PastQuestion,
  userId: string,
  tried?: { problem: Problem; values: JsonObject },
) {
  const open = found.status === "open" ? found : null;
  const mine = found.decisions.find((one) => one.userId === userId) ?? null;
  const problems =
    tried?.problem.errors.map(({ path, message }) => ({ path: path.replace(/^values\./, ""), message })) ?? [];
  const fields: FieldView[] = open?.form
    ? schemaForm(open.form, tried?.values ?? {}, { name: "values", problems, known: nothingKnown })
    : [];
  return {
    open,
    lines: (open?.message ?? "").split("\n").filter((line) => line.trim() !== ""),
    task: open?.kind === "human_task",
    fields,
    mine: mine ? decisionText(mine) : null,
    decisions: found.decisions.map((one) => ({ ...one, text: decisionText(one) })),
    failure: tried ? tried.problem.message : null,
    problems: problems
      .filter(({ path }) => !fields.some(({ name }) => path === name.replace(/^values\./, "")))
      .map((one) => ({ ...one, anchor: null })),
  };
}

async function answer(engine: Engine, visit: Visit, req: Request, res: Response): Promise<void> {
  const id = param(req, "id");
  const by: Decider = {
    id: visit.person.id,
    name: visit.person.name,
    overrides: includesRole(visit.person.role, "admin"),
  };
  const result = await take(engine, visit.workspace.id, id, by, req);
  if ("problem" in result) return show(engine, visit, id, res, result);
  await recordAudit(engine, visit.workspace.id, visit.actor, "approval.decided", id, {
    decision: formText(req, "decision"),
    runId: result.runId,
  });
  redirectWith(res, "/approvals", "decided");
}

/** Carries out a sent form. What the person can put right comes back with what they had typed. */
export async function take(engine: Engine, workspaceId: string, id: string, by: Decider, req: Request) {
  const found = await getQuestion(engine, workspaceId, id);
  const form = found.status === "open" ? found.form : null;
  const { values, problems } = readSchemaForm(form ?? {}, nested(req.body, "values"), () => []);
  try {
    if (problems.length > 0) throw invalid(problems.map(under));
    return await decide(engine, workspaceId, id, by, {
      decision: decisionOf(formText(req, "decision")),
      comment: formText(req, "comment"),
      values,
    });
  } catch (error) {
    if (!(error instanceof Problem) || ![409, 422].includes(error.status)) throw error;
    return { problem: error, values };
  }
}

const under = ({ path, message }: FieldError): FieldError => ({ path: `values.${path}`, message });

function decisionOf(word: string): Verdict["decision"] {
  if (word === "approved" || word === "rejected" || word === "done") return word;
  throw invalid([{ path: "decision", message: t("approvals.choose") }]);
}

function decisionText({ decision, name }: Decision): string {
  return t(`approvals.said.${decision}`, { name });
}

const namesOf = ({ assignees }: Question) => assignees.map(({ name }) => name).join(", ");
