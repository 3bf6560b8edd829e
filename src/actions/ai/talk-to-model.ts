import type { Chat, ChatAnswer, ChatMessage, ChatToolCall, EffectFailure } from "../../effects/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { StepContext } from "../action.js";
import { type RecordTool, type ToolResult, toolError } from "./record-tools.js";

/** What the model is asked for, the same in every turn. */
export type Request = Pick<Chat, "format" | "schema" | "temperature" | "maxTokens">;

/** A use of a tool as the step's log shows it. */
type LoggedCall = JsonObject;

/** A conversation of one attempt: it grows with every turn, and counts what it costs. */
export type Talk = {
  messages: ChatMessage[];
  turns: number;
  usage: { inputTokens: number; outputTokens: number };
  toolCalls: LoggedCall[];
};

/** Arguments longer than this are not even read. */
const LONGEST_ARGUMENTS = 4_000;

/** Begins a conversation with what has been said so far. */
export function startTalk(messages: ChatMessage[]): Talk {
  return { messages, turns: 0, usage: { inputTokens: 0, outputTokens: 0 }, toolCalls: [] };
}

/**
 * Asks until the model answers instead of asking for tools. After `mostCalls` uses it is told to answer without; a model
 * that asks on regardless fails `tool_limit`.
 */
export async function answerOf(
  talk: Talk,
  request: Request,
  step: StepContext,
  tools: Map<string, RecordTool>,
  mostCalls: number,
): Promise<{ ok: true; answer: ChatAnswer } | EffectFailure> {
  const offered = mostCalls > 0 ? [...tools.values()].map(({ tool }) => tool) : [];
  for (;;) {
    const mayUseTools = offered.length > 0 && talk.toolCalls.length < mostCalls;
    const result = await step.outside.chat({
      ...request,
      messages: talk.messages,
      ...(offered.length > 0 ? { tools: offered, mayUseTools } : {}),
      turn: ++talk.turns,
    });
    if (!result.ok) return result;
    const { text, toolCalls, usage } = result.answer;
    talk.usage.inputTokens += usage.inputTokens;
    talk.usage.outputTokens += usage.outputTokens;
    if (toolCalls.length === 0) return result;
    if (!mayUseTools) return overLimit(mostCalls);
    talk.messages.push({ role: "assistant", content: text, toolCalls });
    for (const call of toolCalls) {
      const spent = talk.toolCalls.length >= mostCalls;
      const done = spent
        ? toolError("No more look-ups are allowed. Answer with what you know.")
        : await use(call, tools);
      talk.messages.push({ role: "tool", toolCallId: call.id, content: done.told });
      talk.toolCalls.push(logged(call, done));
    }
  }
}

async function use(call: ChatToolCall, tools: Map<string, RecordTool>): Promise<ToolResult> {
  const found = tools.get(call.name);
  if (!found)
    return toolError(`There is no tool "${call.name.slice(0, 80)}". There are: ${[...tools.keys()].join(", ")}.`);
  if (!call.given || call.arguments.length > LONGEST_ARGUMENTS)
    return toolError("The arguments must be a short JSON object.");
  return found.use(call.given);
}

function logged({ name, given, arguments: text }: ChatToolCall, done: ToolResult): LoggedCall {
  const { told: _, ...outcome } = done;
  const asked = given && text.length <= LONGEST_ARGUMENTS ? given : text.slice(0, 500);
  return { name: name.slice(0, 100), arguments: asked, ...outcome };
}

function overLimit(mostCalls: number): EffectFailure {
  return {
    ok: false,
    code: "tool_limit",
    message:
      mostCalls === 0
        ? "The model asked for a tool, and this step allows it none."
        : `The model went on asking for tools after ${mostCalls} ${mostCalls === 1 ? "use" : "uses"}.`,
    retryable: false,
  };
}
