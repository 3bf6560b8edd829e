import { stringify } from "csv-stringify/sync";
import type { Request } from "express";
import { getAutomation } from "../../automations/index.js";
import { describeObject } from "../../crm/index.js";
import {
  cancelRun,
  countRuns,
  type Engine,
  listRuns,
  type RunFilter,
  replayRun,
  startSkipped,
} from "../../runs/index.js";
import { Problem } from "../../shared/errors.js";
import { includesRole } from "../roles.js";
import { formList, formText, type PageRoute, param, queryText, withQuery } from "./page-route.js";
import { type PageModel, redirectWith, renderPage } from "./render.js";
import { automationOptions, countsInWords, runRows, triggerWord } from "./run-rows.js";
import type { Visit } from "./site.js";
import { statusWord } from "./statuses.js";
import { t, textOr } from "./text.js";

const statuses = ["queued", "running", "waiting", "completed", "failed", "cancelled", "skipped"];
const reasons = [
  "conditions",
  "monthly_limit",
  "rate",
  "concurrency",
  "reenter",
  "loop_guard",
  "kill_switch",
  "inactive",
  "gate",
  "cancelled",
  "exit",
  "timeout",
  "crashed_worker",
];
const triggers = [
  "record.created",
  "record.updated",
  "record.saved",
  "record.deleted",
  "stage.changed",
  "date",
  "schedule",
  "manual",
  "event",
  "automation",
];
const spans: Record<string, number> = { "24h": 86_400_000, "7d": 7 * 86_400_000, "30d": 30 * 86_400_000 };
const PAGE = 50;
/** More than this is done in several goes. */
const MOST_AT_ONCE = 500;
const MOST_EXPORTED = 10_000;

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
        .send(await runsCsv(engine, visit, req)),
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
  const filter = filterOf(req, engine.clock.now());
  if (automation) filter.automation = automation.id;
  const [page, counts, choices] = await Promise.all([
    listRuns(engine, visit.workspace.id, { ...filter, limit: PAGE, cursor: queryText(req, "cursor") }),
    countRuns(engine, visit.workspace.id, filter),
    automation ? [] : automationOptions(engine, visit.workspace.id),
  ]);
  const chip = (name: string, label: string, values: { value: string; label: string }[], none = t("filters.any")) => {
    const chosen = queryText(req, name);
    const options = [{ value: "", label: none }, ...values].map((option) => ({
      label: option.label,
      href: withQuery(req, visit.base, { [name]: option.value }),
      current: option.value === (chosen ?? ""),
    }));
    return {
      label,
      value: values.find(({ value }) => value === chosen)?.label ?? none,
      on: chosen !== undefined,
      options,
    };
  };
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const record = await recordChip(engine, visit, req);
  return {
    title: automation ? t("runs.titleOf", { name: automation.name }) : t("runs.title"),
    automation: automation && { label: automation.name, path: `/${automation.id}` },
    note: total === 0 ? t("runs.none") : t("runs.total", { n: total }),
    counts: countsInWords(counts),
    chips: [
      chip(
        "status",
        t("runs.status"),
        statuses.map((value) => ({ value, label: statusWord(value) })),
      ),
      ...(automation ? [] : [chip("automation", t("runs.automation"), choices)]),
      chip(
        "trigger",
        t("runs.trigger"),
        triggers.map((value) => ({ value, label: triggerWord(value) })),
      ),
      chip(
        "reason",
        t("runs.reason"),
        reasons.map((value) => ({ value, label: textOr(`reasons.${value}`, value) })),
      ),
      chip(
        "since",
        t("filters.time"),
        Object.keys(spans).map((value) => ({ value, label: t(`filters.since.${value}`) })),
        t("filters.ever"),
      ),
    ],
    record,
    filtered: Object.keys(req.query).some((name) => !["cursor", "notice", "n"].includes(name)),
    clear: `${visit.base}${req.path}`,
    rows: await runRows(engine, visit.workspace.id, page.data),
    first: queryText(req, "cursor") ? withQuery(req, visit.base, {}) : null,
    next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
    csv: withQuery(req, visit.base, automation ? { automation: automation.id } : {}, "/runs.csv"),
    here: withQuery(req, "", {}),
    canAct: includesRole(visit.person.role, "operator"),
    query: withQuery(req, "", automation ? { automation: automation.id } : {}, ""),
    failed: counts["failed"] ?? 0,
    startable: queryText(req, "status") === "skipped" ? (counts["skipped"] ?? 0) : 0,
    live: `${visit.base}/live?runs=${encodeURIComponent(automation?.id ?? "all")}`,
    self: withQuery(req, visit.base, { cursor: queryText(req, "cursor") ?? null }),
  };
}

async function recordChip(
  engine: Engine,
  visit: Visit,
  req: Request,
): Promise<{ label: string; clear: string } | null> {
  const object = queryText(req, "object");
  const record = queryText(req, "record");
  if (!object && !record) return null;
  const described = object ? await describeObject(engine, visit.workspace.id, object) : null;
  return {
    label: [described?.label, record].filter(Boolean).join(" "),
    clear: withQuery(req, visit.base, { object: null, record: null }),
  };
}

function filterOf(req: Pick<Request, "query">, now: number): RunFilter {
  const span = spans[queryText(req, "since") ?? ""];
  return {
    automation: queryText(req, "automation"),
    object: queryText(req, "object"),
    record: queryText(req, "record"),
    status: queryText(req, "status"),
    reason: queryText(req, "reason"),
    trigger: queryText(req, "trigger"),
    batch: queryText(req, "batch"),
    from: span === undefined ? undefined : now - span,
  };
}

const backOf = (req: Request) => {
  const back = formText(req, "back");
  return /^\/[\w/]*runs(\?[\w=&%.+-]*)?$/.test(back) ? back : "/runs";
};

/** Cancels, replays or starts the ticked runs; those that are not in a state for it are left out of the count. */
async function changeRuns(
  engine: Engine,
  visit: Visit,
  req: Request,
  done: (notice: string, n: number) => void,
): Promise<void> {
  const act = formText(req, "do");
  const ids = act.endsWith("All") ? await idsOf(engine, visit, req, act) : formList(req, "id").slice(0, PAGE);
  let n = 0;
  for (const id of ids) {
    try {
      if (act === "cancel") await cancelRun(engine, visit.workspace.id, id, visit.actor);
      else if (act === "replay" || act === "replayAll")
        await replayRun(engine, visit.workspace.id, id, "failed", visit.actor);
      else if (act === "start" || act === "startAll")
        n += (await startSkipped(engine, visit.workspace.id, [id], visit.actor)).length - 1;
      else continue;
      n += 1;
    } catch (error) {
      // Ticked a moment ago, over by now: the others go on.
      if (!(error instanceof Problem)) throw error;
    }
  }
  done(n === 0 ? "notChanged" : act === "cancel" ? "cancelled" : act.startsWith("replay") ? "replayed" : "started", n);
}

/** The runs that the filter of the page finds and that the button is about: the failed or the skipped ones, newest first. */
async function idsOf(engine: Engine, visit: Visit, req: Request, act: string): Promise<string[]> {
  const query = Object.fromEntries(new URLSearchParams(formText(req, "query")));
  const filter = filterOf({ query }, engine.clock.now());
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRuns(engine, visit.workspace.id, {
      ...filter,
      status: act === "startAll" ? "skipped" : "failed",
      limit: 200,
      cursor,
    });
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor && ids.length < MOST_AT_ONCE);
  return ids.slice(0, MOST_AT_ONCE);
}

/** The log as CSV, newest first, at most 10,000 lines. Texts that a spreadsheet would take for a formula are disarmed. */
async function runsCsv(engine: Engine, visit: Visit, req: Request): Promise<string> {
  const filter = filterOf(req, engine.clock.now());
  const lines: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await listRuns(engine, visit.workspace.id, { ...filter, limit: 200, cursor });
    for (const run of page.data) {
      const {
        id,
        automationName,
        version,
        object,
        recordId,
        status,
        reason,
        trigger,
        failedSteps,
        queuedAt,
        startedAt,
        finishedAt,
      } = run;
      lines.push(
        [
          id,
          automationName,
          version,
          object,
          recordId,
          status,
          reason?.code,
          reason?.message,
          trigger.kind,
          trigger.actor.name,
          failedSteps,
          queuedAt,
          startedAt,
          finishedAt,
        ].map((value) => disarmed(String(value ?? ""))),
      );
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor && lines.length < MOST_EXPORTED);
  const columns = [
    "id",
    "automation",
    "version",
    "object",
    "record",
    "status",
    "reason",
    "message",
    "trigger",
    "actor",
    "failedSteps",
    "queuedAt",
    "startedAt",
    "finishedAt",
  ];
  return stringify([columns, ...lines]);
}

const disarmed = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
