type Line = (details: Record<string, unknown>, message: string) => void;

/** Where the room writes what an operator should know; pino's logger fits. */
export type Log = { info: Line; warn: Line; error: Line };
