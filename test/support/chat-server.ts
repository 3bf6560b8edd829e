import type { ServerResponse } from "node:http";
import { isObject, type JsonObject } from "../../src/shared/json.js";
import { loopback } from "./loopback.js";

/** What the model does next: says a text, asks for tools by name with arguments, or whatever a function makes of it. */
export type NextAnswer = string | { use: [name: string, given: unknown][] } | ((response: ServerResponse) => void);

/** A question as it arrived. */
export type Asked = {
  model: string;
  messages: { role: string; content: string | null; tool_calls?: unknown[] }[];
  response_format?: JsonObject;
  tools?: { function: { name: string; description: string; parameters: JsonObject } }[];
  [more: string]: unknown;
};

/** A local provider that speaks the chat completions API. `answers` are given in order; when there are none left it says "Fine.". */
export async function chatServer() {
  const answers: NextAnswer[] = [];
  const server = await loopback((_request, response) => {
    const next = answers.shift() ?? "Fine.";
    if (typeof next === "function") next(response);
    else response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(completion(next)));
  });
  return {
    ...server,
    baseUrl: `${server.url}/v1`,
    answers,
    asked: (at: number): Asked => JSON.parse(server.received[at]?.body ?? "null"),
    /** Forgets what was asked and what is still to be answered. */
    reset() {
      answers.length = 0;
      server.received.length = 0;
    },
  };
}

export type ChatServer = Awaited<ReturnType<typeof chatServer>>;

/** A failing provider's answer. */
export function failing(status: number, body: unknown, headers: Record<string, string> = {}): NextAnswer {
  return (response) => response.writeHead(status, headers).end(isObject(body) ? JSON.stringify(body) : String(body));
}

/** An answer as the API writes it; `more` goes over the choice. */
export function completion(
  next: Exclude<NextAnswer, (response: ServerResponse) => void>,
  more: JsonObject = {},
): JsonObject {
  const message =
    typeof next === "string"
      ? { role: "assistant", content: next }
      : {
          role: "assistant",
          content: null,
          tool_calls: next.use.map(([name, given], at) => ({
            id: `call_${at}`,
            type: "function",
            function: { name, arguments: typeof given === "string" ? given : JSON.stringify(given) },
          })),
        };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: "test-model-2026",
    choices: [{ index: 0, message, finish_reason: typeof next === "string" ? "stop" : "tool_calls", ...more }],
    usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
  };
}
