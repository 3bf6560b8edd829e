import { DateTime } from "luxon";

/** A day of a calendar as a number, such as 20261201. */
export type Day = number;

/** The day an instant (milliseconds) falls on in a zone. */
export function dayOf(instant: number, zone: string): Day {
  return toDay(DateTime.fromMillis(instant, { zone }));
}

/** The `count` days that end with the one an instant falls on in a zone, oldest first. */
export function daysUpTo(instant: number, zone: string, count: number): Day[] {
  const last = DateTime.fromMillis(instant, { zone });
  return Array.from({ length: count }, (_, at) => toDay(last.minus({ days: count - 1 - at })));
}

/** The instant a day begins at in a zone, of the day an instant falls on. */
export function startOfDay(instant: number, zone: string): number {
  return DateTime.fromMillis(instant, { zone }).startOf("day").toMillis();
}

/** The month of a day, as the number of its day zero: 20261200. */
export function monthOfDay(day: Day): Day {
  return day - (day % 100);
}

function toDay({ year, month, day }: DateTime): Day {
  return year * 10_000 + month * 100 + day;
}
