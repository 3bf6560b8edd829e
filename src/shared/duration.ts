import { DateTime, Duration } from "luxon";

const units = { s: "seconds", m: "minutes", h: "hours", d: "days", w: "weeks" } as const;
const short = /^(\d{1,9})\s*(s|m|h|d|w)$/;

/** True for a duration as documents write it: `90s 15m 2h 3d 2w`, or ISO 8601 (`PT36H`, `P1M`). */
export function isDuration(text: string): boolean {
  return parse(text) !== null;
}

/**
 * The instant `text` after `from` (before it when `sign` is -1). Days, weeks and months are calendar ones in `zone`, so
 * that three days later is the same time of day across a daylight-saving change; hours and less are elapsed time.
 * Throws RangeError when the text is not a duration.
 */
export function addDuration(from: number, text: string, zone = "UTC", sign: 1 | -1 = 1): number {
  const duration = parse(text);
  if (!duration) throw new RangeError(`"${text}" is not a duration. Write it as 90s, 15m, 2h, 3d, 2w or PT36H.`);
  const start = DateTime.fromMillis(from, { zone });
  return (sign === 1 ? start.plus(duration) : start.minus(duration)).toMillis();
}

/** The length in milliseconds, a day being 24 hours. Throws RangeError when the text is not a duration. */
export function durationMs(text: string): number {
  return addDuration(0, text);
}

function parse(text: string): Duration | null {
  const match = short.exec(text.trim());
  if (match) return Duration.fromObject({ [units[match[2] as keyof typeof units]]: Number(match[1]) });
  if (!/^P(?=\d|T\d)/.test(text)) return null;
  const duration = Duration.fromISO(text);
  return duration.isValid ? duration : null;
}
