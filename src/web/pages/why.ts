import { getAutomation } from "../../automations/index.js";
import { describeObject, findRecords, getRecord, type ObjectType } from "../../crm/index.js";
import { changesOf } from "../../events/index.js";
import { type EventExplanation, explain } from "../../insight/index.js";
import type { Engine } from "../../runs/index.js";
import { Problem } from "../../shared/errors.js";
import { shownActor } from "./actor-shown.js";
import { shownRule } from "./conditions/conditions-shown.js";
import { plain } from "./formats.js";
import { type PageRoute, queryText } from "./page-route.js";
import { type Labels, labelsFor, peopleLabels, recordLabel } from "./records/record-shown.js";
import { type PageModel, renderPage } from "./render.js";
import { automationOptions, triggerWord } from "./runs/run-rows.js";
import type { Visit } from "./site.js";
import { t, textOr } from "./text.js";

const PAGE = 20;

/** "Why did it (not) run?" for one automation and one record, change by change and condition by condition. */
export const whyRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/why",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const asked = {
        automation: queryText(req, "automation"),
        record: queryText(req, "record"),
        cursor: queryText(req, "cursor"),
      };
      await renderPage(res, "why", await whyPage(engine, visit, asked));
    },
  },
];

async function whyPage(
  engine: Engine,
  visit: Visit,
  asked: { automation: string | undefined; record: string | undefined; cursor: string | undefined },
): Promise<PageModel> {
  const { id: workspaceId } = visit.workspace;
  const options = await automationOptions(engine, workspaceId);
  const model = {
    title: t("why.title"),
    automations: options.map((option) => ({ ...option, selected: option.value === asked.automation })),
    record: asked.record ?? "",
    answer: null,
    failure: null as string | null,
  };
  if (!asked.automation || !asked.record) return model;
  const automation = await getAutomation(engine, workspaceId, asked.automation);
  if (automation.object === null) return { ...model, failure: t("why.global", { name: automation.name }) };
  const object = await describeObject(engine, workspaceId, automation.object);
  const id = await recordNamed(engine, workspaceId, object, asked.record);
  if (!id) return { ...model, failure: t("why.noRecord", { object: object.label.toLowerCase(), text: asked.record }) };
  const record = await getRecord(engine, workspaceId, object.name, id);
  const labels = record
    ? await labelsFor(engine, workspaceId, object, [record])
    : await peopleLabels(engine, workspaceId);
  const page = await explain(engine, workspaceId, automation.id, id, { limit: PAGE, cursor: asked.cursor });
  return {
    ...model,
    record: id,
    answer: {
      automation: { name: automation.name, path: `/${automation.id}` },
      record: {
        label: record ? recordLabel(object, record) : id,
        path: record ? `/records/${object.name}/${encodeURIComponent(id)}` : null,
      },
      lines: page.data.map((line) => shownLine(line, object, labels)),
      older: page.nextCursor ? { automation: automation.id, record: id, cursor: page.nextCursor } : null,
    },
  };
}

/** A record by id, or the only one a search for the text finds. */
async function recordNamed(
  engine: Engine,
  workspaceId: string,
  object: ObjectType,
  text: string,
): Promise<string | null> {
  if (/^[\w-]{1,64}$/.test(text)) {
    const exact = await getRecord(engine, workspaceId, object.name, text).catch((error: unknown) => {
      if (error instanceof Problem) return null;
      throw error;
    });
    if (exact) return exact.id;
  }
  const { records } = await findRecords(engine, workspaceId, object.name, { q: text, limit: 2 });
  if (records.length === 1) return records[0]?.id ?? null;
  // A record that is gone may still have its history, whatever the ids of its table look like.
  if (text.length > 64) return null;
  const history = await changesOf(engine, workspaceId, object.name, text, { limit: 1 });
  return history.data.length > 0 || /^[0-9A-Z]{26}$/.test(text) ? text : null;
}

function shownLine(
  { event, decision, reason, runId, version, conditions }: EventExplanation,
  object: ObjectType,
  labels: Labels,
) {
  const field = (name: string) => object.fields.find((one) => one.name === name);
  const word = (name: string, value: unknown) =>
    field(name)?.options?.find((option) => option.value === value)?.label ?? labels.get(String(value)) ?? plain(value);
  return {
    kind: triggerWord(event.kind),
    at: event.at,
    actor: shownActor(event.actor),
    enrolled: decision === "enrolled",
    verdict: decision === "enrolled" ? t("why.ran") : t("why.didNot"),
    reason:
      reason && decision !== "enrolled"
        ? {
            word: textOr(`reasons.${reason.code}`, reason.code),
            message: reason.message,
            details: reason.details ?? null,
          }
        : null,
    run: runId ? `/runs/${runId}` : null,
    version,
    changes:
      event.kind === "record.created"
        ? []
        : event.changes.slice(0, 8).map((change) => ({
            field: field(change.field)?.label ?? change.field,
            from: word(change.field, change.old),
            to: word(change.field, change.new),
          })),
    rule: shownRule(conditions, object.fields, labels),
  };
}
