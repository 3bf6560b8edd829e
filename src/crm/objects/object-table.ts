import type { ObjectType } from "../record.js";
import { bundledObjects } from "./bundled-objects.js";
import type { Watched } from "./watched.js";

/** Something read a moment ago, and when (milliseconds of the host's clock). */
export type Kept<T> = { value: T; checkedAt: number };

/** The objects every workspace has: the bundled ones, and the host's watched models. */
export type ObjectTable = {
  bundled: Map<string, ObjectType>;
  watched: Map<string, Watched>;
};

/** A table with the bundled objects, or only those named: a host that watches its own contacts needs no second kind. */
export function createObjectTable(only?: readonly string[]): ObjectTable {
  const chosen = bundledObjects.filter((object) => !only || only.includes(object.name));
  return {
    bundled: new Map(chosen.map((object) => [object.name, object])),
    watched: new Map(),
  };
}

/** What is known is trusted for this long before the database is asked again: how far another process may lag behind. */
const TRUSTED_MS = 1000;

/** The kept value when it is fresh enough. A clock set back counts as stale. */
export function fresh<T>(kept: Kept<T> | undefined, now: number): T | undefined {
  return kept && Math.abs(now - kept.checkedAt) < TRUSTED_MS ? kept.value : undefined;
}
