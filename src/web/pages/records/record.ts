import type { Request } from "express";
import {
  deleteRecord,
  describeObject,
  getRecord,
  listUsers,
  type ObjectType,
  type RecordRow,
  updateRecord,
} from "../../../crm/index.js";
import { type Engine, listRuns } from "../../../runs/index.js";
import { notFound, Problem } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { includesRole } from "../../access/roles.js";
import { startable } from "../automations/startable.js";
import { nested } from "../forms/form-body.js";
import { formText, type PageRoute, param, queryText } from "../page-route.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import { automationOptions } from "../runs/run-rows.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import { enrollmentLines } from "./enrollment-card.js";
import { changedValues, readRecordFields, recordFields, relatedOptions } from "./record-fields.js";
import { labelsFor, recordLabel } from "./record-shown.js";
import { summaryOf } from "./record-table.js";
import { timeline } from "./timeline.js";

/** One record: its fields, what may be run on it, where it is enrolled, what happened to it and why. */
export const recordRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/records/:object/:id",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const { object, record } = await found(engine, visit, req);
      await renderPage(res, "record", await recordPage(engine, visit, object, record, queryText(req, "cursor")));
    },
  },
  {
    method: "post",
    path: "/records/:object/:id",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      const { object, record } = await found(engine, visit, req);
      const values = readRecordFields(object, nested(req.body, "values"));
      const version = Number(formText(req, "version"));
      try {
        const changed = changedValues(values, record);
        const path = `/records/${object.name}/${encodeURIComponent(record.id)}`;
        if (Object.keys(changed).length === 0) return redirectWith(res, path, "nothingChanged");
        await updateRecord(
          engine,
          visit.workspace.id,
          object.name,
          record.id,
          changed,
          { actor: visit.actor },
          Number.isInteger(version) && version > 0 ? { version } : {},
        );
        redirectWith(res, path, "recordSaved");
      } catch (error) {
        if (!(error instanceof Problem) || ![409, 422].includes(error.status)) throw error;
        await renderPage(
          res,
          "record",
          await recordPage(engine, visit, object, record, undefined, { values, problem: error }),
          error.status,
        );
      }
    },
  },
  {
    method: "post",
    path: "/records/:object/:id/deletion",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      const { object, record } = await found(engine, visit, req);
      await deleteRecord(engine, visit.workspace.id, object.name, record.id, { actor: visit.actor }, {});
      redirectWith(res, `/records/${object.name}`, "recordDeleted");
    },
  },
];

async function found(engine: Engine, visit: Visit, req: Request): Promise<{ object: ObjectType; record: RecordRow }> {
  const object = await describeObject(engine, visit.workspace.id, param(req, "object"));
  const record = await getRecord(engine, visit.workspace.id, object.name, param(req, "id"));
  if (!record) throw notFound(object.label.toLowerCase(), param(req, "id"));
  return { object, record };
}

type Tried = { values: JsonObject; problem: Problem };

async function recordPage(
  engine: Engine,
  visit: Visit,
  object: ObjectType,
  record: RecordRow,
  cursor?: string,
  tried?: Tried,
): Promise<PageModel> {
  const { id: workspaceId } = visit.workspace;
  const canEdit = includesRole(visit.person.role, "operator");
  const automations = await automationOptions(engine, workspaceId, object.name);
  const names = new Map(automations.map(({ value, label }) => [value, label]));
  const [labels, users, runs, happened, offers, related] = await Promise.all([
    labelsFor(engine, workspaceId, object, [record]),
    listUsers(engine, workspaceId),
    listRuns(engine, workspaceId, { object: object.name, record: record.id, limit: 20 }),
    timeline(engine, visit, object, record.id, names, cursor),
    canEdit ? startable(engine, workspaceId, object.name, "record") : [],
    relatedOptions(engine, workspaceId, object),
  ]);
  const people = users.map(({ id, name }) => ({ value: id, label: name }));
  const fields = recordFields(object, record, { people, related, labels }, tried?.values, tried?.problem.errors);
  const path = `/records/${object.name}/${encodeURIComponent(record.id)}`;
  return {
    title: recordLabel(object, record),
    crumb: { label: object.plural, path: `/records/${object.name}` },
    object: { name: object.name, label: object.label },
    path,
    record: { id: record.id, version: record.version, createdAt: record.createdAt, updatedAt: record.updatedAt },
    fields: canEdit
      ? fields
      : fields.map((field) => ({
          ...field,
          readOnly: true,
          control: field.control === "check" ? field.control : "text",
        })),
    problems: tried?.problem.status === 422 ? summaryOf(fields, tried.problem) : [],
    stale: tried?.problem.status === 409 ? tried.problem.message : null,
    canEdit,
    offers: offers.map((offer) => ({
      label: offer.label,
      description: offer.description,
      path: `/${offer.id}/start`,
      record: record.id,
    })),
    enrollments: await enrollmentLines(engine, workspaceId, runs.data),
    runsPath: { object: object.name, record: record.id },
    timeline: happened.lines,
    older: happened.next ? { path, cursor: happened.next } : null,
    newest: cursor ? path : null,
    automations,
    canDelete: includesRole(visit.person.role, "operator"),
    deleteAsk: t("record.deleteAsk", { label: recordLabel(object, record) }),
  };
}
