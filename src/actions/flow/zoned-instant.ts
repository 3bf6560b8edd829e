import { DateTime, Info } from "luxon";

const DAY_MS = 86_400_000;

/**
 * The instant of a wall-clock `time` (`09:00`, `09:00:30`) on a `day` (`2026-03-29`) in a zone. A time that daylight
 * saving leaves out is the first valid instant after the gap; one that occurs twice is its first occurrence. Throws
 * RangeError when day or time is none.
 */
export function zonedInstant(day: string, time: string, zone: string): number {
  const wall = DateTime.fromISO(`${day}T${time}`, { zone: "UTC" });
  if (!wall.isValid) throw new RangeError(`"${day} ${time}" is not a date and a time of day.`);
  const place = Info.normalizeZone(zone);
  const offset = (at: number) => place.offset(at) * 60_000;
  const shown = wall.toMillis();
  const around = [offset(shown - DAY_MS), offset(shown + DAY_MS)];
  const candidates = around.map((ahead) => shown - ahead).sort((a, b) => a - b);
  const valid = candidates.find((at) => at + offset(at) === shown);
  if (valid !== undefined) return valid;
  let [before, after] = [candidates[0] ?? shown, candidates[1] ?? shown];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + offset(middle) < shown) before = middle;
    else after = middle;
  }
  return after;
}

/** The next of `weekdays` (1 is Monday) at `time` that lies after `from`. */
export function nextWeekday(from: number, weekdays: number[], time: string, zone: string): number {
  const today = DateTime.fromMillis(from, { zone });
  for (let ahead = 0; ahead <= 7; ahead++) {
    const day = today.plus({ days: ahead });
    const at = weekdays.includes(day.weekday) ? zonedInstant(day.toISODate() ?? "", time, zone) : from;
    if (at > from) return at;
  }
  throw new RangeError("No weekday is named.");
}

/** Business hours: Monday to Friday, nine to five. */
const opens = 9;
const closes = 17;
const businessDays = [1, 2, 3, 4, 5];

/** `from` itself within business hours, else the next opening. */
export function nextBusinessInstant(from: number, zone: string): number {
  const there = DateTime.fromMillis(from, { zone });
  const open = businessDays.includes(there.weekday) && there.hour >= opens && there.hour < closes;
  return open ? from : nextWeekday(from, businessDays, `0${opens}:00`, zone);
}
