import type { Clock } from "../../shared/clock.js";
import { readPath } from "../../shared/json.js";
import type { Chat, ChatAnswer, EffectContext, EffectFailure } from "../effects.js";
import { readableBody } from "../http/response-body.js";
import { retryAfterMs } from "../http/retry-after.js";
import { redact } from "../secrets/redact.js";
import { readAnswer } from "./ai-answer.js";
import { chatBody } from "./ai-request.js";
import { type AiRoute, DEFAULT_MODEL } from "./ai-route.js";
import { sampleOf } from "./ai-sample.js";

/** Asks the model, or records the question in a simulation, which gets an answer of the right shape. */
export async function askModel(
  route: AiRoute | null,
  clock: Clock,
  context: EffectContext,
  chat: Chat,
  secrets: Record<string, string>,
): Promise<{ ok: true; answer: ChatAnswer } | EffectFailure> {
  if (context.record) {
    const { turn: _, tools, ...asked } = chat;
    const model = route?.model ?? DEFAULT_MODEL;
    const rendered = { model, ...asked, ...(tools ? { tools: tools.map(({ name }) => name) } : {}) };
    context.record.push({ kind: "llm", stepKey: context.stepKey, rendered: redact(rendered, secrets) });
    return { ok: true, answer: samplesOf(chat, model) };
  }
  if (route) return exchange(route, clock, context, chat);
  return {
    ok: false,
    code: "ai_not_configured",
    message:
      "No AI provider is connected: set AI_BASE_URL to an API that speaks OpenAI's chat completions, such as https://api.openai.com/v1, and AI_API_KEY and AI_MODEL with it.",
    retryable: false,
  };
}

function samplesOf(chat: Chat, model: string): ChatAnswer {
  const answer = { model, usage: { inputTokens: 0, outputTokens: 0 }, toolCalls: [], cut: false, simulated: true };
  if (chat.format === "text") return { text: "…", ...answer };
  const data = sampleOf(chat.schema ?? { type: "object" });
  return { text: JSON.stringify(data), data, ...answer };
}

async function exchange(
  route: AiRoute,
  clock: Clock,
  context: EffectContext,
  chat: Chat,
): Promise<{ ok: true; answer: ChatAnswer } | EffectFailure> {
  const key = chat.turn === 1 ? context.idempotencyKey : `${context.idempotencyKey}/${chat.turn}`;
  const response = await route.client.request({
    method: "POST",
    url: route.url,
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Idempotency-Key": key,
      ...(route.key ? { Authorization: `Bearer ${route.key}` } : {}),
    },
    body: JSON.stringify(chatBody(chat, route.model)),
    timeoutMs: route.timeoutMs,
    signal: context.signal,
  });
  if (!response.ok) return response;
  const { status, headers } = response;
  const { body } = readableBody(response.body, "application/json", response.truncated);
  if (status < 200 || status >= 300) return refusalOf(status, body, retryAfterMs(headers["retry-after"], clock.now()));
  if (!response.truncated) return readAnswer(body, chat.format, route.model);
  return {
    ok: false,
    code: "answer_too_large",
    message: "The model's answer is larger than 1 MB. Set maxTokens to keep it shorter.",
    retryable: false,
  };
}

/** What may pass by itself is what HTTP calls try again as well, no sooner than Retry-After says. */
function refusalOf(status: number, body: unknown, waitMs: number | undefined): EffectFailure {
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429;
  return {
    ok: false,
    code: `http_${status}`,
    message: `The AI provider answered ${status}${reasonIn(body)}.${note(status)}`,
    retryable,
    ...(retryable && waitMs !== undefined ? { retryAfterMs: waitMs } : {}),
  };
}

/** The provider's own words, which say what to change: a model it does not have, a prompt that is too long. */
function reasonIn(body: unknown): string {
  const reason = readPath(body, "error.message") ?? readPath(body, "error") ?? readPath(body, "message");
  if (typeof reason !== "string" || reason.trim() === "") return "";
  const line = reason.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return `: ${line.length > 300 ? `${line.slice(0, 299)}…` : line.replace(/\.$/, "")}`;
}

function note(status: number): string {
  if (status === 401 || status === 403) return " Check AI_API_KEY.";
  if (status === 404) return " Check AI_BASE_URL, which usually ends with /v1, and AI_MODEL.";
  return status >= 300 && status < 400 ? " Redirects are not followed; set AI_BASE_URL to the final address." : "";
}
