import type { Request } from "express";
import { getAutomation } from "../../../automations/index.js";
import { countedAs } from "../../../counts/index.js";
import { countRuns, type Engine, listRuns, type RunCounts, type RunPage, unfinished } from "../../../runs/index.js";
import { includesRole } from "../../access/roles.js";
import { type PageRoute, param, queryText, withQuery } from "../page-route.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import { backOf, changeRuns } from "./run-bulk.js";
import { runsCsv } from "./run-csv.js";
import { carriedAlong, filterChips, filterOf, narrowings, reasonGroups } from "./run-filters.js";
import { automationOptions, countsInWords, runRows } from "./run-rows.js";

const PAGE = 50;

/** The run log: of the whole workspace, and of one automation. */
export const runLogRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/runs",
    role: "viewer",
    handle: async ({ engine, visit, req, res }) => renderPage(res, "runs", await runLog(engine, visit, req, null)),
  },
  {
    method: "get",
    path: "/runs.csv",
    role: "viewer",
    handle: async ({ engine, visit, req, res }) =>
      void res
        .attachment("runs.csv")
        .type("csv")
        .send(await runsCsv(engine, visit.workspace.id, filterOf(req, engine.clock.now(), visit.workspace.timezone))),
  },
  {
    method: "post",
    path: "/runs",
    role: "operator",
    handle: async ({ engine, visit, req, res }) =>
      changeRuns(engine, visit, req, (notice, n) => redirectWith(res, backOf(req), notice, n)),
  },
  {
    method: "get",
    path: "/:id/runs",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const automation = await getAutomation(engine, visit.workspace.id, param(req, "id"));
      await renderPage(res, "runs", await runLog(engine, visit, req, automation));
    },
  },
];

async function runLog(
  engine: Engine,
  visit: Visit,
  req: Request,
  automation: { id: string; name: string } | null,
): Promise<PageModel> {
  const filter = filterOf(req, engine.clock.now(), visit.workspace.timezone);
  if (automation) filter.automation = automation.id;
  const [page, counted, choices] = await Promise.all([
    listRuns(engine, visit.workspace.id, { ...filter, limit: PAGE, cursor: queryText(req, "cursor") }),
    countRuns(engine, visit.workspace.id, filter),
    automation ? null : automationOptions(engine, visit.workspace.id),
  ]);
  const { counts, more } = counted ? { counts: counted, more: false } : countsOfPage(req, page);
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const shown = (n: number) => (more && n > 0 ? `${n}+` : n);
  const filtered = Object.keys(req.query).some((name) => !["cursor", "notice", "n"].includes(name));
  return {
    title: automation ? t("runs.titleOf", { name: automation.name }) : t("runs.title"),
    automation: automation && { label: automation.name, path: `/${automation.id}` },
    note: total === 0 ? t("runs.none") : t("runs.total", { n: shown(total) }),
    counts: countsInWords(counts),
    chips: filterChips(req, visit.base, choices),
    groups: await reasonGroups(engine, visit, req, filter),
    narrowed: await narrowings(engine, visit, req),
    search: { text: queryText(req, "q") ?? "", action: `${visit.base}${req.path}`, carried: carriedAlong(req) },
    filtered,
    emptyText: page.nextCursor ? "noneYet" : filtered ? "noneFound" : "emptyText",
    clear: `${visit.base}${req.path}`,
    rows: await runRows(engine, visit.workspace.id, page.data),
    first: queryText(req, "cursor") ? withQuery(req, visit.base, {}) : null,
    next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
    csv: withQuery(req, visit.base, automation ? { automation: automation.id } : {}, "/runs.csv"),
    here: withQuery(req, "", {}),
    canAct: includesRole(visit.person.role, "operator"),
    query: withQuery(req, "", automation ? { automation: automation.id } : {}, ""),
    failed: shown(counts.failed ?? 0),
    replays: await replaysOf(engine, visit, page, shown(counts.failed ?? 0)),
    cancellable: unfinished.some((status) => status === filter.status) ? shown(counts.unfinished ?? 0) : 0,
    startable: filter.status === "skipped" ? shown(counts.skipped ?? 0) : 0,
    live: `${visit.base}/live?runs=${encodeURIComponent(automation?.id ?? "all")}`,
    self: withQuery(req, visit.base, { cursor: queryText(req, "cursor") ?? null }),
  };
}

/** How the failed runs of a log may be run again; from the start first where a newer version than theirs is published. */
async function replaysOf(engine: Engine, visit: Visit, { data }: RunPage, n: number | string) {
  if (n === 0) return [];
  const { id } = visit.workspace;
  const run = data.find(({ status, replayedBy }) => status === "failed" && replayedBy === null);
  const automation = run && (await getAutomation(engine, id, run.automationId).catch(() => null));
  const isOld = run !== undefined && (automation?.publishedVersion ?? run.version) > run.version;
  const where = { act: "replayAll", label: t("runs.replayAll", { n }), ask: t("runs.replayAllAsk", { n }) };
  const start = { act: "restartAll", label: t("runs.restartAll", { n }), ask: t("runs.restartAllAsk", { n }) };
  return isOld ? [start, where] : [where, start];
}

/** Of a filter nobody counts: how many there are when they fit on one page, else that there are more. */
function countsOfPage(req: Request, { data, nextCursor }: RunPage): { counts: RunCounts; more: boolean } {
  const counts: RunCounts = {};
  for (const { status, replayedBy } of data) {
    const of = countedAs(status, replayedBy);
    counts[of] = (counts[of] ?? 0) + 1;
  }
  return { counts, more: nextCursor !== null || queryText(req, "cursor") !== undefined };
}
