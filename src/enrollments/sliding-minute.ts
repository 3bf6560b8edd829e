/** Starts at one instant: the instant in milliseconds, and how many. */
type Starts = [at: number, count: number];

/** The starts a limit a minute has let through: of the last minute and, promised, of the time ahead, oldest first. */
export type Minute = Starts[];

const MINUTE = 60_000;

/** Starts are remembered to so many milliseconds, rounded up, so that a limit of thousands is a short list. */
const GRAIN = 50;

/** So many instants are remembered, the nearest. */
const MOST = 4_000;

/** The first instant from `from` on at which one more start keeps every stretch of a minute within `limit`. Pure. */
export function roomIn(minute: Minute, limit: number, from: number): number {
  for (let at = from; ; ) {
    const until = crowdedUntil(minute, limit, at);
    if (until === null) return at;
    at = Math.max(until, at + 1);
  }
}

/** When the first start of a full stretch around `at` leaves it; null when there is none. */
function crowdedUntil(minute: Minute, limit: number, at: number): number | null {
  const near = minute.filter(([start]) => start > at - MINUTE && start < at + MINUTE);
  let sum = 0;
  let first = 0;
  for (const [start, count] of near) {
    sum += count;
    for (let oldest = near[first]; oldest && oldest[0] <= start - MINUTE; oldest = near[++first]) sum -= oldest[1];
    // A stretch that ends at this start, or at `at`, and holds both.
    if (sum >= limit) return (near[first]?.[0] ?? at) + MINUTE;
  }
  return null;
}

/** The minute with one more start in it. */
export function withStart(minute: Minute, at: number): Minute {
  const instant = Math.ceil(at / GRAIN) * GRAIN;
  const place = minute.findIndex(([start]) => start >= instant);
  const next: Minute = [...minute];
  const here = place < 0 ? undefined : next[place];
  if (here && here[0] === instant) next[place] = [instant, here[1] + 1];
  else next.splice(place < 0 ? next.length : place, 0, [instant, 1]);
  return next;
}

/** What of it still matters when nobody asks for an instant before `free`. */
export function remembered(minute: Minute, free: number): Minute {
  return minute.filter(([start]) => start > free - MINUTE).slice(0, MOST);
}
