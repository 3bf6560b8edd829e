import { isObject } from "../../shared/json.js";
import type { ScheduleSpec } from "../../shared/schedule.js";
import { describeSchedule } from "../../shared/schedule-words.js";
import type { Trigger } from "../document.js";

/** How to call things: the object's label and its fields' labels, by name. */
export type TriggerLabels = { object: string | null; field(name: string): string };

/**
 * What starts an automation, in words that follow "When": `a deal's stage changes to won`. `zone` is the automation's.
 */
export function triggerWords(trigger: Trigger, labels: TriggerLabels, zone = "UTC"): string {
  const one = labels.object ? `${/^[aeiou]/i.test(labels.object) ? "an" : "a"} ${labels.object.toLowerCase()}` : "it";
  switch (trigger.kind) {
    case "record.created":
      return `${one} is created`;
    case "record.updated":
      return updated(trigger, one, labels);
    case "record.saved":
      return `${one} is created or updated`;
    case "record.deleted":
      return `${one} is deleted`;
    case "record.restored":
      return `${one} is restored`;
    case "stage.changed":
      return `${one} changes its stage${move(trigger)}`;
    case "date":
      return `${dateWords(trigger)}${one}'s ${labels.field(String(trigger["field"])).toLowerCase()}${trigger["repeat"] === "yearly" ? ", every year" : ""}`;
    case "schedule": {
      const words = describeSchedule(trigger as ScheduleSpec, zone);
      return `it is time: ${words.charAt(0).toLowerCase()}${words.slice(1)}${labels.object ? `, for every ${labels.object.toLowerCase()} that meets the filter` : ""}`;
    }
    case "event":
      return `the event ${String(trigger["name"])} arrives`;
    case "automation":
      if (trigger["on"] !== "failed") return "another automation starts it";
      return trigger["automation"] ? `a run of ${String(trigger["automation"])} fails` : "a run of an automation fails";
    case "manual":
      return "somebody starts it";
    default:
      return `${trigger.kind} happens`;
  }
}

function updated(trigger: Trigger, one: string, labels: TriggerLabels): string {
  const fields = Array.isArray(trigger["fields"])
    ? trigger["fields"].map((field) => labels.field(String(field)).toLowerCase())
    : [];
  const also = trigger["onCreate"] === true ? " or it is created so" : "";
  return fields.length === 0
    ? `${one} is updated${also}`
    : `${one}'s ${fields.join(" or ")} changes${move(trigger)}${also}`;
}

function move({ from, to }: Trigger): string {
  return `${from === undefined || isAny(from) ? "" : ` from ${said(from)}`}${to === undefined || isAny(to) ? "" : ` to ${said(to)}`}`;
}

function dateWords(trigger: Trigger): string {
  const offset = String(trigger["offset"] ?? "0d").trim();
  const at = typeof trigger["time"] === "string" ? `at ${trigger["time"]}, ` : "";
  const length = offset.replace(/^[+-]/, "");
  if (/^0+[smhdw]$/.test(length)) return `it is ${at}the day of `;
  const units: Record<string, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };
  const words = length.replace(
    /^(\d+)\s*([smhdw])$/,
    (_all, n: string, unit: string) => `${n} ${units[unit]}${Number(n) === 1 ? "" : "s"}`,
  );
  return `it is ${at}${words} ${offset.startsWith("-") ? "before" : "after"} `;
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join(" or ");
  if (isObject(value)) return "a value";
  return value === null || value === "" ? "blank" : String(value);
}

function isAny(value: unknown): boolean {
  return isObject(value) && value["any"] === true;
}
