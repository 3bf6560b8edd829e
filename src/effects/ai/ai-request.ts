import type { JsonObject } from "../../shared/json.js";
import type { Chat, ChatMessage } from "../effects.js";

/** A question as the chat completions API takes it. Only what was set is sent: providers differ in what they know. */
export function chatBody(chat: Chat, model: string): JsonObject {
  const { messages, temperature, maxTokens, tools = [], mayUseTools = true } = chat;
  return {
    model,
    messages: messages.map(messageBody),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...responseFormat(chat),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map((tool) => ({ type: "function", function: { ...tool } })),
          ...(mayUseTools ? {} : { tool_choice: "none" }),
        }),
  };
}

function messageBody(message: ChatMessage): JsonObject {
  if (message.role === "tool") return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  if (message.role !== "assistant" || !message.toolCalls) return { role: message.role, content: message.content };
  return {
    role: "assistant",
    content: message.content === "" ? null : message.content,
    tool_calls: message.toolCalls.map(({ id, name, arguments: given }) => ({
      id,
      type: "function",
      function: { name, arguments: given },
    })),
  };
}

/** Providers take only objects at the top of a schema; for anything else the words of the prompt must do. */
function responseFormat({ format, schema }: Chat): JsonObject {
  if (format !== "json") return {};
  if (!schema) return { response_format: { type: "json_object" } };
  if (schema["type"] !== "object") return {};
  return { response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: false } } };
}
