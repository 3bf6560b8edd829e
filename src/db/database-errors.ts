type Coded = { code?: string; errno?: number; parent?: Coded; original?: Coded; message?: string };

function codeOf(error: unknown): string {
  const coded = error as Coded;
  return coded?.parent?.code ?? coded?.original?.code ?? coded?.code ?? "";
}

/** True when the same work may well succeed at once: a deadlock, a lock wait that ran out, a busy SQLite file. */
export function isRetryable(error: unknown): boolean {
  return (
    /^(ER_LOCK_DEADLOCK|ER_LOCK_WAIT_TIMEOUT|SQLITE_BUSY|SQLITE_LOCKED)/.test(codeOf(error)) ||
    /SQLITE_BUSY|Record has changed since last read/.test((error as Coded)?.message ?? "")
  );
}

/** True when a unique key refused a row. */
export function isDuplicate(error: unknown): boolean {
  return (
    /^(ER_DUP_ENTRY|SQLITE_CONSTRAINT)/.test(codeOf(error)) || /UNIQUE constraint/.test((error as Coded)?.message ?? "")
  );
}

/**
 * True when the database has given up the whole transaction, not one statement: nothing done in it holds any more, so
 * the error belongs to whoever opened it. A deadlock, a lost connection, a full or read-only disk.
 */
export function breaksTransaction(error: unknown): boolean {
  return isRetryable(error) || isFatal(error);
}

const troubles = new WeakSet<object>();

/** Notes that an error came from our own database, whatever it looks like to others. */
export function noteTrouble(error: unknown): void {
  if (typeof error === "object" && error !== null && breaksTransaction(error)) troubles.add(error);
}

/** True when our own database was not well, with or without a transaction: an error of another one is none of this. */
export function isTrouble(error: unknown): boolean {
  return typeof error === "object" && error !== null && troubles.has(error);
}

const fatalCodes =
  /^(PROTOCOL_|SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOMEM|INTERRUPT)|ER_(OPTION_PREVENTS_STATEMENT|DISK_FULL|RECORD_FILE_FULL|SERVER_SHUTDOWN|QUERY_INTERRUPTED|CON_COUNT_ERROR|READ_ONLY_MODE))/;

function isFatal(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { fatal, code, name, parent } = error as { fatal?: unknown; code?: unknown; name?: unknown; parent?: unknown };
  return (
    fatal === true ||
    (typeof name === "string" && name.startsWith("SequelizeConnection")) ||
    (typeof code === "string" && fatalCodes.test(code)) ||
    (parent !== undefined && parent !== error && isFatal(parent))
  );
}
