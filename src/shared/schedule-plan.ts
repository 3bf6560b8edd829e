/** The units of the calendar a recurrence counts in. */
export type CalendarUnit = "day" | "week" | "month" | "year";

/** A recurrence by local days: `days` are 1–7 (Monday first), 1–31 (0: the last), or month × 100 + day. `at`: milliseconds into the day. */
export type Calendar = { type: "calendar"; unit: CalendarUnit; n: number; days: number[]; at: number[] };

/** A schedule read and found good. `everyHour`: the expression leaves the hour open, so it goes by elapsed time. */
export type SchedulePlan = {
  zone: string;
  start: number | null;
  until: number | null;
  times: number | null;
  rule: { type: "cron"; expression: string; everyHour: boolean } | { type: "elapsed"; ms: number } | Calendar;
};

/** Notes a fault at a place of the schedule; null stands for what could not be read. */
export type Wrong = (at: string, message: string) => null;
