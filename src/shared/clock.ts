/** Where "now" comes from: milliseconds since 1970, UTC. Tests hand in one they can move. */
export type Clock = { now(): number };

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** ISO 8601 with milliseconds, UTC: how every instant leaves Millrace. `null` stays `null`. */
export function iso(instant: number): string;
export function iso(instant: number | null): string | null;
export function iso(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
