import { encodeTime, monotonicFactory } from "ulid";

const next = monotonicFactory();

/** A new id: 26 characters, sortable by time of making, unguessable enough to be public (ULID, 80 random bits). */
export function newId(): string {
  return next();
}

const clocks = new WeakMap<object, (at: number) => string>();

/**
 * The id of something made at an instant (milliseconds) of the owner's clock, later than all it has made before: a range of
 * instants is a range of ids (`firstIdAt`).
 */
export function idAt(owner: object, instant: number): string {
  const known = clocks.get(owner);
  const make = known ?? monotonicFactory();
  if (!known) clocks.set(owner, make);
  return make(instant);
}

/** Ids made at this instant or later are not below it; ids made before are. */
export function firstIdAt(instant: number): string {
  return `${encodeTime(Math.max(0, Math.trunc(instant)))}${"0".repeat(16)}`;
}
