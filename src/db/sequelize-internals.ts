import type { Model, ModelStatic, Sequelize, Transaction } from "sequelize";

/*
 * Everything of Sequelize 6 that Millrace uses without a promise that it stays. Who upgrades Sequelize reads this file;
 * `test/db/sequelize-internals.test.ts` says which part has moved, and no other file may reach for such a part.
 */

/** The connections of a Sequelize instance. `connections` are SQLite's open ones, by the transaction they belong to. */
export type ConnectionManager = {
  connections: Record<string, unknown>;
  getConnection(options: { type?: "read" | "write"; uuid?: string }): Promise<unknown>;
  releaseConnection(connection: unknown, force?: boolean): unknown;
};

/** Lends connections, those of the driver itself: bound SQL goes over them without Sequelize's own reading of values. */
export function connectionManager(sequelize: Sequelize): ConnectionManager {
  return sequelize.connectionManager as unknown as ConnectionManager;
}

/** The driver's connection on which a transaction runs. */
export function connectionOf(tx: Transaction): unknown {
  return (tx as unknown as { connection: unknown }).connection;
}

/** Which transaction SQLite's connection belongs to; nothing for the one that all others share. */
export function ownerOf(connection: unknown): string | undefined {
  return (connection as { uuid?: string | undefined }).uuid;
}

/**
 * The transaction a host opened around the calls it makes (`Sequelize.useCLS`). The host may use another copy of
 * Sequelize than ours: its class is asked, not the one imported here.
 */
export function ambientTransaction(sequelize: Sequelize): Transaction | undefined {
  const { _cls } = sequelize.constructor as { _cls?: { get(name: string): Transaction | undefined } };
  return _cls?.get("transaction");
}

/** The names a host's model gave to what Sequelize keeps itself. */
export function timestampsOf(model: ModelStatic<Model>): {
  createdAt?: string;
  updatedAt?: string;
  deletedAt?: string;
  version?: string;
} {
  const { _timestampAttributes, _versionAttribute } = model as unknown as {
    _timestampAttributes: { createdAt?: string; updatedAt?: string; deletedAt?: string };
    _versionAttribute?: string | false;
  };
  return { ..._timestampAttributes, ...(_versionAttribute ? { version: _versionAttribute } : {}) };
}

/** The unique keys of a model, each as its columns. */
export function uniqueKeysOf(model: ModelStatic<Model>): string[][] {
  const { _indexes, uniqueKeys } = model as unknown as {
    _indexes: { unique?: boolean; where?: unknown; fields: unknown[] }[];
    uniqueKeys: Record<string, { fields: string[] }>;
  };
  return [
    ...Object.values(uniqueKeys).map((key) => key.fields),
    ..._indexes.filter((index) => index.unique && !index.where).map((index) => index.fields.map(columnOf)),
  ];
}

function columnOf(field: unknown): string {
  if (typeof field === "string") return field;
  const { name, attribute } = field as { name?: string; attribute?: string };
  return String(name ?? attribute);
}
