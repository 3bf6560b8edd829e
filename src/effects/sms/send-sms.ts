import { Problem } from "../../shared/errors.js";
import { isObject } from "../../shared/json.js";
import type { EffectContext, EffectResult, SmsMessage } from "../effects.js";
import type { GuardedClient } from "../http/guarded-client.js";
import { type HttpRoom, sendHttp } from "../http/send-http.js";
import { redact } from "../secrets/redact.js";

/** How the operator's SMS service is reached: its host counts as opened. */
export type SmsRoute = { client: GuardedClient; url: string; headers: Record<string, string>; password: string };

const LONGEST = 1_600;

/**
 * The way to the service SMS_URL names; null without one. What stands before an `@` in it becomes Basic authentication.
 * Throws a Problem for what is no http(s) address, without repeating it: it may hold a password.
 */
export function smsRoute(
  { smsUrl }: { smsUrl?: string | undefined },
  clientFor: (chosen: URL) => GuardedClient,
): SmsRoute | null {
  if (!smsUrl) return null;
  const url = URL.canParse(smsUrl) ? new URL(smsUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Problem(
      500,
      "configuration",
      "SMS_URL is not an address such as https://user:password@sms.example.com/send.",
    );
  const password = decodeURIComponent(url.password);
  const pair = Buffer.from(`${decodeURIComponent(url.username)}:${password}`).toString("base64");
  const headers: Record<string, string> = url.username || url.password ? { Authorization: `Basic ${pair}` } : {};
  url.username = "";
  url.password = "";
  return { client: clientFor(url), url: url.href, headers, password };
}

/**
 * Hands a text message over as `{ to, text }`, with the step's idempotency key, or records it in a simulation. What the
 * service calls the message is told as `messageId`, if it says so.
 */
export async function sendSms(
  route: SmsRoute | null,
  room: Pick<HttpRoom, "clock" | "opened">,
  context: EffectContext,
  message: SmsMessage,
  hidden: Record<string, string>,
): Promise<EffectResult> {
  const to = message.to.replace(/[\s().-]/g, "");
  const wrong = faultOf(to, message);
  if (wrong) return refused("invalid_request", wrong);
  const { record, stepKey } = context;
  if (record) {
    record.push({ kind: "sms.send", stepKey, rendered: redact({ to, text: message.text }, hidden) });
    return { ok: true, output: { to, messageId: null, simulated: true } };
  }
  if (!route) return refused("sms_not_configured", "Text messages cannot be sent: SMS_URL is not set.");
  const call = { method: "POST", url: route.url, headers: route.headers, body: { to, text: message.text } };
  const result = await sendHttp({ ...room, client: route.client }, context, call, [], hidden);
  return result.ok ? { ok: true, output: { to, messageId: idIn(result.output["body"]) } } : result;
}

function faultOf(to: string, { to: written, text }: SmsMessage): string | null {
  if (!/^\+?\d{3,15}$/.test(to)) return `"${written.slice(0, 60)}" is no phone number, such as +49 30 5550200.`;
  if (text.trim() === "") return "The message is empty.";
  return text.length > LONGEST ? "The message is longer than 1,600 characters." : null;
}

function refused(code: string, message: string): EffectResult {
  return { ok: false, code, message, retryable: false };
}

function idIn(body: unknown): string | null {
  const given = isObject(body) ? (body["messageId"] ?? body["message_id"] ?? body["id"] ?? body["sid"]) : undefined;
  return typeof given === "string" || typeof given === "number" ? String(given) : null;
}
