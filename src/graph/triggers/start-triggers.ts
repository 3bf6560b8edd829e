import { config, record, start, type TriggerKind } from "./trigger-parts.js";

/** The triggers that the application or a person sets off. */
export const startTriggers: TriggerKind[] = [
  {
    kind: "event",
    module: "events",
    label: "Named event",
    description: "The application emitted an event of this name.",
    needsObject: false,
    config: config(
      { name: { title: "Event name", description: "Such as order.shipped.", type: "string", "x-hint": "event" } },
      ["name"],
    ),
    facts: [record, { path: "trigger.data", title: "What the event carries" }, ...start],
  },
  {
    kind: "manual",
    module: "people",
    label: "Started by hand",
    description: "A person presses a button, or the API starts it. Always there.",
    needsObject: false,
    config: config({
      availability: {
        title: "Offered",
        description: "On one record, on selected records, or without a record.",
        type: ["array", "string"],
        items: { enum: ["record", "bulk", "global"] },
      },
      label: { title: "Button text", type: "string" },
      icon: { title: "Icon", type: "string" },
      confirm: { title: "Question before it starts", type: ["string", "boolean"] },
    }),
    facts: [record, { path: "inputs", title: "What the person filled in" }, ...start],
  },
  {
    kind: "automation",
    module: "events",
    label: "Started by another automation",
    description: "A step of another automation starts it, which always may; or a run of another automation failed.",
    needsObject: false,
    config: config({
      on: {
        title: "Starts",
        description: "failed: when a run fails. Left out: when another automation starts this one.",
        enum: ["failed"],
      },
      automation: {
        title: "Only runs of",
        description: "The automation whose failures count, by id or name; empty means any.",
        type: "string",
        "x-hint": "automation",
      },
    }),
    facts: [
      record,
      { path: "inputs", title: "What the other automation handed over" },
      { path: "trigger.run", title: "The run that failed, with its reason" },
      ...start,
    ],
  },
];
