import type { Readable } from "node:stream";
import axios, { type AxiosInstance, type AxiosResponse } from "axios";
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from "request-filtering-agent";
import { messageOf } from "../../shared/errors.js";
import type { HostPattern } from "../opened-hosts.js";
import { deadline } from "./deadline.js";
import { type Destination, destinationOf } from "./destination.js";
import { guardedLookup, type Resolve, systemResolve } from "./guarded-lookup.js";
import { ACCEPTED_ENCODINGS, readCapped } from "./read-capped.js";

/** The most bytes of a body that are sent or kept. */
export const BODY_LIMIT = 1024 * 1024;

/** How long a call may take from its first byte to its last, unless it says otherwise. */
const CALL_TIMEOUT_MS = 15_000;

/** One request. Header names and values are the caller's to check (`headerFault`). */
type GuardedRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  timeoutMs?: number;
  /** How much of the answer is read; BODY_LIMIT when left out. */
  maxBytes?: number;
  signal: AbortSignal;
};

/** Why no answer came. `blocked_destination` never says more than that. */
export type GuardedFailure = {
  ok: false;
  code: "blocked_destination" | "timeout" | "aborted" | "connection" | "tls" | "bad_response" | "request_too_large";
  message: string;
  retryable: boolean;
};

/** An answer, whatever its status. Header names are lower case; a body beyond the limit is cut. */
type GuardedResponse = {
  ok: true;
  status: number;
  statusText: string;
  headers: Record<string, string>;
  body: Buffer;
  truncated: boolean;
};

/** The one way out over HTTP: nothing else in Millrace opens a connection to a web address. */
export type GuardedClient = { request(request: GuardedRequest): Promise<GuardedResponse | GuardedFailure> };

/** `opened`: hosts the operator named. `resolve` and `timeoutMs` are for tests. */
export type GuardedClientOptions = { opened: readonly HostPattern[]; resolve?: Resolve; timeoutMs?: number };

/**
 * A client that refuses addresses on the inside, whichever way they are written or resolved, follows no redirect, uses no
 * proxy and reads no more than 1 MB, or as much as a request asks for. It throws nothing: a failure is a value.
 */
export function guardedClient(options: GuardedClientOptions): GuardedClient {
  const resolve = options.resolve ?? systemResolve;
  const strict = privateInstance(resolve, false);
  const trusting = privateInstance(resolve, true);
  return {
    async request(request) {
      const destination = destinationOf(request.url, options.opened);
      if (!destination) return BLOCKED;
      if (request.body !== undefined && Buffer.byteLength(request.body) > BODY_LIMIT) {
        return failure("request_too_large", "The body to send is larger than 1 MB.", false);
      }
      const limit = deadline(request.signal, request.timeoutMs ?? options.timeoutMs ?? CALL_TIMEOUT_MS);
      try {
        return await exchange(destination.opened ? trusting : strict, destination, request, limit.signal);
      } catch (error) {
        if (limit.timedOut()) return failure("timeout", "The server did not answer in time.", true);
        if (request.signal.aborted) return failure("aborted", "The call was cancelled before an answer came.", true);
        return failureOf(error);
      } finally {
        limit.clear();
      }
    },
  };
}

/** No keep-alive: every request opens its own connection, to an address checked for it. */
function privateInstance(resolve: Resolve, opened: boolean): AxiosInstance {
  const agentOptions = {
    keepAlive: false,
    lookup: guardedLookup(resolve, opened),
    allowPrivateIPAddress: opened,
    allowMetaIPAddress: opened,
  };
  return axios.create({
    adapter: "http",
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: "stream",
    maxBodyLength: BODY_LIMIT,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
    transformResponse: [],
    httpAgent: new RequestFilteringHttpAgent(agentOptions),
    httpsAgent: new RequestFilteringHttpsAgent(agentOptions),
  });
}

async function exchange(
  client: AxiosInstance,
  destination: Destination,
  request: GuardedRequest,
  signal: AbortSignal,
): Promise<GuardedResponse | GuardedFailure> {
  const response: AxiosResponse<Readable> = await client.request<Readable>({
    method: request.method,
    url: destination.url.href,
    headers: { "User-Agent": "Millrace", Accept: "*/*", ...request.headers, "Accept-Encoding": ACCEPTED_ENCODINGS },
    data: request.body,
    signal,
  });
  const headers = flatHeaders(response.headers);
  const stop = () => response.data.destroy(new Error("aborted"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    const read = await readCapped(response.data, headers["content-encoding"] ?? "", request.maxBytes ?? BODY_LIMIT);
    if (!read) return failure("bad_response", "The answer is compressed in a way that was not asked for.", false);
    return { ok: true, status: response.status, statusText: response.statusText, headers, ...read };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function flatHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The refusal of a destination: the same words whatever the reason. */
export const BLOCKED: GuardedFailure = failure("blocked_destination", "This address may not be called.", false);

function failureOf(error: unknown): GuardedFailure {
  const codes = codesOf(error);
  if (codes.includes("EBLOCKED") || /is not allowed\. Because/.test(messageOf(error))) return BLOCKED;
  const tls = codes.find((code) => /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO)/.test(code));
  if (tls) return failure("tls", `A secure connection could not be made (${tls}).`, false);
  if (codes.some((code) => /^Z_|^ERR__?ERROR_FORMAT|BROTLI/.test(code))) {
    return failure("bad_response", "The answer could not be decompressed.", true);
  }
  if (codes.includes("ENOTFOUND")) return failure("connection", "The host name could not be resolved.", true);
  return failure("connection", `The connection failed${codes[0] ? ` (${codes[0]})` : ""}.`, true);
}

/** The codes of an error, of what caused it and, for several addresses tried in turn, of each. */
function codesOf(error: unknown): string[] {
  const { code, cause, errors } = (error ?? {}) as { code?: unknown; cause?: unknown; errors?: unknown };
  const inner = [...(cause === undefined ? [] : [cause]), ...(Array.isArray(errors) ? errors : [])];
  return [...(typeof code === "string" ? [code] : []), ...inner.flatMap(codesOf)];
}

function failure(code: GuardedFailure["code"], message: string, retryable: boolean): GuardedFailure {
  return { ok: false, code, message, retryable };
}
