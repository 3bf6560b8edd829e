import { type Model, type ModelStatic, Op } from "sequelize";
import { type Tx, uniqueKeysOf } from "../../db/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { WriteOptions } from "./capture.js";

/** Beyond this many rows a bulk write is not pinned to the very rows read before it; its statement would grow too long. */
const PINNED_UP_TO = 10_000;

/** The keys of the rows a bulk write's `where` means, in this scope, locked until the transaction ends. */
export async function rowsMatching(
  model: ModelStatic<Model>,
  options: WriteOptions,
  paranoid: boolean,
  tx: Tx,
): Promise<unknown[]> {
  const { where, limit, order } = options as { where: object; limit?: number; order?: never };
  const rows: unknown = await model.findAll({
    attributes: [model.primaryKeyAttribute],
    where: where as never,
    ...(limit === undefined ? {} : { limit }),
    ...(order === undefined ? {} : { order }),
    paranoid,
    transaction: tx,
    lock: tx.LOCK.UPDATE,
    raw: true,
  });
  return keys(model, rows as JsonObject[]);
}

/** The `where` that pins a bulk write to the rows that were read, so that none joins them in between. */
export function sameKeys(
  model: ModelStatic<Model>,
  found: readonly unknown[],
  options: WriteOptions,
): { where?: unknown } {
  if (found.length > PINNED_UP_TO && options["limit"] === undefined) return {};
  return { where: { [model.primaryKeyAttribute]: found } };
}

/** The keys of stored rows that share the primary key or a unique key with any of `records`. */
export async function identified(model: ModelStatic<Model>, records: readonly unknown[], tx: Tx): Promise<unknown[]> {
  const wheres = records.flatMap((record) => wheresOf(model, plain(record)));
  const found: unknown[] = [];
  for (let start = 0; start < wheres.length; start += 200) {
    const rows: unknown = await model.unscoped().findAll({
      attributes: [model.primaryKeyAttribute],
      where: { [Op.or]: wheres.slice(start, start + 200) } as never,
      paranoid: false,
      transaction: tx,
      lock: tx.LOCK.UPDATE,
      raw: true,
    });
    found.push(...keys(model, rows as JsonObject[]));
  }
  return found;
}

/** True when the values hold the primary key or a whole unique key: the row they mean can be looked up. */
export function hasKey(model: ModelStatic<Model>, record: unknown): boolean {
  return wheresOf(model, plain(record)).length > 0;
}

/**
 * The positions of `records`, in groups that one INSERT each can take. Generated ids are only certain when every row of
 * the statement is new and none brings its own: rows that may merge, rows with an id and rows without go separately.
 */
export function groupsOf(
  model: ModelStatic<Model>,
  records: readonly unknown[],
  merged: readonly unknown[],
): number[][] {
  const groups: [number[], number[], number[]] = [[], [], []];
  records.forEach((record, at) => {
    const kind = merged.includes(record) ? 0 : (plain(record)[model.primaryKeyAttribute] ?? null) === null ? 2 : 1;
    groups[kind].push(at);
  });
  return groups.filter((group) => group.length > 0);
}

function wheresOf(model: ModelStatic<Model>, values: JsonObject): JsonObject[] {
  const attributeOf = new Map(
    Object.entries(model.getAttributes()).map(([name, attribute]) => [attribute.field ?? name, name]),
  );
  return [[model.primaryKeyAttribute], ...uniqueKeysOf(model)]
    .map((group) => group.map((column) => attributeOf.get(column) ?? column))
    .filter((group) => group.length > 0 && group.every((name) => values[name] !== null && values[name] !== undefined))
    .map((group) => Object.fromEntries(group.map((name) => [name, values[name]])));
}

function plain(record: unknown): JsonObject {
  const instance = record as { get?: (options: { plain: true }) => JsonObject };
  if (typeof instance?.get === "function") return instance.get({ plain: true });
  return isObject(record) ? record : {};
}

function keys(model: ModelStatic<Model>, rows: JsonObject[]): unknown[] {
  return [...new Set(rows.map((row) => row[model.primaryKeyAttribute]))];
}
