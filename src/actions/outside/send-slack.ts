import type { FieldError } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";
import { effectOutcome, textsOf } from "./effect-outcome.js";
import { addressFaults } from "./written-faults.js";

/** Posts to a Slack channel, or to one person found by e-mail address. */
export const sendSlack: ActionKind = {
  kind: "slack.send",
  title: "Send Slack message",
  group: "Outside",
  description: "Posts a message to a Slack channel, or to a person by their e-mail address.",
  config: configOf(
    {
      channel: {
        title: "Channel",
        description: "Name or id, such as `#sales`. Leave it empty to write to a person.",
        type: "string",
        "x-hint": "template",
      },
      email: {
        title: "Person",
        description: "The e-mail address they use in Slack. Leave it empty to write to a channel.",
        type: "string",
        "x-hint": "template",
      },
      text: {
        title: "Message",
        description: "What the message says; with blocks, what notifications show.",
        type: "string",
        minLength: 1,
        "x-hint": "template",
      },
      blocks: {
        title: "Blocks",
        description: "Slack's Block Kit, for messages with buttons or columns.",
        type: "array",
        maxItems: 50,
        items: { type: "object" },
      },
    },
    ["text"],
  ),
  output: outputOf({
    channel: { title: "Channel id", type: "string" },
    ts: { title: "Message timestamp", description: "Slack's name for the message.", type: "string" },
  }),
  ports: ["success", "error"],
  effect: "outside",
  check: (config) => [...oneReceiver(config), ...addressFaults("email", config["email"])],
  sentence: (config) => `post to ${inWords(config["channel"] || config["email"])} on Slack`,
  async perform(config, step) {
    const channel = textsOf(config["channel"])[0];
    const email = textsOf(config["email"])[0];
    const blocks = config["blocks"];
    return effectOutcome(
      await step.outside.slack({
        text: textsOf(config["text"]).join("\n"),
        ...(channel === undefined ? {} : { channel }),
        ...(email === undefined ? {} : { email }),
        ...(Array.isArray(blocks) ? { blocks } : {}),
      }),
    );
  },
};

function oneReceiver(config: JsonObject): FieldError[] {
  if (!config["channel"] && !config["email"])
    return [{ path: "channel", message: "Name a channel, or a person by e-mail address." }];
  return config["channel"] && config["email"]
    ? [{ path: "email", message: "Name either a channel or a person, not both." }]
    : [];
}
