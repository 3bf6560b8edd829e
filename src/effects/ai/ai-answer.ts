import { isObject, type JsonObject, readPath } from "../../shared/json.js";
import type { Chat, ChatAnswer, ChatToolCall, EffectFailure } from "../effects.js";
import { readableBody } from "../http/response-body.js";

/** More calls of one answer than this are not even looked at. */
const MOST_CALLS = 50;

/**
 * What the chat completions API answered. A body of another shape (a proxy's page, say) is `bad_answer` and may be tried
 * again; a model that declines is `refused`.
 */
export function readAnswer(
  body: unknown,
  format: Chat["format"],
  model: string,
): { ok: true; answer: ChatAnswer } | EffectFailure {
  const message = readPath(body, "choices[0].message");
  if (!isObject(body) || !isObject(message)) {
    return {
      ok: false,
      code: "bad_answer",
      message: "What came from AI_BASE_URL is not an answer of the chat completions API.",
      retryable: true,
    };
  }
  const finish = readPath(body, "choices[0].finish_reason");
  const refusal = message["refusal"];
  const text = textOf(message["content"]);
  if (finish === "content_filter" || (typeof refusal === "string" && refusal !== "" && text === "")) {
    const words = typeof refusal === "string" && refusal !== "" ? `: ${refusal.slice(0, 300)}` : ".";
    return { ok: false, code: "refused", message: `The model declined to answer${words}`, retryable: false };
  }
  const parsed = format === "json" ? jsonIn(text) : null;
  return {
    ok: true,
    answer: {
      text,
      ...(parsed ? { data: parsed.value } : {}),
      model: typeof body["model"] === "string" && body["model"] !== "" ? body["model"] : model,
      usage: usageOf(body["usage"]),
      toolCalls: toolCallsOf(message["tool_calls"]),
      cut: finish === "length",
      simulated: false,
    },
  };
}

/** Some providers answer in parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (isObject(part) && typeof part["text"] === "string" ? part["text"] : "")).join("");
}

function usageOf(usage: unknown): ChatAnswer["usage"] {
  const count = (name: string) => {
    const tokens = Number(readPath(usage, name));
    return Number.isInteger(tokens) && tokens > 0 ? tokens : 0;
  };
  return { inputTokens: count("prompt_tokens"), outputTokens: count("completion_tokens") };
}

function toolCallsOf(calls: unknown): ChatToolCall[] {
  if (!Array.isArray(calls)) return [];
  return calls.slice(0, MOST_CALLS).flatMap((call: unknown, place): ChatToolCall[] => {
    const name = readPath(call, "function.name");
    if (typeof name !== "string") return [];
    const given = readPath(call, "function.arguments") ?? "";
    const text = typeof given === "string" ? given : JSON.stringify(given);
    const id = readPath(call, "id");
    return [
      { id: typeof id === "string" && id !== "" ? id : `call_${place}`, name, arguments: text, given: objectIn(text) },
    ];
  });
}

/** Nothing at all stands for no arguments. */
function objectIn(text: string): JsonObject | null {
  if (text.trim() === "") return {};
  const parsed = jsonIn(text);
  return parsed && isObject(parsed.value) ? parsed.value : null;
}

/** The JSON a text is, also in a code fence; null when it is none, or nested deeper than anybody should walk. */
function jsonIn(text: string): { value: unknown } | null {
  const plain = (/^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/i.exec(text)?.[1] ?? text).trim();
  if (plain === "") return null;
  // A body that is no JSON stays the text it was, and no JSON text means itself.
  const value = readableBody(Buffer.from(plain), "application/json", false).body;
  return value === plain ? null : { value };
}
