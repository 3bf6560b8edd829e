import type {
  BulkCreateOptions,
  CountOptions,
  FindOptions,
  IncrementDecrementOptionsWithBy,
  Model,
  ModelStatic,
  WhereOptions,
} from "sequelize";
import type { Columns, NewRow, RowOf } from "./columns.js";
import type { Database, Tx } from "./database.js";
import { isDuplicate } from "./database-errors.js";
import { modelOf, type TableOptions } from "./model.js";
import { readRow, storedRow } from "./row.js";
import { writeErrors } from "./write-errors.js";

type Within = { transaction?: Tx | undefined };
type Chosen<Row> = Within & { where: WhereOptions<Row>; limit?: number };

/** Sequelize's options of a SELECT. `lock: true` keeps the rows from others until the transaction ends. */
export type Find<Row> = Omit<FindOptions<Row>, "transaction" | "raw" | "nest" | "plain" | "hooks"> & Within;

/**
 * A table as its Sequelize model, with Sequelize's verbs under their names. What differs: rows are plain values, never
 * instances, read alike on both dialects; a write takes its turn on SQLite and sees what the transaction has kept back;
 * what the columns' `validate` refuses is a 422 Problem that names the column.
 */
export type Table<Row, New> = {
  readonly model: ModelStatic<Model>;
  /** `With` types what `include` adds; of a row that is not there it is null. Each is one row: read many by themselves. */
  findAll<With extends object = object>(options?: Find<Row>): Promise<(Row & With)[]>;
  findOne<With extends object = object>(options: Find<Row>): Promise<(Row & With) | null>;
  count(options?: Omit<CountOptions<Row>, "transaction"> & Within): Promise<number>;
  /** Answers the row with its defaults and its key. */
  create(row: New, options?: Within): Promise<Row>;
  /** False, and nothing else, when its key is taken: by a row that was there, or that somebody makes at this instant. */
  createUnlessThere(row: New, tx?: Tx): Promise<boolean>;
  bulkCreate(rows: readonly New[], options?: Within & Pick<BulkCreateOptions, "ignoreDuplicates">): Promise<void>;
  /** Makes the row, or overwrites all given columns of the one with its key. */
  upsert(row: New, options?: Within): Promise<void>;
  /**
   * How many rows it changed. With what must still hold in `where` it is a compare-and-set: 0 says that somebody else
   * was first.
   */
  update(values: Partial<Row>, options: Chosen<Row>): Promise<number>;
  increment(column: keyof Row & string, options: Within & { where: WhereOptions<Row>; by?: number }): Promise<void>;
  destroy(options: Chosen<Row>): Promise<number>;
  /** The row as it is now, kept from others until `tx` ends: *read under it what you decide on*. Null when there is none. */
  lockRow(where: WhereOptions<Row>, tx: Tx): Promise<Row | null>;
  /** Like `bulkCreate`, but written when the transaction commits or reads: many small ones become one statement. */
  createLater(rows: readonly New[], tx: Tx): Promise<void>;
};

/** A table's definition. Called with a database it is the model there; with a workspace too, its rows of that workspace. */
export type TableDefinition<C extends Columns> = {
  (db: Database, workspaceId?: string): Table<RowOf<C>, NewRow<C>>;
  readonly table: string;
  readonly columns: C;
};

/** Every table defined in this process, by name: what the tests compare with the migrations. */
export const definedTables = new Map<string, TableDefinition<Columns>>();

/**
 * Defines a table. Its model is made when a database first asks for it, once for each: two may be open in a process, and
 * a host's Sequelize gets a model of ours only under our name, which its `sync` leaves alone.
 */
export function defineTable<C extends Columns>(
  table: string,
  columns: C,
  options: TableOptions = {},
): TableDefinition<C> {
  const made = new WeakMap<Database, Table<RowOf<C>, NewRow<C>>>();
  const of = (db: Database, workspaceId?: string) => {
    let known = made.get(db);
    if (!known) {
      known = verbs<C>(db, modelOf(db, table, columns, options), columns);
      made.set(db, known);
      // Only now: two tables may belong to each other.
      options.associate?.(known.model, db);
    }
    if (workspaceId === undefined) return known;
    return verbs<C>(db, known.model.scope({ method: ["workspace", workspaceId] }), columns);
  };
  const definition = Object.assign(of, { table, columns });
  definedTables.set(table, definition as unknown as TableDefinition<Columns>);
  return definition;
}

function verbs<C extends Columns>(db: Database, model: ModelStatic<Model>, columns: C): Table<RowOf<C>, NewRow<C>> {
  type Row = RowOf<C>;
  /** `null`: no transaction, not the one a host's ambient context may hold. */
  const plain = <O extends Within>(options: O, tx: Tx | undefined) => ({
    ...options,
    transaction: tx ?? null,
    hooks: false,
  });
  const writing = <T>(named: Tx | undefined, work: (tx: Tx | undefined) => Promise<T>) =>
    db.writing((tx) => writeErrors(() => work(tx)), named);
  const verbs: Table<Row, NewRow<C>> = {
    model,
    findAll: <With extends object = object>(options: Find<Row> = {}) =>
      db.reading(async (tx) => {
        if (cannotMatch(options.where, columns)) return [];
        const rows: unknown = await writeErrors(() => model.findAll({ ...plain(options, tx), raw: true, nest: true }));
        return (rows as Record<string, unknown>[]).map((row) => readRow(row, columns, model) as Row & With);
      }, options.transaction),
    async findOne<With extends object = object>(options: Find<Row>) {
      return (await verbs.findAll<With>({ ...options, limit: 1 }))[0] ?? null;
    },
    count: (options = {}) =>
      db.reading(async (tx) => Number(await writeErrors(() => model.count(plain(options, tx)))), options.transaction),
    create: (row, options = {}) =>
      writing(options.transaction, async (tx) => {
        const made = await model.create(row as Record<string, unknown>, plain(options, tx));
        return readRow({ ...blank(columns), ...made.get() }, columns, model) as Row;
      }),
    createUnlessThere: async (row, tx) => {
      try {
        await verbs.create(row, { transaction: tx });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    bulkCreate: (rows, options = {}) =>
      writing(options.transaction, async (tx) => {
        if (rows.length === 0) return;
        await model.bulkCreate(rows as Record<string, unknown>[], { ...plain(options, tx), validate: true });
      }),
    upsert: (row, options = {}) =>
      writing(options.transaction, async (tx) => {
        await model.upsert(row as Record<string, unknown>, plain(options, tx));
      }),
    update: (values, options) =>
      writing(options.transaction, async (tx) =>
        cannotMatch(options.where, columns) ? 0 : (await model.update(values, plain(options, tx)))[0],
      ),
    increment: (column, { where, by = 1, transaction }) =>
      writing(transaction, async (tx) => {
        const options = { where, by, transaction: tx ?? null } as IncrementDecrementOptionsWithBy;
        await model.increment(column, options);
      }),
    destroy: (options) =>
      writing(options.transaction, async (tx) =>
        cannotMatch(options.where, columns) ? 0 : model.destroy(plain(options, tx)),
      ),
    lockRow: async (where, tx) => {
      await db.becomeWriter(tx);
      return verbs.findOne({ where, lock: true, transaction: tx });
    },
    async createLater(rows, tx) {
      const stored = await Promise.all(rows.map((row) => writeErrors(() => storedRow(row, columns, model))));
      await db.insertLater(model.tableName, stored, tx);
    },
  };
  return verbs;
}

/** True when a column of ASCII is asked for something else, which MySQL would refuse to compare. */
function cannotMatch(where: unknown, columns: Columns): boolean {
  return Object.entries(where ?? {}).some(
    ([name, value]) =>
      typeof value === "string" && /^code\(/.test(columns[name]?.kind ?? "") && !/^[\x20-\x7e]*$/.test(value),
  );
}

function blank(columns: Columns): Record<string, null> {
  return Object.fromEntries(Object.keys(columns).map((name) => [name, null]));
}
