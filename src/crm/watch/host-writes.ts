import type { Tx } from "../../db/index.js";
import type { Cause } from "../../events/index.js";
import { conflict, invalid, notFound } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import type { Watched } from "../objects/watched.js";
import type { Field, RecordRow } from "../record.js";
import { getHostRecords, hostInstance } from "./host-records.js";
import { toHostValues } from "./host-values.js";

/** Our verbs write a host's rows through its own model, so that its validation and hooks run; `watch` writes the event. */
type Fields = ReadonlyMap<string, Field>;

/** Creates a row; values the caller left blank take the model's own defaults. */
export async function createHostRecord(
  watched: Watched,
  fields: Fields,
  values: JsonObject,
  cause: Cause,
  tx: Tx,
): Promise<RecordRow> {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  const instance = await asProblems(() =>
    watched.model.create(toHostValues(watched, fields, given) as never, options(cause, tx)),
  );
  return reread(watched, fields, String(instance.get(watched.model.primaryKeyAttribute)), tx);
}

/** Writes the given fields. 404 when the row is gone. */
export async function updateHostRecord(
  watched: Watched,
  fields: Fields,
  id: string,
  values: JsonObject,
  cause: Cause,
  tx: Tx,
): Promise<RecordRow> {
  const instance = await hostInstance(watched, id, tx);
  if (!instance) throw notFound(watched.options.object, id);
  await asProblems(() => instance.update(toHostValues(watched, fields, values) as never, options(cause, tx)));
  return reread(watched, fields, id, tx);
}

/** Deletes the row as the host's model does: softly when it is paranoid. */
export async function destroyHostRecord(watched: Watched, id: string, cause: Cause, tx: Tx): Promise<void> {
  const instance = await hostInstance(watched, id, tx);
  if (!instance) throw notFound(watched.options.object, id);
  await asProblems(() => instance.destroy(options(cause, tx)));
}

/** Brings a soft-deleted row back. 404 when the model forgets deleted rows, or there is none. */
export async function restoreHostRecord(
  watched: Watched,
  fields: Fields,
  id: string,
  cause: Cause,
  tx: Tx,
): Promise<RecordRow> {
  const instance = watched.model.options.paranoid ? await hostInstance(watched, id, tx, true) : null;
  if (!instance?.isSoftDeleted()) throw notFound("deleted record", id);
  await asProblems(() => instance.restore(options(cause, tx)));
  return reread(watched, fields, id, tx);
}

function options(cause: Cause, transaction: Tx): { transaction: Tx; millrace: Cause } {
  return { transaction, millrace: cause };
}

async function reread(watched: Watched, fields: Fields, id: string, tx: Tx): Promise<RecordRow> {
  const record = (await getHostRecords(watched, fields, [id], tx)).get(id);
  if (!record) throw notFound(watched.options.object, id);
  return record;
}

async function asProblems<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { name, errors } = error as { name?: string; errors?: { path?: string | null; message: string }[] };
    if (name === "SequelizeOptimisticLockError") throw conflict("stale", "This record was changed by someone else.");
    if (name === "SequelizeUniqueConstraintError" || name === "SequelizeValidationError") {
      throw invalid((errors ?? []).map((one) => ({ path: `values.${one.path ?? ""}`, message: `${one.message}.` })));
    }
    throw error;
  }
}
