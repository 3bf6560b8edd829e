import type { Request } from "express";
import { LRUCache } from "lru-cache";
import { listAutomations } from "../../automations/index.js";
import { objectsOf } from "../../crm/index.js";
import { countSetAside } from "../../events/index.js";
import { countQuestionsFor } from "../../people/index.js";
import { type Engine, runReport } from "../../runs/index.js";
import { dayOf } from "../../shared/local-day.js";
import { includesRole } from "../access/roles.js";
import { type Frame, type NavGroup, type NavLink, noticeOf } from "./render.js";
import type { Visit } from "./site.js";
import { t } from "./text.js";

/** What the navigation counts, kept for a moment so that a click through pages does not count again and again. */
type Counts = { automations: string | null; failed: number; asked: number; setAside: number };
const KEPT_MS = 5_000;
const MOST_COUNTED = 99;
const counts = new WeakMap<Engine["db"], LRUCache<string, Counts>>();

/** The frame around a person's pages: navigation with counts, and the notice the address asks for. */
export async function frameOf(engine: Engine, visit: Visit, req: Request): Promise<Frame> {
  const { automations, failed, asked, setAside } = await countsOf(engine, visit.workspace, visit.person.id);
  const objects = await objectsOf(engine, visit.workspace.id);
  const link = (label: string, path: string, more: Partial<NavLink> = {}): NavLink => ({
    label,
    href: `${visit.base}${path}`,
    current: path === "/" ? req.path === "/" : req.path === path || req.path.startsWith(`${path}/`),
    count: null,
    alert: false,
    key: null,
    ...more,
  });
  const groups: NavGroup[] = [
    { title: null, links: [link(t("nav.home"), "/", { key: "h" })] },
    {
      title: t("nav.automate"),
      links: [
        link(t("nav.automations"), "/list", {
          key: "a",
          count: automations,
          ...(/^\/([0-9A-Za-z]{26})(\/|$)|^\/new$/.test(req.path) ? { current: true } : {}),
        }),
        link(t("nav.runs"), "/runs", {
          key: "r",
          count: failed > 0 ? t("nav.failed", { n: failed }) : null,
          alert: failed > 0,
        }),
        link(t("nav.approvals"), "/approvals", {
          key: "p",
          count: asked > 0 ? (asked < 100 ? String(asked) : "99+") : null,
        }),
        link(t("nav.schedules"), "/schedules", { key: "s" }),
        link(t("nav.why"), "/why", { key: "w" }),
        link(t("nav.outbox"), "/outbox", { key: "o" }),
        ...(setAside > 0 ? [link(t("nav.setAside"), "/set-aside", { count: String(setAside), alert: true })] : []),
      ],
    },
    {
      title: t("nav.records"),
      links: objects.filter(({ host }) => !host).map(({ name, plural }) => link(plural, `/records/${name}`)),
    },
  ];
  if (includesRole(visit.person.role, "admin"))
    groups.push({ title: t("nav.admin"), links: [link(t("nav.settings"), "/admin/settings")] });
  return {
    nav: groups.filter(({ links }) => links.length > 0),
    notice: noticeOf(req.query),
    path: req.originalUrl.slice(visit.base.length) || "/",
    keepsMail: engine.effects.keepsMail,
  };
}

async function countsOf(
  engine: Engine,
  { id: workspaceId, timezone }: Visit["workspace"],
  userId: string,
): Promise<Counts> {
  const cache = counts.get(engine.db) ?? new LRUCache<string, Counts>({ max: 500, ttl: KEPT_MS });
  counts.set(engine.db, cache);
  const known = cache.get(`${workspaceId}:${userId}`);
  if (known) return known;
  const [page, { totals }, asked, setAside] = await Promise.all([
    listAutomations(engine, workspaceId, { limit: MOST_COUNTED }),
    runReport(engine, workspaceId, {
      automationId: null,
      days: [dayOf(engine.clock.now(), timezone)],
      durations: false,
    }),
    countQuestionsFor(engine, workspaceId, userId),
    countSetAside(engine, workspaceId),
  ]);
  const total = page.data.length;
  const found: Counts = {
    automations: total === 0 ? null : page.nextCursor ? `${total}+` : String(total),
    failed: totals["failed"] ?? 0,
    asked,
    setAside,
  };
  cache.set(`${workspaceId}:${userId}`, found);
  return found;
}
