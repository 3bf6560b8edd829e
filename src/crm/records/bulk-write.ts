import type { Tx } from "../../db/index.js";
import type { Cause } from "../../events/index.js";
import { type FieldError, Problem } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { getRecords } from "../find/get-record.js";
import type { Host } from "../host.js";
import { type Known, knownObject } from "../objects/schema.js";
import type { RecordRow } from "../record.js";
import { checkDrafts, type Draft, insertChecked } from "./create-record.js";
import { deleteRecord } from "./delete-record.js";
import { updateRecord } from "./update-record.js";

/** Many writes on one object. */
export type BulkWork = {
  create?: readonly JsonObject[];
  update?: readonly { id: string; values: JsonObject; version?: number }[];
  delete?: readonly { id: string; version?: number }[];
};

/** How many rows were written. A refused row is named by its place (`create[3].amount`, `update[0]`) and changes nothing. */
export type BulkResult = { created: number; updated: number; deleted: number; errors: FieldError[] };

/** Rows that share a transaction: enough to save commits, few enough that nobody waits long for their locks. */
const TOGETHER = 200;

/** Creates, changes and deletes many records, each with its event; what is wrong with one row does not stop the others. */
export async function bulkWrite(
  host: Host,
  workspaceId: string,
  object: string,
  work: BulkWork,
  cause: Cause,
): Promise<BulkResult> {
  const drafts = (work.create ?? []).map((values, at) => ({ values, path: `create[${at}]` }));
  const updates = (work.update ?? []).map((row, at) => ({ ...row, path: `update[${at}]` }));
  const deletes = (work.delete ?? []).map((row, at) => ({ ...row, path: `delete[${at}]` }));
  const made = await createMany(host, workspaceId, object, drafts, cause);
  const changed = await updateMany(host, workspaceId, object, updates, cause);
  const gone = await eachTogether(host, workspaceId, object, deletes, async ({ id, version }, _current, tx) => {
    await deleteRecord(host, workspaceId, object, id, cause, version === undefined ? {} : { version }, tx);
    return true;
  });
  return {
    created: made.done,
    updated: changed.done,
    deleted: gone.done,
    errors: [...made.errors, ...changed.errors, ...gone.errors],
  };
}

/** Creates the drafts that are right. Errors are named by each draft's path. */
export async function createMany(
  host: Host,
  workspaceId: string,
  object: string,
  drafts: Draft[],
  cause: Cause,
): Promise<{ done: number; errors: FieldError[] }> {
  const known = await knownObject(host, workspaceId, object);
  let done = 0;
  const errors: FieldError[] = [];
  for (const chunk of chunks(drafts)) {
    const part = await host.db.inTransaction((tx) => createChunk(host, workspaceId, known, chunk, cause, tx));
    done += part.done;
    errors.push(...part.errors);
  }
  return { done, errors };
}

async function createChunk(host: Host, workspaceId: string, known: Known, drafts: Draft[], cause: Cause, tx: Tx) {
  const { rows, errors } = await checkDrafts(host, workspaceId, known, drafts, tx);
  const right = rows.filter(
    ({ path }) => !errors.some((error) => error.path === path || error.path.startsWith(`${path}.`)),
  );
  if (known.storage.kind === "table") {
    const records = await insertChecked(host, workspaceId, known, right, cause, tx);
    return { done: records.length, errors };
  }
  // A host's own validation may still refuse a row.
  let done = 0;
  for (const row of right) {
    const refused = await refusal(row.path, () =>
      host.db.savepoint(tx, () => insertChecked(host, workspaceId, known, [row], cause, tx)),
    );
    errors.push(...refused);
    if (refused.length === 0) done += 1;
  }
  return { done, errors };
}

/** Writes the rows that can be; `done` counts those that really changed something. */
export function updateMany(
  host: Host,
  workspaceId: string,
  object: string,
  rows: { id: string; values: JsonObject; version?: number; path: string }[],
  cause: Cause,
): Promise<{ done: number; errors: FieldError[] }> {
  return eachTogether(host, workspaceId, object, rows, async ({ id, values, version }, current, tx) => {
    const { changes } = await updateRecord(host, workspaceId, object, id, values, cause, { version, current }, tx);
    return changes.length > 0;
  });
}

/** Does the rows one after the other, many to a transaction, each under a savepoint once one may fail half way. */
async function eachTogether<T extends { id: string; path: string }>(
  host: Host,
  workspaceId: string,
  object: string,
  rows: T[],
  write: (row: T, current: RecordRow | undefined, tx: Tx) => Promise<boolean>,
): Promise<{ done: number; errors: FieldError[] }> {
  const { storage } = await knownObject(host, workspaceId, object);
  const total = { done: 0, errors: [] as FieldError[] };
  for (const chunk of chunks(rows)) {
    const part = await host.db.inTransaction(async (tx) => {
      const result = { done: 0, errors: [] as FieldError[] };
      const ids = chunk.map((row) => row.id);
      const locked = await getRecords(host, workspaceId, object, ids, tx, true);
      for (const row of chunk) {
        const current = ids.indexOf(row.id) === ids.lastIndexOf(row.id) ? locked.get(row.id) : undefined;
        const once = async () => {
          if (await write(row, current, tx)) result.done += 1;
        };
        result.errors.push(
          ...(await refusal(row.path, storage.kind === "table" ? once : () => host.db.savepoint(tx, once))),
        );
      }
      return result;
    });
    total.done += part.done;
    total.errors.push(...part.errors);
  }
  return total;
}

/** What a write was refused for, named by the row's place; any other failure is thrown on. */
async function refusal(path: string, write: () => Promise<unknown>): Promise<FieldError[]> {
  try {
    await write();
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.errors.length === 0) return [{ path, message: error.message }];
    return error.errors.map((one) => ({ path: one.path.replace(/^values/, path), message: one.message }));
  }
}

function chunks<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / TOGETHER) }, (_, at) =>
    rows.slice(at * TOGETHER, (at + 1) * TOGETHER),
  );
}
