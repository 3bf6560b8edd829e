import type { JsonObject } from "../../shared/json.js";
import { config, record, start, type TriggerKind } from "./trigger-parts.js";

const timezone: JsonObject = {
  title: "Time zone",
  description: "Such as Europe/Berlin; else the automation's, else the workspace's.",
  type: "string",
  "x-hint": "timezone",
};

/** The triggers that a clock sets off. */
export const timeTriggers: TriggerKind[] = [
  {
    kind: "date",
    module: "time",
    label: "Date reached",
    description:
      "A date of the record is reached, or is so long before or after. Moves with the date; once for each date.",
    needsObject: true,
    config: config(
      {
        field: { title: "Date field", type: "string", "x-hint": "field", "x-types": ["date", "datetime"] },
        offset: {
          title: "Before or after",
          description: "-60d, 0d, +2w, -2h.",
          type: "string",
          default: "0d",
          "x-hint": "offset",
        },
        time: { title: "Time of day", description: "Such as 09:00.", type: "string", "x-hint": "time" },
        repeat: { title: "Every year", enum: ["yearly"] },
        shift: {
          title: "On a weekend",
          enum: ["previous business day", "next business day", "nearest business day"],
        },
      },
      ["field"],
    ),
    facts: [record, { path: "trigger.data.tick", title: "The date that was reached" }, ...start],
  },
  {
    kind: "schedule",
    module: "time",
    label: "On a schedule",
    description: "At fixed times. On records it takes every one that meets the filter; else it starts once.",
    needsObject: false,
    config: config({
      cron: {
        title: "Cron expression",
        description: "Five fields: minute hour day month weekday.",
        type: "string",
        "x-hint": "cron",
      },
      every: {
        title: "Every",
        description: "15m, 2h, 1d, 2w, or day, weekday, week, month, year.",
        type: "string",
        "x-hint": "interval",
      },
      on: {
        title: "On",
        description: 'Weekdays, days of the month (1 to 31, "last") or MM-DD.',
        type: ["array", "string", "integer"],
        items: { type: ["string", "integer"] },
        "x-hint": "days",
      },
      at: {
        title: "At",
        description: "09:00, or several times.",
        type: ["array", "string"],
        items: { type: "string" },
        "x-hint": "time",
      },
      timezone,
      start: {
        title: "From",
        description: "A date or an instant; intervals count from it.",
        type: "string",
        "x-hint": "instant",
      },
      until: { title: "Until", description: "A date or an instant, inclusive.", type: "string", "x-hint": "instant" },
      times: { title: "At most so many times", type: "integer", minimum: 1 },
      catchUp: {
        title: "If it was missed",
        description: "none: leave it out. one: make up for it once. all: make up for each, a hundred at most.",
        enum: ["none", "one", "all"],
        default: "one",
      },
      object: { title: "Object", type: "string", "x-hint": "object" },
    }),
    facts: [record, { path: "trigger.data.tick", title: "The planned instant" }, ...start],
  },
];
