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
];
