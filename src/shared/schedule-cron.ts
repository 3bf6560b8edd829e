import { CronExpressionParser } from "cron-parser";
import type { SchedulePlan, Wrong } from "./schedule-plan.js";

const cronFields = [
  { name: "minute", most: 59 },
  { name: "hour", most: 23 },
  { name: "day of month", most: 31 },
  { name: "month", most: 12 },
  { name: "weekday", most: 7 },
];

const MOST_CHARACTERS = 250;

/** Reads a cron expression of five fields, names, ranges, steps, `L` and `#` included, that fires some day. */
export function cronOf(cron: unknown, wrong: Wrong): SchedulePlan["rule"] | null {
  const fields = typeof cron === "string" ? cron.trim().split(/\s+/).filter(Boolean) : [];
  if (fields.length === 0)
    return wrong("cron", "The cron expression is empty. Write five fields: minute hour day month weekday.");
  if (fields.length !== 5) {
    const hint = fields.length === 6 ? " Seconds are not supported." : "";
    return wrong(
      "cron",
      `A cron expression has five fields (minute hour day month weekday); this one has ${fields.length}.${hint}`,
    );
  }
  const asked = fields.findIndex(
    (field, index) => field.includes("?") && !(field === "?" && (index === 2 || index === 4)),
  );
  if (asked >= 0)
    return wrong(
      "cron",
      `"?" stands only for the day of month or the weekday, alone; the ${cronFields[asked]?.name} is "${fields[asked]}". Write * for every one.`,
    );
  const expression = fields.map((field) => (field === "?" ? "*" : field)).join(" ");
  if (expression.length > MOST_CHARACTERS) return wrong("cron", "The cron expression is too long.");
  if (/(^|[\s,])H/i.test(expression)) return wrong("cron", "H (a random value) is not supported: name the value.");
  for (const [index, field] of cronFields.entries()) {
    const step = /\/(\d+)/.exec(fields[index] ?? "");
    if (step && Number(step[1]) > field.most)
      return wrong(
        "cron",
        `The ${field.name} step /${step[1]} is larger than the ${field.name} can be (${field.most}).`,
      );
  }
  try {
    const parsed = CronExpressionParser.parse(expression, { tz: "UTC", currentDate: new Date(0) });
    parsed.next();
    return { type: "cron", expression, everyHour: parsed.fields.hour.values.length === 24 };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/explicit day of month|loop limit/.test(reason))
      return wrong("cron", `"${expression}" names a day that never comes.`);
    return wrong("cron", `"${expression}" is not a cron expression: ${reason}.`);
  }
}
