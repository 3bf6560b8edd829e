import { IANAZone } from "luxon";

const DAY = 86_400_000;

/** How far local time is ahead of UTC at `instant`, in milliseconds. */
export function offsetAt(instant: number, zone: string): number {
  return IANAZone.create(zone).offset(instant) * 60_000;
}

/**
 * The instants at which the clocks of `zone` show `wall` (local time written as if it were UTC milliseconds): one, two
 * in an overlap, or none in a gap; `gapEnd` is then the first instant after the gap.
 */
export function instantsOf(wall: number, zone: string): { instants: number[]; gapEnd: number | null } {
  const before = offsetAt(wall - DAY, zone);
  const after = offsetAt(wall + DAY, zone);
  const instants = (before === after ? [before] : before > after ? [before, after] : [after, before])
    .map((offset) => wall - offset)
    .filter((instant) => instant + offsetAt(instant, zone) === wall);
  return { instants, gapEnd: instants.length > 0 ? null : clockChange(wall - after, wall - before, zone) };
}

/** When a clock of `zone` first shows `wall`; the first valid instant when it never does. */
export function firstInstantOf(wall: number, zone: string): number {
  const { instants, gapEnd } = instantsOf(wall, zone);
  return instants[0] ?? gapEnd ?? wall;
}

/** The first instant in (`from`, `to`] with another offset than at `from`; the clocks change once in between. */
export function clockChange(from: number, to: number, zone: string): number {
  const offset = offsetAt(from, zone);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === offset) low = middle;
    else high = middle;
  }
  return high;
}
