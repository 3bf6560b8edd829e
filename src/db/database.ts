import { AsyncLocalStorage } from "node:async_hooks";
import pLimit, { type LimitFunction } from "p-limit";
import { type Sequelize, Transaction } from "sequelize";
import { type Param, type Row, rawConnection, type Written } from "./connection.js";
import { breaksTransaction, isRetryable, noteTrouble } from "./database-errors.js";
import {
  emptyBuffer,
  keepInserts,
  keepUpdate,
  type RowUpdate,
  takeAll,
  updateStatement,
  type WriteBuffer,
} from "./write-buffer.js";
import { writersLine } from "./writers-line.js";

/** The two families of SQL Millrace speaks; MariaDB counts as MySQL. */
export type Dialect = "mysql" | "sqlite";

/** An open transaction: Sequelize's own, so that a host's can be handed in. */
export type Tx = Transaction;

/**
 * The one door to the database. Statements use `?` for bound values and the same text on both dialects; they share
 * Sequelize's pool and transactions, not its model layer.
 */
export type Database = {
  readonly sequelize: Sequelize;
  /** Asked in this room alone; what others need to know has a name of its own. */
  readonly dialect: Dialect;
  /** What it is called to people: SQLite, or MySQL or MariaDB. */
  readonly product: string;
  /** One transaction writes at a time, so nobody else decides meanwhile (SQLite). */
  readonly oneWriter: boolean;
  /** Rows of a SELECT. Inside `tx` it sees that transaction's own buffered inserts. */
  all<T extends Row = Row>(sql: string, params?: Param[], tx?: Tx): Promise<T[]>;
  /** The first row, or null. */
  one<T extends Row = Row>(sql: string, params?: Param[], tx?: Tx): Promise<T | null>;
  /**
   * Runs `work`, which reads by Sequelize in the transaction it is handed (`tx`, or the one held by `together`), after what
   * that has kept back is written.
   */
  reading<T>(work: (tx: Tx | undefined) => Promise<T>, tx?: Tx): Promise<T>;
  /** The same for `work` that writes; without a transaction it waits for its turn on SQLite. */
  writing<T>(work: (tx: Tx | undefined) => Promise<T>, tx?: Tx): Promise<T>;
  /**
   * On SQLite a transaction that has read and then wants to write fails when another wrote in between: this makes one of
   * a host's the writer at once. Ours are from their start, and MySQL locks rows instead.
   */
  becomeWriter(tx: Tx): Promise<void>;
  /** A statement that writes. `changes` counts changed rows, not matched ones. */
  run(sql: string, params?: Param[], tx?: Tx): Promise<Written>;
  /** Inserts rows of one shape in one statement (or a few, beyond 400). `orIgnore` skips rows whose key is taken. */
  insert(table: string, rows: Row[], tx?: Tx, orIgnore?: boolean): Promise<Written>;
  /** Like `insert`, but kept until the transaction commits, reads or sets a savepoint: many small inserts become one. */
  insertLater(table: string, rows: Row[], tx: Tx): Promise<void>;
  /**
   * Updates one row by id where `expect` still holds, and says whether it did. In a transaction that joins writes it is
   * kept like `insertLater` and answers true; should it turn out otherwise, the transaction fails.
   */
  updateRow(update: RowUpdate, tx: Tx): Promise<boolean>;
  /**
   * Runs `work` in a transaction at READ COMMITTED (SQLite: IMMEDIATE, one writer at a time) and commits it; a throw
   * rolls back. A deadlock runs `work` again, up to five times, and a busy file for ten seconds, so it must change
   * nothing but rows.
   * With `within` it is part of that transaction instead. `joinWrites`: updates of rows that `work` has locked may wait
   * until the commit (see `updateRow`).
   */
  inTransaction<T>(work: (tx: Tx) => Promise<T>, within?: Tx, joinWrites?: boolean): Promise<T>;
  /**
   * Everything that `work` does in this database, in one transaction, whether the statements name it or not: what it
   * would have committed by itself is undone alone when it throws. Should the transaction be given up, `work` is done again.
   */
  together<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `work` under a savepoint of `tx`: a throw undoes only what `work` wrote, and is thrown on. */
  savepoint<T>(tx: Tx, work: () => Promise<T>): Promise<T>;
};

/** A transaction held for all that is done here; `turn` is null inside of a part of it, where one thing follows another. */
type Held = { tx: Tx; state: { isOpen: boolean }; turn: LimitFunction | null };

/** Wraps a Sequelize instance, our own or a host's. `ownSessions`: the pool already sets READ COMMITTED on connecting. */
export function createDatabase(sequelize: Sequelize, ownSessions = false): Database {
  const dialect: Dialect = sequelize.getDialect() === "sqlite" ? "sqlite" : "mysql";
  const buffers = new WeakMap<Tx, WriteBuffer>();
  const broken = new WeakMap<Tx, unknown>();
  const holdsLock = new AsyncLocalStorage<true>();
  const holding = new AsyncLocalStorage<Held>();

  /** The transaction a statement belongs to: the one it names, else the one held for all that is done here. */
  const current = (tx: Tx | undefined): Tx | undefined => {
    const held = tx ? undefined : holding.getStore();
    return held?.state.isOpen ? held.tx : tx;
  };

  /**
   * Whoever goes on after the database has given a transaction up would write outside of it: from then on every statement
   * in it fails with the same error, and so does its commit, however the error was taken.
   */
  const send = async <T>(tx: Tx | undefined, work: () => Promise<T>): Promise<T> => {
    if (tx) demandWhole(tx);
    try {
      return await work();
    } catch (error) {
      noteTrouble(error);
      if (tx && breaksTransaction(error)) broken.set(tx, error);
      throw error;
    }
  };

  const demandWhole = (tx: Tx): void => {
    if (broken.has(tx)) throw broken.get(tx);
  };

  const flush = async (tx: Tx | undefined): Promise<void> => {
    const buffer = tx && buffers.get(tx);
    if (!buffer) return;
    const { inserts, updates } = takeAll(buffer);
    for (const [table, rows] of inserts) await database.insert(table, rows, tx);
    for (const update of updates) {
      const { sql, params } = updateStatement(update, quote);
      const { changes } = await database.run(sql, params, tx);
      if (changes !== update.ids.length)
        throw new Error(`A row of ${update.table} was not as expected when it was written.`);
    }
  };

  /** SQLite allows one writer: writers of this process queue here instead of failing there. */
  const line = writersLine();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    if (dialect === "mysql") return work();
    if (holdsLock.getStore()) throw new Error("A write inside a transaction must name that transaction.");
    return line(() => holdsLock.run(true, work));
  };

  const attempt = <T>(work: (tx: Tx) => Promise<T>, joinWrites: boolean): Promise<T> =>
    alone(() =>
      sequelize.transaction(
        dialect === "sqlite"
          ? { type: Transaction.TYPES.IMMEDIATE }
          : ownSessions
            ? {}
            : { isolationLevel: Transaction.ISOLATION_LEVELS.READ_COMMITTED },
        async (tx) => {
          buffers.set(tx, emptyBuffer(joinWrites));
          const result = await work(tx);
          await flush(tx);
          demandWhole(tx);
          return result;
        },
      ),
    );

  /** Work that would be a transaction, inside of one that is held: undone alone when it throws. Savepoints take turns. */
  const partOf = <T>(held: Held, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const part = () => holding.run({ ...held, turn: null }, () => database.savepoint(held.tx, () => work(held.tx)));
    return held.turn ? held.turn(part) : part();
  };

  const database: Database = {
    sequelize,
    dialect,
    product: dialect === "sqlite" ? "SQLite" : "MySQL or MariaDB",
    oneWriter: dialect === "sqlite",
    async reading(work, named) {
      const tx = current(named);
      await flush(tx);
      return send(tx, () => work(tx));
    },
    async writing(work, named) {
      const tx = current(named);
      await flush(tx);
      return tx ? send(tx, () => work(tx)) : alone(() => send(tx, () => work(tx)));
    },
    async becomeWriter(tx) {
      if (dialect === "sqlite" && !buffers.has(tx))
        await database.run("UPDATE millrace_locks SET value = value WHERE 1 = 0", [], tx);
    },
    all: <T extends Row>(sql: string, params: Param[] = [], named?: Tx) =>
      database.reading(
        (tx) => rawConnection(sequelize, tx, (connection) => connection.all(sql, params) as Promise<T[]>),
        named,
      ),
    async one<T extends Row>(sql: string, params: Param[] = [], tx?: Tx) {
      return (await database.all<T>(sql, params, tx))[0] ?? null;
    },
    run: (sql, params = [], named) =>
      database.writing((tx) => rawConnection(sequelize, tx, (connection) => connection.run(sql, params)), named),
    async insert(table, rows, named, orIgnore = false) {
      const tx = current(named);
      const total: Written = { changes: 0, insertId: 0 };
      for (let start = 0; start < rows.length; start += 400) {
        const { sql, params } = insertStatement(table, rows.slice(start, start + 400), orIgnore, dialect);
        const write = () => send(tx, () => rawConnection(sequelize, tx, (connection) => connection.run(sql, params)));
        const written = await (tx ? write() : alone(write));
        total.changes += written.changes;
        if (start === 0) total.insertId = written.insertId;
      }
      return total;
    },
    async insertLater(table, rows, tx) {
      const buffer = buffers.get(tx);
      if (!buffer) {
        await database.insert(table, rows, tx);
        return;
      }
      keepInserts(buffer, table, rows);
    },
    async updateRow(update, tx) {
      const buffer = buffers.get(tx);
      if (buffer?.joins) {
        keepUpdate(buffer, update);
        return true;
      }
      const { sql, params } = updateStatement({ ...update, ids: [update.id] }, quote);
      return (await database.run(sql, params, tx)).changes > 0;
    },
    async inTransaction<T>(work: (tx: Tx) => Promise<T>, within?: Tx, joinWrites = false): Promise<T> {
      if (within) return work(within);
      const held = holding.getStore();
      if (held?.state.isOpen) return partOf(held, work);
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(work, joinWrites);
        } catch (error) {
          if (tries >= 5 || dialect === "sqlite" || !isRetryable(error)) throw error;
          await new Promise((resolve) => setTimeout(resolve, tries * 10 * (0.5 + Math.random())));
        }
      }
    },
    together(work) {
      const state = { isOpen: true };
      const open = database.inTransaction((tx) =>
        holding.run({ tx, state, turn: pLimit(1) }, async () => {
          state.isOpen = true;
          return work(tx);
        }),
      );
      // Whatever outlives the work, such as a timer it has set, is no part of it.
      return open.finally(() => {
        state.isOpen = false;
      });
    },
    async savepoint(tx, work) {
      await flush(tx);
      const name = `step_${savepoints++}`;
      await database.run(`SAVEPOINT ${name}`, [], tx);
      try {
        const result = await work();
        await flush(tx);
        await database.run(`RELEASE SAVEPOINT ${name}`, [], tx);
        return result;
      } catch (error) {
        const buffer = buffers.get(tx);
        if (buffer) takeAll(buffer);
        await database.run(`ROLLBACK TO SAVEPOINT ${name}`, [], tx);
        throw error;
      }
    },
  };
  let savepoints = 0;
  return database;
}

function insertStatement(
  table: string,
  rows: Row[],
  orIgnore: boolean,
  dialect: Dialect,
): { sql: string; params: Param[] } {
  const columns = Object.keys(rows[0] ?? {});
  const verb = orIgnore ? (dialect === "mysql" ? "INSERT IGNORE INTO" : "INSERT OR IGNORE INTO") : "INSERT INTO";
  const group = `(${columns.map(() => "?").join(",")})`;
  const sql = `${verb} ${quote(table)} (${columns.map(quote).join(",")}) VALUES ${rows.map(() => group).join(",")}`;
  return { sql, params: rows.flatMap((row) => columns.map((column) => row[column] ?? null)) };
}

/**
 * A table or column name as both dialects quote it. Throws RangeError for a name that is not a plain identifier, so
 * that no text from outside ever becomes SQL.
 */
export function quote(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) throw new RangeError(`"${name}" is not a table or column name.`);
  return `\`${name}\``;
}

/** `?,?,?` for a list of bound values. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(",");
}
