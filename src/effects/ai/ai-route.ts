import { Problem } from "../../shared/errors.js";
import type { GuardedClient } from "../http/guarded-client.js";
import { isHeaderValue } from "../http/request-headers.js";

/** How the AI provider is reached: the guarded client with its host opened, and where and as whom to ask. */
export type AiRoute = { client: GuardedClient; url: string; key: string | null; model: string; timeoutMs: number };

/** Asked when AI_MODEL names none. */
export const DEFAULT_MODEL = "gpt-4o-mini";

/** No single answer may take longer, whatever its step allows. */
const LONGEST_MS = 600_000;

/**
 * The way to the provider that the settings describe; null without AI_BASE_URL. Throws a Problem for an address or a key
 * that cannot be used.
 */
export function aiRoute(
  config: { aiBaseUrl?: string | undefined; aiApiKey?: string | undefined; aiModel?: string | undefined },
  clientFor: (chosen: URL) => GuardedClient,
  timeoutMs = LONGEST_MS,
): AiRoute | null {
  const { aiBaseUrl, aiApiKey, aiModel } = config;
  if (!aiBaseUrl) return null;
  const url = URL.canParse(aiBaseUrl) ? new URL(aiBaseUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new Problem(500, "configuration", "AI_BASE_URL must be an address such as https://api.openai.com/v1.");
  }
  if (aiApiKey && !isHeaderValue(aiApiKey))
    throw new Problem(500, "configuration", "AI_API_KEY holds a character that cannot be sent.");
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith("/chat/completions") ? path : `${path}/chat/completions`;
  return { client: clientFor(url), url: url.href, key: aiApiKey || null, model: aiModel || DEFAULT_MODEL, timeoutMs };
}
