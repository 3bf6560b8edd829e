import type { Tx } from "../../db/index.js";
import { type Cause, recordChange } from "../../events/index.js";
import { iso } from "../../shared/clock.js";
import { type FieldError, invalid } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import type { JsonObject } from "../../shared/json.js";
import type { Host } from "../host.js";
import { type Known, knownObject } from "../objects/schema.js";
import type { Table } from "../objects/storage.js";
import { factsOf, type RecordRow, type RecordWrite } from "../record.js";
import { checkStage, checkValues, zoneFor } from "../values/check-values.js";
import { columnsFrom } from "../values/stored-value.js";
import { createHostRecord } from "../watch/host-writes.js";
import { checkReferences } from "./check-references.js";

/** `writes`: where they are noted. `timezone`: of days and times without a zone, the workspace's when left out. */
export type CreateOptions = { writes?: RecordWrite[]; timezone?: string | undefined };

/** A row the caller wants: its values, and where they stand in the caller's input. */
export type Draft = { values: unknown; path: string };

/**
 * Creates a record and its event, together. Values not given take the field's default. 422 naming `values.<field>` for
 * everything that is wrong; nothing is written then.
 */
export async function createRecord(
  host: Host,
  workspaceId: string,
  object: string,
  values: JsonObject,
  cause: Cause,
  tx?: Tx,
  options: CreateOptions = {},
): Promise<RecordRow> {
  const [record] = await createDrafts(host, workspaceId, object, [{ values, path: "values" }], cause, tx, options);
  return record as RecordRow;
}

/** Creates many records in few statements, each with its event: all, or none with 422 naming `rows[n].<field>`. */
export function createRecords(
  host: Host,
  workspaceId: string,
  object: string,
  rows: readonly JsonObject[],
  cause: Cause,
  tx?: Tx,
  options: CreateOptions = {},
): Promise<RecordRow[]> {
  const drafts = rows.map((values, at) => ({ values, path: `rows[${at}]` }));
  return createDrafts(host, workspaceId, object, drafts, cause, tx, options);
}

async function createDrafts(
  host: Host,
  workspaceId: string,
  object: string,
  drafts: Draft[],
  cause: Cause,
  within: Tx | undefined,
  options: CreateOptions,
): Promise<RecordRow[]> {
  const known = await knownObject(host, workspaceId, object, within);
  return host.db.inTransaction(async (tx) => {
    const { rows, errors } = await checkDrafts(host, workspaceId, known, drafts, tx, options.timezone);
    if (errors.length > 0) throw invalid(errors);
    const records = await insertChecked(host, workspaceId, known, rows, cause, tx);
    for (const record of records) noteCreated(options.writes, record);
    return records;
  }, within);
}

/** Checks rows that are to be created: their normalised values, and everything that is wrong, by path. */
export async function checkDrafts(
  host: Host,
  workspaceId: string,
  known: Known,
  drafts: Draft[],
  tx?: Tx,
  timezone?: string,
): Promise<{ rows: { values: JsonObject; path: string }[]; errors: FieldError[] }> {
  const errors: FieldError[] = [];
  const inputs = drafts.map(({ values }) => values);
  const zone = await zoneFor(host, workspaceId, known, inputs, timezone, tx);
  const rows = drafts.map(({ values: given, path }) => {
    const checked = checkValues(known, given, true, path, zone);
    const staged = checked.errors.length > 0 ? [] : checkStage(known, null, checked.values, path);
    errors.push(...checked.errors, ...staged);
    return { values: checked.values, path };
  });
  errors.push(...(await checkReferences(host, workspaceId, known, rows, tx)));
  return { rows, errors };
}

/** Inserts rows that were checked, with their events. */
export async function insertChecked(
  host: Host,
  workspaceId: string,
  known: Known,
  rows: { values: JsonObject }[],
  cause: Cause,
  tx: Tx,
): Promise<RecordRow[]> {
  const { storage } = known;
  const records: RecordRow[] = [];
  if (storage.kind === "model") {
    for (const { values } of rows) records.push(await createHostRecord(storage, known.fields, values, cause, tx));
    return records;
  }
  for (const { values } of rows) {
    const record = newRecord(host, known.type.name, inOrder(known, values));
    await host.db.insertLater(storage.table.slice(1, -1), [rowOf(workspaceId, known, storage, record)], tx);
    await recordChange(
      host,
      { workspaceId, object: record.object, recordId: record.id, before: null, after: factsOf(record) },
      cause,
      tx,
    );
    records.push(record);
  }
  return records;
}

function newRecord(host: Host, object: string, values: JsonObject): RecordRow {
  const now = iso(host.clock.now());
  return { id: newId(), object, values, version: 1, createdAt: now, updatedAt: now };
}

function inOrder(known: Known, values: JsonObject): JsonObject {
  return Object.fromEntries([...known.fields.keys()].map((name) => [name, values[name] ?? null]));
}

/** Every row of a table has the same columns, so that many inserts can become one statement. */
function rowOf(workspaceId: string, known: Known, table: Table, record: RecordRow) {
  const at = Date.parse(record.createdAt);
  return {
    id: record.id,
    workspaceId,
    version: record.version,
    createdAt: at,
    updatedAt: at,
    ...(table.object === null ? {} : { object: table.object }),
    custom: null,
    ...columnsFrom(record.values, known.fields.values(), table),
  };
}

function noteCreated(writes: RecordWrite[] | undefined, record: RecordRow): void {
  writes?.push({ object: record.object, recordId: record.id, field: null, before: undefined, after: record.values });
}
