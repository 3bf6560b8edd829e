import type { Request } from "express";
import { describeObject } from "../../../crm/index.js";
import { countReasons, type Engine, type RunFilter } from "../../../runs/index.js";
import { startOfDay } from "../../../shared/local-day.js";
import type { Option } from "../forms/form-known.js";
import { queryText, withQuery } from "../page-route.js";
import type { Visit } from "../site.js";
import { statusWord } from "../statuses.js";
import { t, textOr } from "../text.js";
import { triggerWord } from "./run-rows.js";

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

/** A filter as a menu of links. */
export type Chip = {
  label: string;
  value: string;
  on: boolean;
  options: { label: string; href: string; current: boolean }[];
};

/** What an address of the log asks for. */
export function filterOf(req: Pick<Request, "query">, now: number, zone: string): RunFilter {
  const since = queryText(req, "since") ?? "";
  const span = since === "today" ? now - startOfDay(now, zone) : spans[since];
  return {
    automation: queryText(req, "automation"),
    object: queryText(req, "object"),
    record: queryText(req, "record"),
    status: queryText(req, "status"),
    reason: queryText(req, "reason"),
    trigger: queryText(req, "trigger"),
    batch: queryText(req, "batch"),
    parent: queryText(req, "parent"),
    text: queryText(req, "q"),
    from: span === undefined ? undefined : now - span,
  };
}

/** The filters of the log; `automations` are the choices of one more, left out on the log of one automation. */
export function filterChips(req: Request, base: string, automations: Option[] | null): Chip[] {
  const chip = (name: string, label: string, values: Option[], none = t("filters.any")): Chip => {
    const chosen = queryText(req, name);
    return {
      label,
      value: values.find(({ value }) => value === chosen)?.label ?? chosen ?? none,
      on: chosen !== undefined,
      options: [{ value: "", label: none }, ...values].map((option) => ({
        label: option.label,
        href: withQuery(req, base, { [name]: option.value }),
        current: option.value === (chosen ?? ""),
      })),
    };
  };
  const worded = (values: string[], word: (value: string) => string) =>
    values.map((value) => ({ value, label: word(value) }));
  return [
    chip("status", t("runs.status"), worded(statuses, statusWord)),
    ...(automations ? [chip("automation", t("runs.automation"), automations)] : []),
    chip("trigger", t("runs.trigger"), worded(triggers, triggerWord)),
    chip(
      "reason",
      t("runs.reason"),
      worded(reasons, (value) => textOr(`reasons.${value}`, value)),
    ),
    chip(
      "since",
      t("filters.time"),
      worded(["today", ...Object.keys(spans)], (value) => t(`filters.since.${value}`)),
      t("filters.ever"),
    ),
  ];
}

/** Why runs failed or were skipped, the most frequent reason first, each with the address of its runs; of other logs none. */
export async function reasonGroups(
  engine: Engine,
  visit: Visit,
  req: Request,
  filter: RunFilter,
): Promise<{ label: string; n: number; href: string }[]> {
  if (filter.reason || (filter.status !== "failed" && filter.status !== "skipped")) return [];
  const groups = await countReasons(engine, visit.workspace.id, filter);
  return groups.map(({ code, n }) => ({
    label: textOr(`reasons.${code}`, code),
    n,
    href: withQuery(req, visit.base, { reason: code }),
  }));
}

/** What else narrows the log, each with the address without it: one record, the runs of a batch or of a run. */
export async function narrowings(
  engine: Engine,
  visit: Visit,
  req: Request,
): Promise<{ label: string; value: string; clear: string }[]> {
  const [object, record, batch, parent] = ["object", "record", "batch", "parent"].map((name) => queryText(req, name));
  const described = object ? await describeObject(engine, visit.workspace.id, object) : null;
  const without = (...names: string[]) =>
    withQuery(req, visit.base, Object.fromEntries(names.map((name) => [name, null])));
  return [
    ...(object || record
      ? [
          {
            label: t("runs.record"),
            value: [described?.label, record].filter(Boolean).join(" "),
            clear: without("object", "record"),
          },
        ]
      : []),
    ...(batch ? [{ label: t("run.batch"), value: batch, clear: without("batch") }] : []),
    ...(parent ? [{ label: t("run.parent"), value: parent, clear: without("parent") }] : []),
  ];
}

/** The members of the address a search form must carry along. */
export function carriedAlong(req: Request): { name: string; value: string }[] {
  return Object.entries(req.query).flatMap(([name, value]) =>
    typeof value === "string" && !["q", "cursor", "notice", "n"].includes(name) ? [{ name, value }] : [],
  );
}
