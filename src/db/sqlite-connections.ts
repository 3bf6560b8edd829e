import type { Sequelize } from "sequelize";
import { connectionManager, ownerOf } from "./sequelize-internals.js";

type Connection = { exec(sql: string, done: (error: Error | null) => void): void };

const PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON;";

/** More connections than this are not kept; there is one writer, and a few readers inside transactions of a host. */
const KEPT = 4;

/**
 * Sequelize opens the file anew for every transaction and calls no connect hook on SQLite. This keeps connections that
 * are done with for the next transaction, and gives each new one the settings durability needs.
 */
export function keepConnections(sequelize: Sequelize): void {
  const manager = connectionManager(sequelize);
  const open = manager.getConnection.bind(manager);
  const close = manager.releaseConnection.bind(manager);
  const idle: unknown[] = [];
  const settled = new WeakMap<object, Promise<void>>();

  manager.getConnection = async (options) => {
    const uuid = options.uuid ?? "default";
    const free = manager.connections[uuid] ? undefined : idle.pop();
    if (free) manager.connections[uuid] = free;
    const connection = (await open(options)) as Connection;
    const ready = settled.get(connection) ?? settle(connection);
    settled.set(connection, ready);
    await ready;
    return connection;
  };

  manager.releaseConnection = (connection, force) => {
    const owner = ownerOf(connection);
    if (!owner || force || idle.length >= KEPT) {
      close(connection, force);
      return;
    }
    delete manager.connections[owner];
    idle.push(connection);
  };

  const closeAll = sequelize.close.bind(sequelize);
  sequelize.close = async () => {
    idle.forEach((connection, place) => {
      manager.connections[`idle ${place}`] = connection;
    });
    idle.length = 0;
    await closeAll();
  };
}

function settle(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.exec(PRAGMAS, (error) => (error ? reject(error) : resolve()));
  });
}
