import {
  describeObject,
  type Field,
  getRecords,
  listUsers,
  type ObjectType,
  type RecordRow,
} from "../../../crm/index.js";
import type { Engine } from "../../../runs/index.js";
import { absolute, plain } from "../formats.js";
import { t } from "../text.js";

/** The labels that ids stand for: users by id, records by `object:id`. */
export type Labels = Map<string, string>;

/** One value as a page shows it, with the record it leads to, if any. */
export type ShownValue = { text: string; path: string | null };

/** What people call a record: its label field, or its id when that is empty. */
export function recordLabel(object: ObjectType, record: RecordRow): string {
  const label = record.values[object.labelField];
  return typeof label === "string" && label.trim() !== "" ? label : record.id;
}

/** The labels of every user and related record that these records' values name: one query for each object met. */
export async function labelsFor(
  engine: Engine,
  workspaceId: string,
  object: ObjectType,
  records: RecordRow[],
  fields = object.fields,
): Promise<Labels> {
  const labels: Labels = new Map();
  const met = new Map<string, Set<string>>();
  const ask = (name: string, id: unknown) => {
    if (typeof id !== "string" || id === "") return;
    met.set(name, (met.get(name) ?? new Set()).add(id));
  };
  for (const record of records) {
    for (const field of fields) if (field.relation) ask(field.relation, record.values[field.name]);
    if (typeof record.values["relatedObject"] === "string")
      ask(record.values["relatedObject"], record.values["relatedId"]);
  }
  if (fields.some(({ type }) => type === "user")) await addUsers(engine, workspaceId, labels);
  for (const [name, ids] of met) await addRecords(engine, workspaceId, name, [...ids], labels);
  return labels;
}

/** The labels of records named by object and id, of any objects. What is gone keeps its id. */
export async function labelsOfRecords(
  engine: Engine,
  workspaceId: string,
  named: { object: string | null; recordId: string | null }[],
): Promise<Labels> {
  const labels: Labels = new Map();
  const byObject = new Map<string, Set<string>>();
  for (const { object, recordId } of named) {
    if (object && recordId) byObject.set(object, (byObject.get(object) ?? new Set()).add(recordId));
  }
  for (const [name, ids] of byObject) await addRecords(engine, workspaceId, name, [...ids], labels);
  return labels;
}

/** The names of the workspace's people by id. */
export async function peopleLabels(engine: Engine, workspaceId: string): Promise<Labels> {
  const labels: Labels = new Map();
  await addUsers(engine, workspaceId, labels);
  return labels;
}

async function addUsers(engine: Engine, workspaceId: string, labels: Labels): Promise<void> {
  for (const user of await listUsers(engine, workspaceId)) labels.set(user.id, user.name);
}

async function addRecords(
  engine: Engine,
  workspaceId: string,
  name: string,
  ids: string[],
  labels: Labels,
): Promise<void> {
  // A record may name an object that is no longer there: then its id is all there is to show.
  const object = await describeObject(engine, workspaceId, name).catch(() => null);
  if (!object || ids.length === 0) return;
  for (const [id, record] of await getRecords(engine, workspaceId, name, ids))
    labels.set(`${name}:${id}`, recordLabel(object, record));
}

/** A field's value in words: the option's label, the user's name, the record's label, the date in the zone. */
export function shownField(field: Field, value: unknown, labels: Labels, zone: string): ShownValue {
  if (value === null || value === undefined || value === "") return { text: t("value.empty"), path: null };
  if (field.relation && typeof value === "string") {
    return {
      text: labels.get(`${field.relation}:${value}`) ?? value,
      path: `/records/${field.relation}/${encodeURIComponent(value)}`,
    };
  }
  if (field.type === "user") return { text: labels.get(String(value)) ?? String(value), path: null };
  if (field.type === "datetime") return { text: absolute(String(value), zone)?.text ?? String(value), path: null };
  if (field.type === "date")
    return {
      text: absolute(`${String(value).slice(0, 10)}T00:00:00Z`, "UTC")?.text.split(",")[0] ?? String(value),
      path: null,
    };
  const word = (one: unknown) => field.options?.find((option) => option.value === one)?.label ?? plain(one);
  return { text: Array.isArray(value) ? value.map(word).join(", ") || t("value.empty") : word(value), path: null };
}
