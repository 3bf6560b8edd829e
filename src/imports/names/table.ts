/** The entry of a name in a table of ours, for names that come from outside: `constructor` is none. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Our word by each word others have for it, from `{ ours: "theirs theirs" }`. */
export function byTheirs<Ours extends string>(words: Readonly<Record<Ours, string>>): Readonly<Record<string, Ours>> {
  const table: Record<string, Ours> = {};
  for (const ours in words) for (const theirs of words[ours].split(" ")) table[theirs] = ours;
  return table;
}
