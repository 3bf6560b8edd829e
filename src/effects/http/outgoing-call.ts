import { isObject } from "../../shared/json.js";
import type { HttpCall } from "../effects.js";
import { misplacedSecret } from "../secrets/bound-secrets.js";
import { type OpenedSecret, secretNamed } from "../secrets/secrets.js";
import { headerFault, isHeaderValue } from "./request-headers.js";

/** A call as it goes over the wire. */
export type OutgoingCall = { method: string; url: string; headers: Record<string, string>; body?: string };

/** What is wrong with a call before anything is sent; trying again would not help. */
export type CallFault = { ok: false; code: string; message: string; retryable: false };

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Makes the request: query, body, sign-in and the idempotency key in their places. A secret that is bound to hosts is let
 * into a request for those hosts only, wherever in it it stands. Throws a Problem for a secret that does not exist.
 */
export function outgoingCall(call: HttpCall, key: string, secrets: OpenedSecret[]): OutgoingCall | CallFault {
  const method = call.method.toUpperCase();
  if (!METHODS.includes(method))
    return fault("invalid_request", `"${call.method.slice(0, 20)}" is not a method. Known: ${METHODS.join(", ")}.`);
  const given = Object.fromEntries(
    Object.entries(call.headers ?? {}).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, String(value)]],
    ),
  );
  const body = bodyOf(call.body, contentTypeOf(given));
  if (body !== null && (method === "GET" || method === "HEAD"))
    return fault("invalid_request", `A ${method} request carries no body.`);
  const auth = authHeader(call.auth, secrets);
  const wrong = headerFault({ ...given, ...auth });
  if (wrong) return fault("forbidden_header", wrong);
  if (!isHeaderValue(key)) return fault("invalid_request", "The idempotency key cannot be sent as a header.");
  const outgoing: OutgoingCall = {
    method,
    url: withQuery(call.url, call.query),
    headers: {
      ...(body && !contentTypeOf(given) ? { "Content-Type": body.type } : {}),
      ...withoutAuth(given, auth),
      ...auth,
    },
    ...(body ? { body: body.text } : {}),
  };
  const everything = [outgoing.url, ...Object.values(outgoing.headers), outgoing.body ?? ""].join("\n");
  const misplaced = misplacedSecret(everything, outgoing.url, secrets);
  if (misplaced) return misplaced;
  return { ...outgoing, headers: { ...outgoing.headers, "Idempotency-Key": key, "webhook-id": key } };
}

function authHeader(auth: HttpCall["auth"], secrets: OpenedSecret[]): Record<string, string> {
  if (!auth) return {};
  const { value } = secretNamed(secrets, auth.secret);
  if (auth.scheme === "header") return { [auth.header ?? "X-Api-Key"]: value };
  if (auth.scheme !== "basic") return { Authorization: `Bearer ${value}` };
  const pair = value.includes(":") ? value : `${value}:`;
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** The sign-in by secret replaces a header of the same name, whatever its case. */
function withoutAuth(headers: Record<string, string>, auth: Record<string, string>): Record<string, string> {
  const taken = Object.keys(auth).map((name) => name.toLowerCase());
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !taken.includes(name.toLowerCase())));
}

function contentTypeOf(headers: Record<string, string>): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1];
}

function bodyOf(body: unknown, contentType: string | undefined): { text: string; type: string } | null {
  if (body === undefined || body === null || body === "") return null;
  if (typeof body === "string") return { text: body, type: "text/plain; charset=utf-8" };
  if (isObject(body) && contentType?.startsWith("application/x-www-form-urlencoded")) {
    return { text: queryText(body), type: contentType };
  }
  return { text: JSON.stringify(body), type: "application/json" };
}

/** Added as text: parsing the address here would tidy up what the guard must see as it was written. */
function withQuery(url: string, query: HttpCall["query"]): string {
  const text = query ? queryText(query) : "";
  if (text === "") return url;
  const [address = "", ...fragment] = url.split("#");
  const joined = `${address}${address.includes("?") ? (/[?&]$/.test(address) ? "" : "&") : "?"}${text}`;
  return fragment.length > 0 ? `${joined}#${fragment.join("#")}` : joined;
}

function queryText(values: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined)
        params.append(name, typeof one === "object" ? JSON.stringify(one) : String(one));
    }
  }
  return params.toString();
}

function fault(code: string, message: string): CallFault {
  return { ok: false, code, message, retryable: false };
}
