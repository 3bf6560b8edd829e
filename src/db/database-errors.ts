type Coded = { code?: string; errno?: number; parent?: Coded; original?: Coded; message?: string };

function codeOf(error: unknown): string {
  const coded = error as Coded;
  return coded?.parent?.code ?? coded?.original?.code ?? coded?.code ?? "";
}

/** True when the same work may well succeed at once: a deadlock, a lock wait that ran out, a busy SQLite file. */
export function isRetryable(error: unknown): boolean {
  return /^(ER_LOCK_DEADLOCK|ER_LOCK_WAIT_TIMEOUT|SQLITE_BUSY|SQLITE_LOCKED)/.test(codeOf(error)) ||
    /SQLITE_BUSY|Record has changed since last read/.test((error as Coded)?.message ?? "");
}

/** True when a unique key refused a row. */
export function isDuplicate(error: unknown): boolean {
  return /^(ER_DUP_ENTRY|SQLITE_CONSTRAINT)/.test(codeOf(error)) || /UNIQUE constraint/.test((error as Coded)?.message ?? "");
}
