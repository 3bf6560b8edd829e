/** No server makes a step wait longer than this. */
const LONGEST_MS = 3_600_000;

/** A Retry-After header in milliseconds from `now`, given as seconds or as a date; at most an hour. Undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : httpDate(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_MS);
}

/** Only the dates HTTP knows: `Date.parse` alone would take almost anything for one. */
function httpDate(text: string): number {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
}
