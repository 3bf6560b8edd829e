import cronstrue from "cronstrue";
import { readSchedule, type ScheduleSpec } from "./schedule.js";
import { weekdays } from "./schedule-every.js";
import type { Calendar, SchedulePlan } from "./schedule-plan.js";

const MINUTE = 60_000;

/**
 * A schedule in words: "Every 2 weeks on Monday and Friday at 09:00 (Europe/Berlin), 10 times". A schedule that is not
 * valid reads "On a schedule that is not complete", and why.
 */
export function describeSchedule(spec: ScheduleSpec, zone = "UTC"): string {
  const { plan, errors } = readSchedule(spec, zone);
  if (!plan) return `On a schedule that is not complete${errors[0] ? `: ${errors[0].message}` : ""}`;
  const ends = [
    spec.start ? `from ${spec.start}` : "",
    spec.until ? `until ${spec.until}` : "",
    plan.times === null ? "" : plan.times === 1 ? "once" : `${plan.times} times`,
  ].filter(Boolean);
  return [`${words(plan.rule)}${plan.rule.type === "elapsed" ? "" : ` (${plan.zone})`}`, ...ends].join(", ");
}

function words(rule: SchedulePlan["rule"]): string {
  if (rule.type === "cron") return cronWords(rule.expression);
  if (rule.type === "elapsed") return `Every ${length(rule.ms)}`;
  return `Every ${count(rule.n, rule.unit)}${days(rule)} at ${list(rule.at.map(clock))}`;
}

/** What the parser takes, the dictionary may have no words for: then the expression speaks for itself. */
function cronWords(expression: string): string {
  try {
    return cronstrue.toString(expression, { use24HourTimeFormat: true });
  } catch {
    return `On the schedule "${expression}"`;
  }
}

function length(ms: number): string {
  if (ms % (60 * MINUTE) === 0) return count(ms / (60 * MINUTE), "hour");
  return ms % MINUTE === 0 ? count(ms / MINUTE, "minute") : count(ms / 1000, "second");
}

function days(rule: Calendar): string {
  if (rule.days.length === 0) return "";
  if (rule.unit === "week" && rule.days.join("") === "12345") return " on Monday to Friday";
  return ` on ${list(rule.days.map((day) => dayName(rule.unit, day)))}`;
}

function dayName(unit: Calendar["unit"], day: number): string {
  if (unit === "week") {
    const name = weekdays[day - 1] ?? "";
    return name.charAt(0).toUpperCase() + name.slice(1);
  }
  if (unit === "month") return day === 0 ? "the last day" : `day ${day}`;
  const date = new Date(Date.UTC(2000, Math.floor(day / 100) - 1, day % 100));
  return `${date.getUTCDate()} ${date.toLocaleString("en", { month: "long", timeZone: "UTC" })}`;
}

function clock(ms: number): string {
  const minutes = ms / MINUTE;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function count(n: number, unit: string): string {
  return n === 1 ? unit : `${n} ${unit}s`;
}

function list(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
