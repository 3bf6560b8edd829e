import type { Clock } from "../../shared/clock.js";
import type { EffectContext, EffectResult, HttpCall } from "../effects.js";
import type { HostPattern } from "../opened-hosts.js";
import { redact } from "../secrets/redact.js";
import type { OpenedSecret } from "../secrets/secrets.js";
import { destinationOf } from "./destination.js";
import { BLOCKED, BODY_LIMIT, type GuardedClient } from "./guarded-client.js";
import { type OutgoingCall, outgoingCall } from "./outgoing-call.js";
import { safeHeaders } from "./request-headers.js";
import { isJson, readableBody } from "./response-body.js";
import { retryAfterMs } from "./retry-after.js";

/** No call may hold a worker longer than this, whatever its author asked for. */
const LONGEST_MS = 120_000;

/** No answer may fill a worker's memory, whatever its author asked for. */
const LARGEST_BYTES = 10 * 1024 * 1024;

/** What calls work with. `opened` is for a simulation, which asks the guard without looking any name up. */
export type HttpRoom = { client: GuardedClient; clock: Clock; opened: readonly HostPattern[] };

/** Checks and makes a call, or records it in a simulation. */
export async function sendHttp(
  room: HttpRoom,
  context: EffectContext,
  call: HttpCall,
  secrets: OpenedSecret[],
  hidden: Record<string, string>,
): Promise<EffectResult> {
  const outgoing = outgoingCall(call, context.idempotencyKey, secrets);
  if ("ok" in outgoing) return outgoing;
  if (!context.record) return exchange(room, outgoing, context.signal, call);
  if (!destinationOf(outgoing.url, room.opened)) return BLOCKED;
  context.record.push({ kind: "http.request", stepKey: context.stepKey, rendered: redact({ ...outgoing }, hidden) });
  return { ok: true, output: { status: 200, headers: {}, body: {}, truncated: false, simulated: true } };
}

/**
 * An answer below 300 is a success, any other a failure whose output still holds the answer; 408, 425, 429 and 5xx may be
 * tried again, no sooner than Retry-After says.
 */
async function exchange(
  room: HttpRoom,
  call: OutgoingCall,
  signal: AbortSignal,
  { timeoutMs: asked, maxBytes = BODY_LIMIT }: Pick<HttpCall, "timeoutMs" | "maxBytes">,
): Promise<EffectResult> {
  const timeoutMs = asked === undefined ? {} : { timeoutMs: Math.min(Math.max(asked, 1), LONGEST_MS) };
  const cap = Math.min(Math.max(maxBytes, 1), LARGEST_BYTES);
  const response = await room.client.request({ ...call, ...timeoutMs, maxBytes: cap, signal });
  if (!response.ok) return response;
  const { status, headers } = response;
  const { body, encoding } = readableBody(response.body, headers["content-type"] ?? "", response.truncated);
  const output = {
    status,
    headers: safeHeaders(headers),
    body,
    truncated: response.truncated,
    ...(encoding ? { bodyEncoding: encoding } : {}),
  };
  if (status >= 200 && status < 300) {
    if (!response.truncated || !isJson(headers["content-type"] ?? "")) return { ok: true, output };
    // Half a JSON text is none: a later step could not read it, and would not know why.
    const message = `The answer is larger than ${Math.floor(cap / 1024)} kB, so it is not whole. Ask for less at a time, or raise the largest answer of this step.`;
    return { ok: false, code: "answer_too_large", message, retryable: false, output };
  }
  const retryable = status >= 500 || status === 408 || status === 425 || status === 429;
  const wait = retryable ? retryAfterMs(headers["retry-after"], room.clock.now()) : undefined;
  return {
    ok: false,
    code: status === 410 ? "gone" : `http_${status}`,
    message: `The server answered ${status}${response.statusText ? ` ${response.statusText}` : ""}.${note(status)}`,
    retryable,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    output,
  };
}

function note(status: number): string {
  if (status === 410) return " The address is gone for good.";
  return status >= 300 && status < 400 ? " Redirects are not followed; give the final address." : "";
}
