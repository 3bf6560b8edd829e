import type { Tx } from "../../db/index.js";
import { type Cause, type FieldChange, recordChange } from "../../events/index.js";
import { iso } from "../../shared/clock.js";
import { conflict, invalid, notFound } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { getRecords } from "../find/get-record.js";
import type { Host } from "../host.js";
import { type Known, knownObject } from "../objects/schema.js";
import type { Table } from "../objects/storage.js";
import { factsOf, type RecordRow, type RecordWrite } from "../record.js";
import { checkStage, checkValues, zoneFor } from "../values/check-values.js";
import { columnsFrom, sameValue } from "../values/stored-value.js";
import { updateHostRecord } from "../watch/host-writes.js";
import { checkReferences } from "./check-references.js";

/** `timezone`: of days and times without a zone, the workspace's when left out. `version`: the one the caller has seen. `current`: the record as read before in the same transaction. `writes`: see there. */
export type UpdateOptions = {
  timezone?: string | undefined;
  version?: number | undefined;
  current?: RecordRow | undefined;
  writes?: RecordWrite[] | undefined;
};

/**
 * Writes the fields whose value really differs, with one event; when none does, nothing is written and `changes` is [].
 * Errors: 404, 409 `stale` when `version` is given and no longer the record's, 422 naming `values.<field>`.
 */
export async function updateRecord(
  host: Host,
  workspaceId: string,
  object: string,
  id: string,
  values: JsonObject,
  cause: Cause,
  options: UpdateOptions = {},
  within?: Tx,
): Promise<{ record: RecordRow; changes: FieldChange[] }> {
  const known = await knownObject(host, workspaceId, object, within);
  const zone = await zoneFor(host, workspaceId, known, [values], options.timezone, within);
  const checked = checkValues(known, values, false, "values", zone);
  if (checked.errors.length > 0) throw invalid(checked.errors);
  return host.db.inTransaction(async (tx) => {
    const given = options.current;
    const first = given && known.storage.kind === "table" ? await writeOver(given) : null;
    if (first) return first;
    const locked = (await getRecords(host, workspaceId, object, [id], tx, true)).get(id);
    if (!locked) throw notFound(object, id);
    const second = await writeOver(locked);
    if (!second) throw stale(locked);
    return second;

    async function writeOver(current: RecordRow) {
      if (options.version !== undefined && options.version !== current.version) throw stale(current);
      const after = { ...checked.values };
      const errors = [
        ...checkStage(known, current.values, after),
        ...(await checkReferences(host, workspaceId, known, [{ values: after, path: "values" }], tx)),
      ];
      if (errors.length > 0) throw invalid(errors);
      return write(host, workspaceId, known, current, changedOnly(known, current, after), cause, options, tx);
    }
  }, within);
}

/** Null when `current` turned out to be old: someone else has written the record since it was read. */
async function write(
  host: Host,
  workspaceId: string,
  known: Known,
  current: RecordRow,
  changed: JsonObject,
  cause: Cause,
  options: UpdateOptions,
  tx: Tx,
): Promise<{ record: RecordRow; changes: FieldChange[] } | null> {
  if (Object.keys(changed).length === 0) return { record: current, changes: [] };
  const { storage } = known;
  const { id, object } = current;
  const written =
    storage.kind === "model"
      ? await updateHostRecord(storage, known.fields, id, changed, cause, tx)
      : await updateRow(host, workspaceId, known, storage, current, changed, tx);
  if (!written) return null;
  const change = {
    workspaceId,
    object,
    recordId: id,
    before: factsOf(current),
    after: factsOf(written),
    same: (field: string, a: unknown, b: unknown) => sameValue(known.fields.get(field), a, b),
  };
  const changes =
    storage.kind === "model" ? changesBetween(known, current, written) : await recordChange(host, change, cause, tx);
  for (const { field, old, new: after } of changes)
    options.writes?.push({ object, recordId: id, field, before: old, after });
  return { record: written, changes };
}

async function updateRow(
  host: Host,
  workspaceId: string,
  known: Known,
  table: Table,
  current: RecordRow,
  changed: JsonObject,
  tx: Tx,
): Promise<RecordRow | null> {
  const now = host.clock.now();
  const custom = Object.keys(changed).some((name) => !table.columns.has(name))
    ? await customOf(host, table, current.id, tx)
    : {};
  const row = {
    ...columnsFrom(changed, known.fields.values(), table, custom),
    version: current.version + 1,
    updatedAt: now,
  };
  const expect = { workspaceId, version: current.version, deletedAt: null };
  if (!(await host.db.updateRow({ table: table.table.slice(1, -1), id: current.id, set: row, expect }, tx)))
    return null;
  return { ...current, values: { ...current.values, ...changed }, version: current.version + 1, updatedAt: iso(now) };
}

/** The stored JSON of the custom fields, those of removed fields included. */
async function customOf(host: Host, table: Table, id: string, tx: Tx): Promise<JsonObject> {
  const row = await host.db.one(`SELECT custom FROM ${table.table} WHERE id = ?`, [id], tx);
  return JSON.parse(String(row?.["custom"] ?? "{}")) as JsonObject;
}

/** A checkbox that was blank is written when it becomes no, though that is no change anybody is told of. */
function changedOnly({ fields }: Known, current: RecordRow, values: JsonObject): JsonObject {
  const isNew = ([name, value]: [string, unknown]) => {
    const field = fields.get(name);
    const before = current.values[name] ?? null;
    return field?.type === "boolean" ? value !== before : !sameValue(field, before, value);
  };
  return Object.fromEntries(Object.entries(values).filter(isNew));
}

function changesBetween({ fields }: Known, before: RecordRow, after: RecordRow): FieldChange[] {
  return Object.keys(after.values)
    .filter((name) => !sameValue(fields.get(name), before.values[name], after.values[name]))
    .map((field) => ({ field, old: before.values[field] ?? null, new: after.values[field] ?? null }));
}

/** 409: somebody else wrote the record since the caller read it. */
export function stale(current: RecordRow): Error {
  return conflict(
    "stale",
    `This ${current.object} was changed by someone else: it is at version ${current.version} now.`,
    {
      version: current.version,
    },
  );
}
