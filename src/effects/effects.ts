import type { JsonObject } from "../shared/json.js";
import type { KeyRing } from "./key-ring.js";

/** A mail ready to send. Addresses are validated objects: a comma or a line break in one never becomes a second one. */
export type MailMessage = {
  to: string[];
  cc?: string[];
  bcc?: string[];
  replyTo?: string;
  subject: string;
  /** What the author wrote: Markdown or HTML; the text part is made from it. */
  body: string;
  format: "markdown" | "html";
  /** `content` is text, or base64 with `encoding` saying so. */
  attachments?: { filename: string; content: string; contentType?: string; encoding?: "utf8" | "base64" }[];
  track?: boolean;
  class: "transactional" | "marketing";
};

/** A Slack message to a channel, or to a person by e-mail. */
export type SlackMessage = { channel?: string; email?: string; text: string; blocks?: unknown[] };

/** A call to another system. Bodies that are not text go as JSON. */
export type HttpCall = {
  method: string;
  url: string;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
  auth?: { secret: string; scheme?: "bearer" | "basic" | "header"; header?: string };
  timeoutMs?: number;
};

/** What an effect came to. A failure is a value, not a throw: `retryable` says whether trying again can help. */
export type EffectResult =
  | { ok: true; output: JsonObject }
  | { ok: false; code: string; message: string; retryable: boolean; retryAfterMs?: number; output?: JsonObject };

/** An effect kept instead of sent, in a simulation. */
export type RecordedEffect = { kind: string; stepKey: string; rendered: JsonObject };

/** The gateway bound to one attempt of one step: key, deadline, and whether it records instead of sending. */
export type Outside = {
  mail(message: MailMessage): Promise<EffectResult>;
  slack(message: SlackMessage): Promise<EffectResult>;
  http(call: HttpCall): Promise<EffectResult>;
};

/** What `bind` needs to know. With `record` nothing leaves the process; each effect is pushed there. */
export type EffectContext = {
  workspaceId: string;
  runId: string;
  stepKey: string;
  idempotencyKey: string;
  signal: AbortSignal;
  record?: RecordedEffect[];
};

/** The one gateway: everything that leaves the process goes through a binding of it. */
export type Effects = {
  /** The keys of SECRET_KEY, for the verbs about secrets and unsubscribe addresses. */
  readonly keys: KeyRing;
  bind(context: EffectContext): Outside;
  /** Decrypted values of the named secrets; throws a Problem naming the first one missing. */
  secretValues(workspaceId: string, names: string[]): Promise<Record<string, string>>;
  /** A copy of `value` in which every known secret's value (also base64 and URL-encoded) reads `[secret name]`. */
  redact<T>(value: T, secrets: Record<string, string>): T;
  close(): Promise<void>;
};
