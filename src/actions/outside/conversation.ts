import type { Target } from "../../crm/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { configOf, outputOf, recordOutput, recordPart } from "../schema-parts.js";

/** The config of what is said in a conversation. */
export const saidConfig: JsonObject = configOf(
  {
    conversation: {
      ...recordPart,
      title: "Conversation",
      description: "Its id. Leave it empty for the conversation this automation runs for.",
    },
    body: { title: "Message", description: "What it says.", type: "string", minLength: 1, "x-hint": "markdown" },
  },
  ["body"],
);

/** What a message tells later steps; `more` beside the record. */
export function saidOutput(more: JsonObject = {}): JsonObject {
  return outputOf({ ...recordOutput, conversation: { type: "string", title: "Conversation" }, ...more });
}

/** The conversation a config names, an id alone being one; the run's record when that is a conversation. Null: none. */
export function conversationNamed(given: unknown, own: Target | null): Target | null {
  if (given === undefined || given === "") return own?.object === "conversation" ? own : null;
  const id = isObject(given) ? given["id"] : given;
  const object = isObject(given) && typeof given["object"] === "string" ? given["object"] : "conversation";
  return (typeof id === "string" || typeof id === "number") && id !== "" ? { object, id: String(id) } : null;
}
