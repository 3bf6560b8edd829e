import type { Model } from "sequelize";
import type { Tx } from "../../db/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Watched } from "../objects/watched.js";
import type { Field, RecordRow } from "../record.js";
import { isNumeric, recordFromHost } from "./host-values.js";

/** Rows of a host's model by id; ids its key cannot have are left out. With `lock` and `tx` they stay locked. */
export async function getHostRecords(
  watched: Watched,
  fields: ReadonlyMap<string, Field>,
  ids: readonly string[],
  tx?: Tx,
  lock = false,
): Promise<Map<string, RecordRow>> {
  const rows = await readRows(watched, ids, { tx, lock, deleted: false });
  return new Map(
    rows.map((row) => {
      const record = recordFromHost(watched, fields.values(), row);
      return [record.id, record] as const;
    }),
  );
}

/** Those of `ids` that are rows of the model, each by itself. */
export async function existingHostIds(watched: Watched, ids: readonly string[], tx?: Tx): Promise<Map<string, string>> {
  const rows = await readRows(watched, ids, { tx, lock: false, deleted: false });
  return new Map(
    rows.map((row) => [String(row[watched.model.primaryKeyAttribute]), String(row[watched.model.primaryKeyAttribute])]),
  );
}

/** The model's rows as plain objects, past every scope of the host's; `deleted` includes soft-deleted ones. */
export async function readRows(
  watched: Watched,
  ids: readonly unknown[],
  { tx, lock, deleted }: { tx: Tx | undefined; lock: boolean; deleted: boolean },
): Promise<JsonObject[]> {
  const { model } = watched;
  const key = model.primaryKeyAttribute;
  const keys = [...new Set(ids.map(String))].filter((id) => !isNumeric(watched, key) || /^-?\d{1,19}$/.test(id));
  const found: JsonObject[] = [];
  for (let start = 0; start < keys.length; start += 1000) {
    const rows: unknown = await model.unscoped().findAll({
      where: { [key]: keys.slice(start, start + 1000) } as never,
      order: [[key, "ASC"]],
      paranoid: !deleted,
      raw: true,
      ...(tx ? { transaction: tx } : {}),
      ...(tx && lock ? { lock: tx.LOCK.UPDATE } : {}),
    });
    found.push(...(rows as JsonObject[]));
  }
  return found;
}

/** The row with that id as the host's own instance, locked for this transaction; null when there is none. */
export async function hostInstance(watched: Watched, id: string, tx: Tx, deleted = false): Promise<Model | null> {
  const key = watched.model.primaryKeyAttribute;
  if (isNumeric(watched, key) && !/^-?\d{1,19}$/.test(id)) return null;
  return watched.model
    .unscoped()
    .findOne({ where: { [key]: id } as never, transaction: tx, lock: tx.LOCK.UPDATE, paranoid: !deleted });
}
