import {
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from "@slack/web-api";
import type { Clock } from "../../shared/clock.js";
import { Problem } from "../../shared/errors.js";
import { readPath } from "../../shared/json.js";
import type { EffectContext, EffectResult, SlackMessage } from "../effects.js";
import type { GuardedClient, GuardedFailure } from "../http/guarded-client.js";
import { retryAfterMs } from "../http/retry-after.js";
import { redact } from "../secrets/redact.js";

/** How Slack is reached: the guarded client with its host opened, the token, and the address of its API. */
export type SlackRoute = { client: GuardedClient; token: string; apiUrl: string };

/**
 * The way to Slack that the settings describe; null without a token. `clientFor` is given the API's address when the
 * operator set it: only then does its host count as opened. Throws a Problem for an address that is none.
 */
export function slackRoute(
  config: { slackToken?: string | undefined; slackApiUrl?: string | undefined },
  clientFor: (chosen: URL | null) => GuardedClient,
): SlackRoute | null {
  const { slackToken: token, slackApiUrl: apiUrl } = config;
  if (apiUrl !== undefined && !URL.canParse(apiUrl)) {
    throw new Problem(500, "configuration", `SLACK_API_URL is "${apiUrl}", which is not an address.`);
  }
  if (!token) return null;
  return { client: clientFor(apiUrl ? new URL(apiUrl) : null), token, apiUrl: apiUrl ?? "https://slack.com/api/" };
}

/** Posts a message, or records it in a simulation. */
export async function sendSlack(
  route: SlackRoute | null,
  clock: Clock,
  context: EffectContext,
  message: SlackMessage,
  secrets: Record<string, string>,
): Promise<EffectResult> {
  const wrong = faultOf(message);
  if (wrong) return { ok: false, code: "invalid_request", message: wrong, retryable: false };
  if (context.record) {
    context.record.push({ kind: "slack.send", stepKey: context.stepKey, rendered: redact({ ...message }, secrets) });
    return { ok: true, output: { channel: message.channel ?? message.email, ts: "0", simulated: true } };
  }
  if (route) return post(route, clock, context, message);
  return {
    ok: false,
    code: "slack_not_configured",
    message: "Slack is not connected: SLACK_TOKEN is not set.",
    retryable: false,
  };
}

function faultOf(message: SlackMessage): string | null {
  if (!message.channel === !message.email) return "Give either a channel or a person's e-mail address.";
  if (message.text.trim() === "" && !message.blocks?.length) return "The message is empty.";
  return message.text.length > 40_000 ? "The message is longer than 40,000 characters." : null;
}

const TRANSIENT = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);

/**
 * To a channel, or to the person with that e-mail address. Slack knows no idempotency key; ours goes along as message
 * metadata, where a reader of the channel's history can find it.
 */
async function post(
  route: SlackRoute,
  clock: Clock,
  context: EffectContext,
  message: SlackMessage,
): Promise<EffectResult> {
  const slack = new WebClient(route.token, {
    slackApiUrl: route.apiUrl,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: fetchThrough(route.client, context.signal),
    logger: silent,
  });
  try {
    const channel = message.email ? await personByEmail(slack, message.email) : message.channel;
    const posted: Record<string, unknown> = await callSlack(slack, "chat.postMessage", {
      channel,
      text: message.text,
      ...(message.blocks ? { blocks: message.blocks } : {}),
      metadata: { event_type: "millrace_step", event_payload: { key: context.idempotencyKey } },
    });
    return { ok: true, output: { channel: posted["channel"] ?? channel, ts: posted["ts"] } };
  } catch (error) {
    return failureOf(error, clock.now());
  }
}

async function callSlack(
  slack: WebClient,
  method: string,
  args: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return { ...(await slack.apiCall(method, args)) };
}

async function personByEmail(slack: WebClient, email: string): Promise<unknown> {
  return readPath(await callSlack(slack, "users.lookupByEmail", { email }), "user.id");
}

const NOT_UNDERSTOOD: EffectResult = {
  ok: false,
  code: "slack_answer",
  message: "Slack's answer could not be understood.",
  retryable: true,
};

function failureOf(error: unknown, now: number): EffectResult {
  if (error instanceof WebAPIRateLimitedError) {
    const wait = retryAfterMs(String(Math.ceil(error.retryAfter)), now) ?? 1000;
    return {
      ok: false,
      code: "slack_ratelimited",
      message: "Slack asks to slow down.",
      retryable: true,
      retryAfterMs: wait,
    };
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (!/^[a-z0-9_]{1,60}$/.test(code)) return NOT_UNDERSTOOD;
    return {
      ok: false,
      code: `slack_${code}`,
      message: `Slack refused the message: ${code}.`,
      retryable: TRANSIENT.has(code),
    };
  }
  if (error instanceof WebAPIHTTPError) {
    const retryable = error.statusCode >= 500 || [408, 425, 429].includes(error.statusCode);
    return { ok: false, code: `http_${error.statusCode}`, message: `Slack answered ${error.statusCode}.`, retryable };
  }
  const failure =
    error instanceof WebAPIRequestError ? (error.original as { failure?: GuardedFailure }).failure : undefined;
  return failure ?? NOT_UNDERSTOOD;
}

/** The shape of `fetch` that Slack's library needs, on top of the guarded client. */
function fetchThrough(client: GuardedClient, signal: AbortSignal) {
  return async (
    url: string | URL,
    init: { method?: string; headers?: Record<string, string>; body?: string | FormData } = {},
  ) => {
    const response = await client.request({
      method: init.method ?? "GET",
      url: String(url),
      headers: init.headers ?? {},
      ...(typeof init.body === "string" ? { body: init.body } : {}),
      signal,
    });
    if (!response.ok) throw Object.assign(new Error(response.code), { failure: response });
    const { status, statusText, headers, body } = response;
    return {
      ok: status >= 200 && status < 300,
      status,
      statusText,
      url: String(url),
      headers: { get: (name: string) => headers[name.toLowerCase()] ?? null, entries: () => Object.entries(headers) },
      arrayBuffer: async () => new Uint8Array(body).buffer,
      json: async (): Promise<unknown> => JSON.parse(body.toString("utf8")),
      text: async () => body.toString("utf8"),
    };
  };
}

/** What goes wrong comes back as a result; the library's own lines would repeat it, with addresses in them. */
const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
