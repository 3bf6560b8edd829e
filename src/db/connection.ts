import type { Connection, ResultSetHeader } from "mysql2";
import type { Sequelize, Transaction } from "sequelize";
import { connectionManager, connectionOf } from "./sequelize-internals.js";

/** A value bound to a `?`. JSON goes in as text. */
export type Param = string | number | boolean | null | Date | Buffer;

/** One row, by column name, as the driver gives it. */
export type Row = Record<string, Param>;

/** What a write did: changed rows, and the first generated id (0 when the table makes none). */
export type Written = { changes: number; insertId: number };

type Raw = { all(sql: string, params: Param[]): Promise<Row[]>; run(sql: string, params: Param[]): Promise<Written> };

type SqliteConnection = {
  all(sql: string, params: unknown[], done: (error: Error | null, rows: Row[]) => void): void;
  run(
    sql: string,
    params: unknown[],
    done: (this: { changes: number; lastID: number }, error: Error | null) => void,
  ): void;
};

/** Beyond this many values a prepared statement would rarely be met again; the text protocol costs one round trip. */
const PREPARED_UP_TO = 40;

/** Lends the driver's own connection of `tx`, or one of the pool, for the length of `work`. */
export async function rawConnection<T>(
  sequelize: Sequelize,
  tx: Transaction | undefined,
  work: (connection: Raw) => Promise<T>,
): Promise<T> {
  const wrap = sequelize.getDialect() === "sqlite" ? sqlite : mysql;
  if (tx) return work(wrap(connectionOf(tx)));
  const manager = connectionManager(sequelize);
  const connection = await manager.getConnection({ type: "write", uuid: "default" });
  try {
    return await work(wrap(connection));
  } finally {
    await manager.releaseConnection(connection);
  }
}

function mysql(connection: unknown): Raw {
  const raw = connection as Connection;
  const send = <R>(sql: string, params: Param[]): Promise<R> =>
    new Promise((resolve, reject) => {
      const done = (error: (Error & { sql?: string }) | null, result: unknown) => {
        // The statement's text holds people's data, and errors end up in logs.
        if (error) error.sql = sql.slice(0, 200);
        if (error) reject(error);
        else resolve(result as R);
      };
      if (params.length > PREPARED_UP_TO || /^(SAVEPOINT|RELEASE|ROLLBACK)/.test(sql)) raw.query(sql, params, done);
      else raw.execute(sql, params, done);
    });
  return {
    all: (sql, params) => send<Row[]>(sql, params),
    run: async (sql, params) => {
      const result = await send<ResultSetHeader>(sql, params);
      return { changes: result.affectedRows, insertId: result.insertId };
    },
  };
}

function sqlite(connection: unknown): Raw {
  const raw = connection as SqliteConnection;
  const bind = (params: Param[]) => params.map(sqliteValue);
  return {
    all: (sql, params) =>
      new Promise((resolve, reject) => {
        raw.all(sql, bind(params), (error, rows) => (error ? reject(error) : resolve(rows)));
      }),
    run: (sql, params) =>
      new Promise((resolve, reject) => {
        raw.run(sql, bind(params), function (error) {
          if (error) reject(error);
          else resolve({ changes: this.changes, insertId: this.lastID });
        });
      }),
  };
}

/** SQLite has no dates and no booleans: dates take the text Sequelize itself writes, booleans 0 and 1. */
function sqliteValue(value: Param): unknown {
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", " +00:00");
  return typeof value === "boolean" ? Number(value) : value;
}
