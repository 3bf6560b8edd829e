import type { Request } from "express";
import {
  createRecord,
  describeObject,
  type Field,
  findRecords,
  listUsers,
  type ObjectType,
} from "../../../crm/index.js";
import type { Engine } from "../../../runs/index.js";
import { Problem } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { includesRole } from "../../access/roles.js";
import { startable } from "../automations/startable.js";
import { nested } from "../forms/form-body.js";
import { type PageRoute, param, queryText, withQuery } from "../page-route.js";
import { type PageModel, redirectWith, renderPage } from "../render.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";
import { readRecordFields, recordFields, relatedOptions } from "./record-fields.js";
import { labelsFor, recordLabel, shownField } from "./record-shown.js";

const PAGE = 50;
const COLUMNS = 6;

/** A table of records: sorting, search, filters by choice fields, ticking for a bulk run; and the form of a new one. */
export const recordTableRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/records/:object",
    role: "viewer",
    handle: async ({ engine, visit, req, res }) => renderPage(res, "records", await recordTable(engine, visit, req)),
  },
  {
    method: "get",
    path: "/records/:object/new",
    role: "operator",
    handle: async ({ engine, visit, req, res }) =>
      renderPage(
        res,
        "record-new",
        await newRecord(engine, visit, await describeObject(engine, visit.workspace.id, param(req, "object"))),
      ),
  },
  {
    method: "post",
    path: "/records/:object/new",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      const object = await describeObject(engine, visit.workspace.id, param(req, "object"));
      const values = readRecordFields(object, nested(req.body, "values"));
      try {
        const record = await createRecord(engine, visit.workspace.id, object.name, values, { actor: visit.actor });
        redirectWith(res, `/records/${object.name}/${encodeURIComponent(record.id)}`, "recordCreated");
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 422) throw error;
        await renderPage(res, "record-new", await newRecord(engine, visit, object, values, error), 422);
      }
    },
  },
];

async function recordTable(engine: Engine, visit: Visit, req: Request): Promise<PageModel> {
  const object = await describeObject(engine, visit.workspace.id, param(req, "object"));
  const q = queryText(req, "q");
  const when = filterOf(object, req);
  const sort = sortOf(object, queryText(req, "sort"));
  const page = await findRecords(engine, visit.workspace.id, object.name, {
    limit: PAGE,
    count: true,
    ...(q ? { q } : {}),
    ...(when ? { when } : {}),
    ...(sort ? { sort } : {}),
    ...(queryText(req, "cursor") ? { cursor: queryText(req, "cursor") ?? "" } : {}),
  });
  const columns = columnsOf(object);
  const labels = await labelsFor(engine, visit.workspace.id, object, page.records, columns);
  const users = object.fields.some(({ type }) => type === "user") ? await listUsers(engine, visit.workspace.id) : [];
  const total = page.total ?? page.records.length;
  const runnable = includesRole(visit.person.role, "operator")
    ? await startable(engine, visit.workspace.id, object.name, "bulk")
    : [];
  return {
    title: object.plural,
    object: { name: object.name, label: object.label, plural: object.plural },
    note: t("records.total", { n: total }),
    q: q ?? "",
    hidden: Object.entries(req.query).flatMap(([name, value]) =>
      typeof value === "string" && name !== "q" && name !== "cursor" && !["notice", "n"].includes(name)
        ? [{ name, value }]
        : [],
    ),
    chips: object.fields.flatMap((field) => filterChip(field, users, req, visit.base)),
    filtered: q !== undefined || when !== null,
    clear: `${visit.base}${req.path}`,
    columns: columns.map((field) => headOf(field, sort, req, visit.base)),
    rows: page.records.map((record) => ({
      id: record.id,
      path: `/records/${object.name}/${encodeURIComponent(record.id)}`,
      label: recordLabel(object, record),
      cells: columns.slice(1).map((field) => ({
        ...shownField(field, record.values[field.name], labels, visit.zone),
        number: field.type === "number" || field.type === "money",
      })),
    })),
    canEdit: includesRole(visit.person.role, "operator"),
    automations: runnable.map(({ id, name }) => ({ id, name })),
    first: queryText(req, "cursor") ? withQuery(req, visit.base, {}) : null,
    next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
  };
}

function columnsOf(object: ObjectType): Field[] {
  const label = object.fields.find(({ name }) => name === object.labelField);
  const others = object.fields.filter(
    ({ name, type }) => name !== object.labelField && !["longText", "json"].includes(type),
  );
  return [...(label ? [label] : []), ...others].slice(0, COLUMNS);
}

const sortable = (field: Field) => !["longText", "json", "multiSelect", "relation"].includes(field.type);

function sortOf(object: ObjectType, asked: string | undefined): string | undefined {
  const field = object.fields.find(({ name }) => name === asked?.replace(/^-/, ""));
  return field && sortable(field) ? asked : undefined;
}

function headOf(field: Field, sort: string | undefined, req: Request, base: string) {
  const direction = sort === field.name ? "ascending" : sort === `-${field.name}` ? "descending" : null;
  return {
    label: field.label,
    number: field.type === "number" || field.type === "money",
    direction,
    href: sortable(field)
      ? withQuery(req, base, {
          sort: direction === "ascending" ? `-${field.name}` : direction === "descending" ? null : field.name,
        })
      : null,
  };
}

/** `?f.stage=won` as conditions; only choice fields can be asked for so. */
function filterOf(object: ObjectType, req: Request): JsonObject | null {
  const leaves = object.fields.flatMap((field) => {
    const value = queryText(req, `f.${field.name}`);
    if (value === undefined) return [];
    const typed = field.type === "boolean" ? value === "true" : value;
    return [
      {
        fact: "record",
        path: field.name,
        operator: field.type === "multiSelect" ? "hasAny" : "equal",
        value: field.type === "multiSelect" ? [value] : typed,
      },
    ];
  });
  return leaves.length > 0 ? { all: leaves } : null;
}

function filterChip(field: Field, users: { id: string; name: string }[], req: Request, base: string) {
  const values =
    field.type === "user"
      ? users.map(({ id, name }) => ({ value: id, label: name }))
      : field.type === "boolean"
        ? ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "value.yes" : "value.no") }))
        : (field.options ?? []);
  if (values.length === 0) return [];
  const chosen = queryText(req, `f.${field.name}`);
  const options = [{ value: "", label: t("filters.any") }, ...values].map(({ value, label }) => ({
    label,
    href: withQuery(req, base, { [`f.${field.name}`]: value }),
    current: value === (chosen ?? ""),
  }));
  return [
    {
      label: field.label,
      value: values.find(({ value }) => value === chosen)?.label ?? t("filters.any"),
      on: chosen !== undefined,
      options,
    },
  ];
}

async function newRecord(
  engine: Engine,
  visit: Visit,
  object: ObjectType,
  typed?: JsonObject,
  problem?: Problem,
): Promise<PageModel> {
  const users = await listUsers(engine, visit.workspace.id);
  const people = users.map(({ id, name }) => ({ value: id, label: name }));
  const related = await relatedOptions(engine, visit.workspace.id, object);
  const fields = recordFields(object, null, { people, related, labels: new Map() }, typed, problem?.errors).filter(
    ({ readOnly }) => !readOnly,
  );
  return {
    title: t("record.newTitle", { object: object.label }),
    crumb: { label: object.plural, path: `/records/${object.name}` },
    action: `/records/${object.name}/new`,
    fields,
    problems: summaryOf(fields, problem),
    back: `/records/${object.name}`,
  };
}

/** The problems of a form as links to their fields. */
export function summaryOf(
  fields: { id: string; name: string; label: string }[],
  problem: Problem | undefined,
): { message: string; anchor: string | null; path: string }[] {
  return (problem?.errors ?? []).map(({ path, message }) => {
    const field = fields.find(({ name }) => name === path || name === `values.${path.replace(/^values\./, "")}`);
    return {
      message: field ? `${field.label}: ${message}` : message,
      anchor: field?.id ?? null,
      path: field ? "" : path,
    };
  });
}
