/** A value from elsewhere as a word. Never throws: what comes in may have members that spoil its own `toString`. */
export function saidOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
