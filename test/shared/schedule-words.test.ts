import { expect } from "chai";
import type { ScheduleSpec } from "../../src/shared/schedule.js";
import { describeSchedule } from "../../src/shared/schedule-words.js";

describe("a schedule in words", () => {
  const said: [ScheduleSpec, string][] = [
    [{ cron: "0 9 * * 1-5", timezone: "Europe/Berlin" }, "At 09:00, Monday through Friday (Europe/Berlin)"],
    [{ cron: "*/15 * * * *" }, "Every 15 minutes (UTC)"],
    [{ every: "15m" }, "Every 15 minutes"],
    [{ every: "1h" }, "Every hour"],
    [{ every: "90s" }, "Every 90 seconds"],
    [{ every: "day", at: "09:00" }, "Every day at 09:00 (UTC)"],
    [{ every: "2w", on: ["monday", "friday"], at: "09:00" }, "Every 2 weeks on Monday and Friday at 09:00 (UTC)"],
    [{ every: "weekday", at: ["09:00", "17:30"] }, "Every week on Monday to Friday at 09:00 and 17:30 (UTC)"],
    [{ every: "month", on: [1, "last"] }, "Every month on the last day and day 1 at 00:00 (UTC)"],
    [{ every: "year", on: "02-29", times: 3 }, "Every year on 29 February at 00:00 (UTC), 3 times"],
    [{ every: "day", until: "2026-12-31" }, "Every day at 00:00 (UTC), until 2026-12-31"],
    [{ cron: "0 9 ? * 1" }, "At 09:00, only on Monday (UTC)"],
    [
      { cron: "nonsense" },
      "On a schedule that is not complete: A cron expression has five fields (minute hour day month weekday); this one has 1.",
    ],
    [
      { cron: "? 9 * * *" },
      'On a schedule that is not complete: "?" stands only for the day of month or the weekday, alone; the minute is "?". Write * for every one.',
    ],
  ];
  for (const [spec, words] of said) it(words, () => expect(describeSchedule(spec)).to.equal(words));
});
