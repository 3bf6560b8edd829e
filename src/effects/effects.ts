import type { JsonObject } from "../shared/json.js";
import type { KeyRing } from "./secrets/key-ring.js";

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
  /** Kept in the outbox for a person to look at, and not sent. */
  draft?: boolean;
};

/** A Slack message to a channel, or to a person by e-mail. */
export type SlackMessage = { channel?: string; email?: string; text: string; blocks?: unknown[] };

/** A text message to one phone number. */
export type SmsMessage = { to: string; text: string };

/** A call to another system. Bodies that are not text go as JSON. */
export type HttpCall = {
  method: string;
  url: string;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
  auth?: { secret: string; scheme?: "bearer" | "basic" | "header"; header?: string };
  timeoutMs?: number;
  /** How much of the answer is read; 1 MB when left out. */
  maxBytes?: number;
};

/** A tool a model may ask for. `parameters` is a JSON Schema. */
export type ChatTool = { name: string; description: string; parameters: JsonObject };

/** A tool a model asked for. `given` is what `arguments` says, null when that is no JSON object. */
export type ChatToolCall = { id: string; name: string; arguments: string; given: JsonObject | null };

/** One message of a conversation with a model. */
export type ChatMessage =
  | { role: "system" | "user"; content: string }
  | { role: "assistant"; content: string; toolCalls?: ChatToolCall[] }
  | { role: "tool"; toolCallId: string; content: string };

/** One question to the model: the whole conversation so far, and what its answer should be. */
export type Chat = {
  messages: ChatMessage[];
  format: "text" | "json";
  /** What JSON should look like; the answer is not checked here. */
  schema?: JsonObject;
  temperature?: number;
  maxTokens?: number;
  tools?: ChatTool[];
  /** False when the tools are known to the conversation, but may not be asked for any more. */
  mayUseTools?: boolean;
  /** Counts the questions of one attempt from 1: each has a key of its own. */
  turn: number;
};

/** What a model answered. `data` is there when JSON was asked for and came; `cut`: it ran into the limit of tokens. */
export type ChatAnswer = {
  text: string;
  data?: unknown;
  model: string;
  usage: { inputTokens: number; outputTokens: number };
  toolCalls: ChatToolCall[];
  cut: boolean;
  simulated: boolean;
};

/** A message kept for later steps of a thread. */
export type Remembered = { role: "user" | "assistant"; content: string };

/** An effect that did not happen, or not as it should: a value, not a throw. `retryable`: trying again can help. */
export type EffectFailure = {
  ok: false;
  code: string;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
  output?: JsonObject;
};

/** What an effect came to. */
export type EffectResult = { ok: true; output: JsonObject } | EffectFailure;

/** An effect kept instead of sent, in a simulation. */
export type RecordedEffect = { kind: string; stepKey: string; rendered: JsonObject };

/** The gateway bound to one attempt of one step: key, deadline, and whether it records instead of sending. */
export type Outside = {
  mail(message: MailMessage): Promise<EffectResult>;
  slack(message: SlackMessage): Promise<EffectResult>;
  sms(message: SmsMessage): Promise<EffectResult>;
  http(call: HttpCall): Promise<EffectResult>;
  /** An address that leads to a document of the workspace until an instant, for whoever has it. */
  documentUrl(documentId: string, expiresAt: number): string;
  /** Asks the AI model one question. */
  chat(chat: Chat): Promise<{ ok: true; answer: ChatAnswer } | EffectFailure>;
  /** What earlier steps remembered under this thread, oldest first and not without end; nothing of this step itself. */
  recall(threadId: string): Promise<Remembered[]>;
  /** Keeps messages, without secrets, for later steps. Doing it again replaces what this step kept before. */
  remember(threadId: string, messages: Remembered[]): Promise<void>;
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
  /** Where people reach this server. */
  readonly baseUrl: string;
  /** Services that are not connected, each with the setting that is missing, in a sentence. */
  readonly missing: { slack?: string; sms?: string; ai?: string };
  /** No mail server is set: mails stay in the outbox. */
  readonly keepsMail: boolean;
  bind(context: EffectContext): Outside;
  /** The names of the workspace's secrets. */
  secretNames(workspaceId: string): Promise<string[]>;
  /** Decrypted values of the named secrets; throws a Problem naming the first one missing. */
  secretValues(workspaceId: string, names: string[]): Promise<Record<string, string>>;
  /** A copy of `value` in which every known secret's value (also base64 and URL-encoded) reads `[secret name]`. */
  redact<T>(value: T, secrets: Record<string, string>): T;
  close(): Promise<void>;
};
