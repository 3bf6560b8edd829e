import { markNotificationsRead, notificationsOf, updateWorkspace } from "../../crm/index.js";
import { countRuns, type Engine, listRuns, runReport, unfinished } from "../../runs/index.js";
import { dayOf } from "../../shared/local-day.js";
import { forecast } from "../../triggers/index.js";
import { includesRole } from "../access/roles.js";
import { recordAudit } from "../audit.js";
import { formText, type PageRoute } from "./page-route.js";
import { type PageModel, redirectWith, renderPage } from "./render.js";
import { runRows } from "./runs/run-rows.js";
import type { Visit } from "./site.js";
import { t } from "./text.js";

const DAY_MS = 86_400_000;

/** What needs a person now: failures, notices, what waits, what comes next; and the switch that stops everything. */
export const homeRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/",
    role: "viewer",
    handle: async ({ engine, visit, res }) => renderPage(res, "home", await homePage(engine, visit)),
  },
  {
    method: "post",
    path: "/pause",
    role: "admin",
    async handle({ engine, visit, req, res }) {
      const paused = formText(req, "paused") === "true";
      await updateWorkspace(engine, visit.workspace.id, { settings: { paused } });
      await recordAudit(
        engine,
        visit.workspace.id,
        visit.actor,
        paused ? "workspace.paused" : "workspace.resumed",
        null,
      );
      redirectWith(res, "/", paused ? "everythingPaused" : "everythingResumed");
    },
  },
  {
    method: "post",
    path: "/notifications",
    role: "viewer",
    async handle({ engine, visit, res }) {
      await markNotificationsRead(engine, visit.person.id);
      res.redirect(303, `${visit.base}/`);
    },
  },
];

async function homePage(engine: Engine, visit: Visit): Promise<PageModel> {
  const { id } = visit.workspace;
  const now = engine.clock.now();
  const today = dayOf(now, visit.workspace.timezone);
  const [{ totals: counts }, open, failed, recent, waiting, next, notices] = await Promise.all([
    runReport(engine, id, { automationId: null, days: [today], durations: false }),
    countRuns(engine, id, { status: unfinished.join(",") }),
    listRuns(engine, id, { status: "failed", from: now - 7 * DAY_MS, limit: 6 }),
    listRuns(engine, id, { limit: 8 }),
    listRuns(engine, id, { status: "waiting", limit: 6 }),
    forecast(engine, id, now + 7 * DAY_MS, 6),
    notificationsOf(engine, visit.person.id, { limit: 6, unread: true }),
  ]);
  const total = Object.entries(counts).reduce((sum, [status, n]) => (status === "skipped" ? sum : sum + n), 0);
  const paused = visit.workspace.settings.paused === true;
  return {
    title: t("home.title"),
    note: t("home.today", { n: total }),
    paused,
    canPause: includesRole(visit.person.role, "admin"),
    figures: [
      { label: t("home.figures.completed"), value: counts["completed"] ?? 0, query: "completed", since: "today" },
      { label: t("home.figures.failed"), value: counts["failed"] ?? 0, query: "failed", since: "today" },
      { label: t("home.figures.skipped"), value: counts["skipped"] ?? 0, query: "skipped", since: "today" },
      { label: t("home.figures.unfinished"), value: open?.unfinished ?? 0, query: unfinished.join(","), since: "" },
    ],
    failed: await runRows(engine, id, failed.data),
    failedTotal: counts["failed"] ?? 0,
    waiting: await runRows(engine, id, waiting.data),
    recent: await runRows(engine, id, recent.data),
    next: next.map((entry) => ({
      at: entry.at,
      name: entry.automationName,
      path: `/${entry.automationId}`,
      words: entry.words,
    })),
    notices: notices.map((notice) => ({ ...notice, href: linkOf(notice.link, visit.base) })),
    live: `${visit.base}/live?runs=all`,
    self: `${visit.base}/`,
  };
}

/** A notice's link: a path is one of our pages. */
function linkOf(link: string | null, base: string): string | null {
  return link?.startsWith("/") && !link.startsWith(`${base}/`) ? base + link : link;
}
