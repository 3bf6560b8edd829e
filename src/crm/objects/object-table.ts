import type { ObjectType } from "../record.js";
import type { Watched } from "../watch/watched.js";
import type { Workspace } from "../workspace.js";
import { bundledObjects } from "./bundled-objects.js";
import type { Schema } from "./schema.js";

/** Something read a moment ago, and when (milliseconds of the host's clock). */
export type Kept<T> = { value: T; checkedAt: number };

/** The objects a process knows: the bundled ones, the host's watched models and, per workspace, the custom ones. */
export type ObjectTable = {
  bundled: Map<string, ObjectType>;
  watched: Map<string, Watched>;
  /** Per workspace id; a moment old at most, see `schema.ts`. */
  schemas: Map<string, Kept<Schema>>;
  /** By slug and by id. */
  workspaces: Map<string, Kept<Workspace>>;
};

/** A table with the bundled objects, or only those named: a host that watches its own contacts needs no second kind. */
export function createObjectTable(only?: readonly string[]): ObjectTable {
  const chosen = bundledObjects.filter((object) => !only || only.includes(object.name));
  return {
    bundled: new Map(chosen.map((object) => [object.name, object])),
    watched: new Map(),
    schemas: new Map(),
    workspaces: new Map(),
  };
}

/** What is known is trusted for this long before the database is asked again: how far another process may lag behind. */
const TRUSTED_MS = 1000;

/** The kept value when it is fresh enough. A clock set back counts as stale. */
export function fresh<T>(kept: Kept<T> | undefined, now: number): T | undefined {
  return kept && Math.abs(now - kept.checkedAt) < TRUSTED_MS ? kept.value : undefined;
}
