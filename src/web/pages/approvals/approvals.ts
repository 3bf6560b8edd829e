import type { Request, Response } from "express";
import { listUsers } from "../../../crm/index.js";
import { type Decider, getQuestion, type PastQuestion, type Question, questionsFor } from "../../../people/index.js";
import type { Engine } from "../../../runs/index.js";
import { forbidden } from "../../../shared/errors.js";
import { includesRole } from "../../access/roles.js";
import { recordAudit } from "../../audit.js";
import type { Option } from "../forms/form-known.js";
import { type Ask, formText, type PageRoute, param, queryText, withQuery } from "../page-route.js";
import { labelsOfRecords } from "../records/record-shown.js";
import { redirectWith, renderPage } from "../render.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import { isGone, passOn, take } from "./approvals-answer.js";
import { linesOf, questionContext, questionView, type Tried } from "./approvals-view.js";

/** What waits for people: a list of mine or of all, and a page where each is decided or passed on. */
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
    handle: (ask) => unlessClosed(ask.res, () => show(ask.engine, ask.visit, param(ask.req, "id"), ask.res)),
  },
  { method: "post", path: "/approvals/:id", role: "viewer", handle: (ask) => unlessClosed(ask.res, () => answer(ask)) },
  {
    method: "post",
    path: "/approvals/:id/assignees",
    role: "viewer",
    handle: (ask) => unlessClosed(ask.res, () => handOver(ask)),
  },
];

/** A question that is gone without a decision: a page that says how that comes, instead of “not found”. */
async function unlessClosed(res: Response, handle: () => Promise<void>): Promise<void> {
  try {
    await handle();
  } catch (error) {
    if (!isGone(error)) throw error;
    const title = t("approvals.closed.title");
    await renderPage(
      res,
      "approvals-closed",
      { title, crumb: { label: t("approvals.title"), path: "/approvals" } },
      404,
    );
  }
}

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
      line: linesOf(question.message)[0] ?? "",
      label: labels.get(`${question.object}:${question.recordId}`) ?? question.recordId ?? "–",
    })),
    emptyText: t(all ? "approvals.emptyAll" : "approvals.emptyText"),
    first: cursor ? withQuery(req, visit.base, {}) : null,
    next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
  });
}

async function show(engine: Engine, visit: Visit, id: string, res: Response, tried?: Tried): Promise<void> {
  const found = await getQuestion(engine, visit.workspace.id, id);
  const open = found.status === "open" ? found : null;
  const asked = isAsked(found, visit);
  await renderPage(
    res,
    "approvals-one",
    {
      title: open?.title ?? t("approvals.decided"),
      crumb: { label: t("approvals.title"), path: "/approvals" },
      ...questionView(found, visit.person.id, engine.clock.now(), tried),
      ...(await questionContext(engine, visit.workspace.id, found)),
      may: asked || includesRole(visit.person.role, "admin"),
      asked,
      names: open ? namesOf(open) : "",
      others: open && mayPassOn(open, visit) ? await othersThan(engine, visit, open) : [],
      action: `/approvals/${id}`,
    },
    tried?.problem.status,
  );
}

async function answer({ engine, visit, req, res }: Ask): Promise<void> {
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

async function handOver({ engine, visit, req, res }: Ask): Promise<void> {
  const id = param(req, "id");
  if (!mayPassOn(await getQuestion(engine, visit.workspace.id, id), visit)) throw forbidden(t("approvals.notToPassOn"));
  const refused = await passOn(engine, visit, id, req);
  if (refused) return show(engine, visit, id, res, refused);
  await recordAudit(engine, visit.workspace.id, visit.actor, "approval.reassigned", id, {
    assignees: [formText(req, "to")],
  });
  redirectWith(res, "/approvals", "passedOn");
}

const isAsked = (found: Question | PastQuestion, visit: Visit) =>
  found.status === "open" && found.assignees.some((one) => one.id === visit.person.id);

const mayPassOn = (found: Question | PastQuestion, visit: Visit) =>
  isAsked(found, visit) || includesRole(visit.person.role, "operator");

/** Everybody it can be passed on to. */
async function othersThan(engine: Engine, visit: Visit, { assignees }: Question): Promise<Option[]> {
  return (await listUsers(engine, visit.workspace.id))
    .filter(({ id, active }) => active && !assignees.some((one) => one.id === id))
    .map(({ id, name }) => ({ value: id, label: name }));
}

const namesOf = ({ assignees }: Question) => assignees.map(({ name }) => name).join(", ");
