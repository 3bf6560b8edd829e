import type { Request } from "express";
import {
  activate,
  createAutomation,
  getAutomation,
  getVersion,
  listAutomations,
  pause,
} from "../../../automations/index.js";
import { objectsOf } from "../../../crm/index.js";
import type { Engine } from "../../../runs/index.js";
import { Problem } from "../../../shared/errors.js";
import { includesRole } from "../../access/roles.js";
import { automationViews } from "../../api/automations/automation-view.js";
import { recordAudit } from "../../audit.js";
import { formList, formText, type PageRoute, queryText, withQuery } from "../page-route.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import type { Visit } from "../site.js";
import { statusWord } from "../statuses.js";
import { t } from "../text.js";
import { templateCards } from "./automation-templates.js";
import { deleteUnlessUsed } from "./delete-automation.js";
import { sparks } from "./spark.js";

const PAGE = 25;

/** The list of automations, and what can be done to several of them at once. */
export const automationListRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/list",
    role: "viewer",
    handle: async ({ engine, visit, req, res }) =>
      renderPage(res, "automations", await automationList(engine, visit, req)),
  },
  {
    method: "post",
    path: "/list",
    role: "editor",
    async handle({ engine, visit, req, res }) {
      const act = formText(req, "do");
      const change = acts[act];
      const ids = formList(req, "id").slice(0, PAGE);
      let n = 0;
      for (const id of change ? ids : []) {
        try {
          await change?.(engine, visit, id);
          await recordAudit(engine, visit.workspace.id, visit.actor, `automation.${act}`, id);
          n += 1;
        } catch (error) {
          // One that was never published cannot be switched on: the others still can.
          if (!(error instanceof Problem)) throw error;
        }
      }
      redirectWith(
        res,
        "/list",
        n === 0 ? "notChanged" : `automations${act.charAt(0).toUpperCase()}${act.slice(1)}`,
        n,
      );
    },
  },
];

type Act = (engine: Engine, visit: Visit, id: string) => Promise<unknown>;

const acts: Record<string, Act> = {
  activated: (engine, visit, id) => activate(engine, visit.workspace.id, id),
  paused: (engine, visit, id) => pause(engine, visit.workspace.id, id),
  deleted: async (engine, visit, id) =>
    deleteUnlessUsed(engine, visit, await getAutomation(engine, visit.workspace.id, id)),
  copied: (engine, visit, id) => duplicate(engine, visit, id),
};

async function duplicate(engine: Engine, visit: Visit, id: string): Promise<void> {
  const automation = await getAutomation(engine, visit.workspace.id, id);
  const { document } = await getVersion(engine, automation);
  const { description, form, folder, tags } = automation;
  await createAutomation(
    engine,
    visit.workspace.id,
    {
      name: t("automations.copyOf", { name: automation.name }).slice(0, 190),
      description,
      form,
      ...(folder ? { folder } : {}),
      tags,
      document,
    },
    visit.actor,
  );
}

async function automationList(engine: Engine, visit: Visit, req: Request): Promise<PageModel> {
  const [page, objects] = await Promise.all([
    listAutomations(engine, visit.workspace.id, {
      q: queryText(req, "q"),
      status: queryText(req, "status"),
      object: queryText(req, "object"),
      folder: queryText(req, "folder"),
      limit: PAGE,
      cursor: queryText(req, "cursor"),
    }),
    objectsOf(engine, visit.workspace.id),
  ]);
  const [views, spark] = await Promise.all([
    automationViews(engine, visit.workspace.id, page.data),
    sparks(
      engine,
      visit,
      page.data.map(({ id }) => id),
    ),
  ]);
  const chip = (name: string, label: string, values: { value: string; label: string }[]) => {
    const chosen = queryText(req, name);
    const options = [{ value: "", label: t("filters.any") }, ...values].map((option) => ({
      label: option.label,
      href: withQuery(req, visit.base, { [name]: option.value }),
      current: option.value === (chosen ?? ""),
    }));
    return {
      label,
      value: values.find(({ value }) => value === chosen)?.label ?? t("filters.any"),
      on: chosen !== undefined,
      options,
    };
  };
  const filtered = ["q", "status", "object", "folder"].some((name) => queryText(req, name) !== undefined);
  const canEdit = includesRole(visit.person.role, "editor");
  return {
    title: t("automations.title"),
    note: page.data.length === 0 ? null : t("automations.total", { n: page.data.length }),
    q: queryText(req, "q") ?? "",
    hidden: ["status", "object"].flatMap((name) =>
      queryText(req, name) ? [{ name, value: queryText(req, name) }] : [],
    ),
    chips: [
      chip(
        "status",
        t("runs.status"),
        ["active", "paused", "draft"].map((value) => ({ value, label: statusWord(value) })),
      ),
      chip(
        "object",
        t("automations.object"),
        objects.map(({ name, label }) => ({ value: name, label })),
      ),
    ],
    filtered,
    clear: `${visit.base}/list`,
    rows: views.map((view) => ({
      id: view.id,
      path: `/${view.id}`,
      runsPath: `/${view.id}/runs`,
      name: view.name,
      sentence: view.sentence,
      status: view.status,
      draft:
        view.publishedVersion !== null && view.latestVersion > view.publishedVersion
          ? t("automations.draft", { n: view.latestVersion })
          : null,
      broken: view.broken ? view.broken.map(({ message }) => message).join(" ") : null,
      tags: view.tags,
      runs: view.stats.total,
      failed: view.stats.failed,
      lastRunAt: view.stats.lastRunAt,
      spark: spark.get(view.id) ?? null,
    })),
    canEdit,
    templates: !filtered && canEdit ? templateCards() : [],
    first: queryText(req, "cursor") ? withQuery(req, visit.base, {}) : null,
    next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
  };
}
