import type { Sequelize } from "sequelize";
import { connectionManager, ownerOf } from "./sequelize-internals.js";

type Connection = { exec(sql: string, done: (error: Error | null) => void): void };

/** Longest a write waits for the file while another process holds it; then whoever asked is told so. */
export const BUSY_MS = 10_000;

/** One try of a transaction to begin: short, because the other writers of this process stand in line behind it. */
const TRY_MS = 2_500;

const pragmas = (busyMs: number) =>
  `PRAGMA busy_timeout=${busyMs}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;`;

/** More connections than this are not kept; there is one writer, and a few readers inside transactions of a host. */
const KEPT = 4;

/**
 * Sequelize opens the file anew for every transaction and calls no connect hook on SQLite. This keeps connections that
 * are done with for the next transaction, and gives each new one the settings durability needs.
 */
export function keepConnections(sequelize: Sequelize, file: string): void {
  const manager = connectionManager(sequelize);
  const open = manager.getConnection.bind(manager);
  const close = manager.releaseConnection.bind(manager);
  const idle: unknown[] = [];
  const settled = new WeakMap<object, Promise<void>>();

  manager.getConnection = async (options) => {
    const uuid = options.uuid ?? "default";
    const free = manager.connections[uuid] ? undefined : idle.pop();
    if (free) manager.connections[uuid] = free;
    try {
      const connection = (await open(options)) as Connection;
      const ready = settled.get(connection) ?? settle(connection, uuid === "default" ? BUSY_MS : TRY_MS);
      settled.set(connection, ready);
      await ready;
      return connection;
    } catch (error) {
      // Sequelize keeps what it could not open, and would hand it to the next who asks, where no statement ever ends.
      delete manager.connections[uuid];
      throw notOpened(error, file);
    }
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

/** The driver's error, which knows no file, says which one and what can be done. */
function notOpened(error: unknown, file: string): unknown {
  if (error instanceof Error)
    error.message = `The SQLite file ${file} cannot be opened for reading and writing: ${error.message}. Is it a file, and may this user write it and its folder?`;
  return error;
}

function settle(connection: Connection, busyMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.exec(pragmas(busyMs), (error) => (error ? reject(error) : resolve()));
  });
}
