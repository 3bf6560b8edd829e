import { createRecord } from "../../crm/index.js";
import { type ActionKind, done, failed } from "../action.js";
import { withRecord } from "../record-target.js";
import { quoted } from "../words.js";
import { conversationNamed, saidConfig, saidOutput } from "./conversation.js";

/** Leaves an answer in a conversation, for a person to look at, change and send. */
export const draftReply: ActionKind = {
  kind: "conversation.draft",
  title: "Draft a reply",
  group: "Records",
  description: "Writes an answer into a conversation as a draft. Nobody outside sees it until a person sends it.",
  config: saidConfig,
  output: saidOutput(),
  ports: ["success", "error"],
  effect: "database",
  writes: () => ["message.body", "message.status"],
  sentence: (config) => `draft a reply ${quoted(config["body"])}`,
  async perform({ conversation, body }, step) {
    const target = conversationNamed(conversation, step.record);
    if (!target) return failed("no_record", "This step needs a conversation, and its setting names none.");
    return withRecord(target, step, async ({ id }) => {
      const values = { conversation: id, direction: "out", status: "draft", author: step.run.automationName, body };
      const message = await createRecord(step.host, step.workspaceId, "message", values, step.cause, step.tx, {
        writes: step.writes,
      });
      step.keep(message.object, message.id, message);
      return done({ id: message.id, object: message.object, values: message.values, conversation: id });
    });
  },
};
