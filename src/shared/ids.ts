import { monotonicFactory } from "ulid";

const next = monotonicFactory();

/** A new id: 26 characters, sortable by time of making, unguessable enough to be public (ULID, 80 random bits). */
export function newId(): string {
  return next();
}
