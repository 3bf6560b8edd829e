import type { ActionKind } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";
import { effectOutcome } from "./effect-outcome.js";
import { phoneFaults } from "./written-faults.js";

/** Sends a text message to a phone, through the operator's SMS service. */
export const sendSms: ActionKind = {
  kind: "sms.send",
  title: "Send text message",
  group: "Outside",
  description: "Sends a text message to a phone number, through the service the operator has set.",
  config: configOf(
    {
      to: {
        title: "To",
        description: "A phone number with its country, such as `+49 30 5550200`.",
        type: "string",
        minLength: 1,
        "x-hint": "template",
      },
      text: {
        title: "Message",
        description: "Plain text, at most 1,600 characters.",
        type: "string",
        minLength: 1,
        "x-hint": "template",
      },
    },
    ["to", "text"],
  ),
  output: outputOf({
    to: { title: "Number", description: "As it was sent to.", type: "string" },
    messageId: { title: "Message id", description: "What the service calls the message.", type: ["string", "null"] },
  }),
  ports: ["success", "error"],
  effect: "outside",
  check: (config) => phoneFaults("to", config["to"]),
  sentence: (config) => `text ${inWords(config["text"])} to ${inWords(config["to"])}`,
  perform: async ({ to, text }, { outside }) =>
    effectOutcome(await outside.sms({ to: String(to), text: String(text) })),
};
