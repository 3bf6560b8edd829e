/** Headers that decide where a request goes, how it is framed, or what only the engine may say. */
const RESERVED =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|accept-encoding|idempotency-key|webhook-id|proxy-.*|sec-.*|:.*)$/i;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;

/** What a header may hold: no line break and no control character, only bytes HTTP can carry. */
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]{0,8192}$/;

/** The first header that may not be sent, in words, or null. */
export function headerFault(headers: Record<string, unknown>): string | null {
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name)) return "A header name holds a character that is not allowed.";
    if (RESERVED.test(name)) return `The header "${name}" is set by Millrace and cannot be given.`;
    if (!isHeaderValue(value)) return `The value of the header "${name}" holds a character that is not allowed.`;
  }
  return null;
}

/** True for a text that can be the value of a header. */
export function isHeaderValue(value: unknown): value is string {
  return typeof value === "string" && VALUE.test(value);
}

const SAFE =
  /^(content-type|content-length|date|etag|last-modified|location|link|retry-after|x-request-id|x-correlation-id|x-ratelimit-.*|ratelimit.*)$/;

/** The response headers worth keeping: none that sets a cookie or carries a credential. */
export function safeHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => SAFE.test(name)));
}
