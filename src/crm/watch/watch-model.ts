import type { Model, ModelStatic } from "sequelize";
import { quote, type Tx } from "../../db/index.js";
import type { Host } from "../host.js";
import { columnOf, tableNameOf, type WatchOptions } from "../objects/describe-model.js";
import { forgetSchemas } from "../objects/schema.js";
import type { Watched } from "../objects/watched.js";
import { captured, type WriteOptions } from "./capture.js";
import { groupsOf, hasKey, identified, rowsMatching, sameKeys } from "./row-keys.js";

type Method = (this: unknown, ...given: unknown[]) => Promise<unknown>;
type Methods = Record<string, Method>;

/**
 * Makes a host's own Sequelize model an object of Millrace. From now on every write through the model (`create save
 * update destroy restore increment decrement upsert bulkCreate truncate`, single and in bulk, with or without hooks) also
 * writes its event, in the host's transaction or, when it passes none, in one opened around the write. Raw SQL and the
 * children of a `bulkCreate` with `include` are not seen. On SQLite, which has one writer, hooks of the host that write
 * must pass the transaction they are given. A model watched again, by a Millrace made later, is the later one's alone. Throws RangeError for a model without a single primary key, an unknown label
 * attribute, names that are no plain identifiers, or a model of another Sequelize instance.
 */
export function watchModel(host: Host, model: ModelStatic<Model>, options: WatchOptions): void {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(options.object))
    throw new RangeError(`"${options.object}" is not an object name.`);
  if (model.primaryKeyAttributes.length !== 1)
    throw new RangeError(`${model.name} needs exactly one primary key to be watched.`);
  if (!(options.label in model.getAttributes()))
    throw new RangeError(`${model.name} has no attribute "${options.label}" to label its records with.`);
  if (model.sequelize !== host.db.sequelize)
    throw new RangeError(`${model.name} belongs to another Sequelize instance.`);
  // A search builds SQL from these names: better refused now than at the first search.
  for (const name of [tableNameOf(model), ...Object.keys(model.getAttributes()).map((one) => columnOf(model, one))])
    quote(name);
  const watched: Watched = { kind: "model", model, options, workspace: options.workspace ?? "default" };
  const already = host.objects.watched.get(options.object);
  if (already) throw new RangeError(`The object "${options.object}" is watched already.`);
  host.objects.watched.set(options.object, watched);
  forgetSchemas(host);
  watchers.set(model, watched);
  wrapInstances(host, watched);
  wrapBulk(host, watched);
}

/** `save` is behind create and instance.update too; destroy and restore of a paranoid row call it in turn. */
function wrapInstances(host: Host, watched: Watched): void {
  const methods = watched.model.prototype as unknown as Methods;
  for (const name of ["save", "destroy", "restore"]) {
    wrap(watched, methods, name, (original, instance, given) => {
      const row = instance as Model;
      const options = { ...((given[0] ?? {}) as WriteOptions) };
      return captured(host, watched, options, {
        touches: async () => (row.isNewRecord ? [] : keysOf(watched, row)),
        write: (tx) => original.call(row, { ...options, transaction: tx }),
        made: () => keysOf(watched, row),
      });
    });
  }
}

function wrapBulk(host: Host, watched: Watched): void {
  const methods = watched.model as unknown as Methods;
  const byWhere = (name: string, at: number, paranoid: (options: WriteOptions) => boolean) =>
    wrap(watched, methods, name, (original, scoped, given) => {
      const options = whereOptions(given[at]);
      if (!options) return original.apply(scoped, given);
      let keys: readonly unknown[] = [];
      return captured(host, watched, options, {
        touches: async (tx) => {
          keys = await rowsMatching(
            name === "restore" ? watched.model.unscoped() : (scoped as ModelStatic<Model>),
            options,
            paranoid(options),
            tx,
          );
          return keys;
        },
        write: (tx) =>
          original.apply(
            scoped,
            given.with(at, { ...options, ...sameKeys(watched.model, keys, options), transaction: tx }),
          ),
      });
    });
  byWhere("update", 1, (options) => options["paranoid"] !== false);
  byWhere("destroy", 0, (options) => options["force"] !== true);
  byWhere("restore", 0, () => false);
  byWhere("increment", 1, () => false);
  wrapUpserts(host, watched, methods);
  wrapFindOrCreate(host, watched, methods);
}

/** Sequelize would open a transaction of its own, which on SQLite may read before it wants to write. */
function wrapFindOrCreate(host: Host, watched: Watched, methods: Methods): void {
  wrap(watched, methods, "findOrCreate", (original, scoped, [given]) => {
    const options = { ...((given ?? {}) as WriteOptions) };
    const write = (transaction: Tx) => original.call(scoped, { ...options, transaction });
    return captured(host, watched, options, { touches: async () => [], write });
  });
}

function wrapUpserts(host: Host, watched: Watched, methods: Methods): void {
  wrap(watched, methods, "upsert", (original, scoped, [values, given]) => {
    const options = { ...((given ?? {}) as WriteOptions) };
    return captured(host, watched, options, {
      touches: (tx) => identified(watched.model, [values], tx),
      write: (tx) => original.call(scoped, values, { ...options, transaction: tx }),
      made: (result, tx) =>
        hasKey(watched.model, values)
          ? identified(watched.model, [values], tx)
          : keysOf(watched, (result as [Model])[0]),
    });
  });
  wrap(watched, methods, "bulkCreate", (original, scoped, [records, given]) => {
    const options = { ...((given ?? {}) as WriteOptions) };
    const rows = records as unknown[];
    const merged =
      options["ignoreDuplicates"] || options["updateOnDuplicate"]
        ? rows.filter((row) => hasKey(watched.model, row))
        : [];
    return captured(host, watched, options, {
      touches: (tx) => identified(watched.model, merged, tx),
      write: async (tx) => {
        const made: Model[] = [];
        for (const group of groupsOf(watched.model, rows, merged)) {
          const part = await original.call(
            scoped,
            group.map((at) => rows[at]),
            { ...options, transaction: tx },
          );
          group.forEach((at, n) => {
            made[at] = (part as Model[])[n] as Model;
          });
        }
        return made;
      },
      made: async (result, tx) => [
        ...(await identified(watched.model, merged, tx)),
        ...result.filter((_row, at) => !merged.includes(rows[at])).flatMap((row) => keysOf(watched, row)),
      ],
    });
  });
}

/** Wrappers stay on a model for good; only those of the Millrace that watched it last do something. */
const watchers = new WeakMap<ModelStatic<Model>, Watched>();

function wrap(
  watched: Watched,
  methods: Methods,
  name: string,
  around: (original: Method, self: unknown, given: unknown[]) => Promise<unknown>,
): void {
  const original = methods[name];
  if (!original) return;
  Object.defineProperty(methods, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...given: unknown[]) {
      return watchers.get(watched.model) === watched ? around(original, this, given) : original.apply(this, given);
    },
  });
}

/** Bulk options as they were given; null leaves the complaint about a missing `where` to Sequelize. TRUNCATE would commit. */
function whereOptions(given: unknown): WriteOptions | null {
  const options = { ...((given ?? {}) as WriteOptions) };
  if (options["truncate"]) return { ...options, truncate: false, where: {} };
  return options["where"] ? options : null;
}

/** The key of an instance, before and after a change of the key itself. */
function keysOf(watched: Watched, row: Model | null | undefined): unknown[] {
  const key = watched.model.primaryKeyAttribute;
  const keys = row ? [row.getDataValue(key as never), row.previous(key as never)] : [];
  return keys.filter((value) => value !== null && value !== undefined);
}
