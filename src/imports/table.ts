/** The entry of a name in a table of ours, for names that come from outside: `constructor` is none. */
export function entryOf<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
