import { isObject, type JsonObject } from "../shared/json.js";

/** One thing that could not be taken over: where it stands in what was imported, and why. */
export type Unmapped = { path: string; reason: string };

/**
 * An object of a definition from elsewhere. Members are asked for by any of their names, however spelled (`stepSlug`,
 * `step_slug`); what nobody asked for is left over, so that nothing is dropped in silence.
 */
export type Source = {
  /** From the root of what was imported: `steps[2].config`. */
  path: string;
  value: JsonObject;
  /** The first of these members that says something, else the first that is there; it then counts as read. */
  take(...names: string[]): unknown;
  /** The same, when it is a text that is not empty. */
  text(...names: string[]): string | undefined;
  /** The same, when it is an object. */
  object(...names: string[]): Source | undefined;
  /** Counts these members as read, since they mean nothing here. */
  skip(...names: string[]): void;
  /** The path of the first of these members that is there, else of the object. */
  at(...names: string[]): string;
  /** The members nobody read, as they are spelled. */
  rest(): [name: string, value: unknown][];
};

/** Names alike: `stepSlug`, `step_slug`, `Step-Slug`. */
export function folded(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}$]+/gu, "");
}

/** True for what says nothing where it stands: it may be left out. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

const isBlank = (value: unknown) => value === null || value === undefined || value === "";

/** True for a step, a node or an action that its system had switched off. */
export function isSwitchedOff(source: Source): boolean {
  const off = source.take("disabled", "is_disabled", "skip", "muted");
  const on = source.take("enabled", "is_enabled", "is_active", "active");
  return off === true || on === false;
}

/** Opens an object for reading. */
export function sourceOf(value: JsonObject, path: string): Source {
  const read = new Set<string>();
  const members = new Map<string, string>();
  for (const name of Object.keys(value)) {
    if (!members.has(folded(name))) members.set(folded(name), name);
  }
  const find = (names: string[]) => {
    const there = names.flatMap((name) => members.get(folded(name)) ?? []);
    // Forms elsewhere write every member, and leave empty those that were not filled in.
    return there.find((name) => !isBlank(value[name])) ?? there[0];
  };
  const take = (...names: string[]) => {
    const name = find(names);
    if (name === undefined) return undefined;
    read.add(name);
    return value[name];
  };
  const at = (...names: string[]) => pathTo(path, find(names));
  return {
    path,
    value,
    take,
    at,
    text(...names) {
      const found = take(...names);
      return typeof found === "string" && found.trim() !== "" ? found : undefined;
    },
    object(...names) {
      const place = at(...names);
      const found = take(...names);
      return isObject(found) ? sourceOf(found, place) : undefined;
    },
    skip(...names) {
      for (const name of names) take(name);
    },
    rest: () => Object.entries(value).filter(([name]) => !read.has(name)),
  };
}

/** The path of a member: `steps[2].config` and `to` is `steps[2].config.to`. */
export function pathTo(path: string, member: string | undefined): string {
  if (member === undefined) return path;
  return path ? `${path}.${member}` : member;
}
