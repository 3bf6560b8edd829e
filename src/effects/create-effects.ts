import type { DKIMOptions } from "nodemailer";
import type { Database } from "../db/index.js";
import type { Clock } from "../shared/clock.js";
import { Problem } from "../shared/errors.js";
import { askModel } from "./ai/ai-chat.js";
import { aiRoute } from "./ai/ai-route.js";
import { recall, remember } from "./ai/ai-threads.js";
import type { EffectContext, EffectFailure, Effects, MailMessage, SlackMessage, SmsMessage } from "./effects.js";
import { guardedClient } from "./http/guarded-client.js";
import { type Resolve, systemResolve } from "./http/guarded-lookup.js";
import { sendHttp } from "./http/send-http.js";
import type { Log } from "./log.js";
import { mailRoute } from "./mail/mail-route.js";
import { sendMail } from "./mail/send-mail.js";
import { hostOfUrl, readHosts } from "./opened-hosts.js";
import { misplacedSecret } from "./secrets/bound-secrets.js";
import { documentUrl } from "./secrets/document-links.js";
import { readKeyRing } from "./secrets/key-ring.js";
import { redact } from "./secrets/redact.js";
import { listSecrets, type OpenedSecret, openSecrets, secretValues } from "./secrets/secrets.js";
import { sendSlack, slackRoute } from "./slack/send-slack.js";
import { sendSms, smsRoute } from "./sms/send-sms.js";

/** The operator's settings. `allowHosts` are the entries of MILLRACE_ALLOW_HOSTS; `secretKey` may hold several keys. */
export type EffectsConfig = {
  smtpUrl?: string | undefined;
  /** The sender of mails, where SMTP_URL has no `from`. */
  mailFrom?: string | undefined;
  dkim?: DKIMOptions | undefined;
  slackToken?: string | undefined;
  slackApiUrl?: string | undefined;
  /** Where text messages are handed over; its host counts as opened. */
  smsUrl?: string | undefined;
  /** Where the AI provider's API begins (`https://api.openai.com/v1`); its host counts as opened. */
  aiBaseUrl?: string | undefined;
  aiApiKey?: string | undefined;
  aiModel?: string | undefined;
  allowHosts: string[];
  secretKey: string;
  baseUrl: string;
};

/** Shorter patience and another resolver, for tests. */
export type EffectsLimits = {
  httpTimeoutMs?: number;
  smtpTimeoutMs?: number;
  aiTimeoutMs?: number;
  resolve?: Resolve;
};

/** Values by secret name, to be kept out of sight. */
type Hidden = Record<string, string>;

/** Opens the gateway. Throws a Problem for a setting that cannot be used; connects nowhere until something is sent. */
export function createEffects(ground: {
  db: Database;
  clock: Clock;
  log: Log;
  config: EffectsConfig;
  limits?: EffectsLimits;
}): Effects {
  const { db, clock, log, config, limits = {} } = ground;
  const keys = readKeyRing(config.secretKey);
  const opened = readHosts(config.allowHosts, "MILLRACE_ALLOW_HOSTS");
  const resolve = limits.resolve ?? systemResolve;
  const patience = limits.httpTimeoutMs === undefined ? {} : { timeoutMs: limits.httpTimeoutMs };
  const http = { client: guardedClient({ opened, resolve, ...patience }), clock, opened };
  const openedFor = (chosen: URL) => [...opened, hostOfUrl(chosen, chosen.protocol === "http:" ? 80 : 443)];
  const slack = slackRoute(config, (chosen) =>
    guardedClient({ opened: chosen ? openedFor(chosen) : opened, resolve, ...patience }),
  );
  const sms = smsRoute(config, (chosen) => guardedClient({ opened: openedFor(chosen), resolve, ...patience }));
  const ai = aiRoute(config, (chosen) => guardedClient({ opened: openedFor(chosen), resolve }), limits.aiTimeoutMs);
  const patientMail = limits.smtpTimeoutMs === undefined ? {} : { timeoutMs: limits.smtpTimeoutMs };
  const mail = { db, clock, log, keys, baseUrl: config.baseUrl, ...mailRoute(config, { resolve, ...patientMail }) };
  const secretsRoom = { db, clock, effects: { keys } };

  /** The workspace's secrets, and with them the operator's own. */
  const secretsOf = async (workspaceId: string): Promise<{ secrets: OpenedSecret[]; hidden: Hidden }> => {
    const secrets = await openSecrets(secretsRoom, workspaceId);
    const hidden = Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
    if (config.slackToken) hidden["slack_token"] = config.slackToken;
    if (sms?.password) hidden["sms_password"] = sms.password;
    if (config.aiApiKey) hidden["ai_api_key"] = config.aiApiKey;
    return { secrets, hidden };
  };

  /** Opens the workspace's secrets for one effect, and keeps their values out of whatever comes back. */
  const carryOut = async <Result>(
    context: EffectContext,
    work: (opened: OpenedSecret[], hidden: Hidden) => Promise<Result>,
  ): Promise<Result | EffectFailure> => {
    try {
      const { secrets, hidden } = await secretsOf(context.workspaceId);
      return redact(await work(secrets, hidden), hidden);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { ok: false, code: error.code, message: error.message, retryable: false };
    }
  };
  const toPeople = (message: MailMessage | SlackMessage | SmsMessage, secrets: OpenedSecret[]) =>
    misplacedSecret(JSON.stringify(message), null, secrets);

  return {
    keys,
    baseUrl: config.baseUrl,
    missing: {
      ...(slack ? {} : { slack: "Slack is not connected: SLACK_TOKEN is not set." }),
      ...(sms ? {} : { sms: "Text messages cannot be sent: SMS_URL is not set." }),
      ...(ai ? {} : { ai: "No AI model is connected: AI_BASE_URL is not set." }),
    },
    bind: (context) => ({
      mail: (message) =>
        carryOut(
          context,
          async (secrets, hidden) => toPeople(message, secrets) ?? sendMail(mail, context, message, hidden),
        ),
      slack: (message) =>
        carryOut(
          context,
          async (secrets, hidden) => toPeople(message, secrets) ?? sendSlack(slack, clock, context, message, hidden),
        ),
      sms: (message) =>
        carryOut(
          context,
          async (secrets, hidden) => toPeople(message, secrets) ?? sendSms(sms, http, context, message, hidden),
        ),
      documentUrl: (documentId, expiresAt) =>
        documentUrl(keys, config.baseUrl, { workspaceId: context.workspaceId, documentId }, expiresAt),
      http: (call) => carryOut(context, (secrets, hidden) => sendHttp(http, context, call, secrets, hidden)),
      chat: (chat) =>
        carryOut(
          context,
          async (secrets, hidden) =>
            misplacedSecret(JSON.stringify(chat), ai?.url ?? null, secrets) ??
            askModel(ai, clock, context, chat, hidden),
        ),
      recall: (threadId) => recall(db, context, threadId),
      async remember(threadId, messages) {
        if (context.record) return;
        const { hidden } = await secretsOf(context.workspaceId);
        await remember({ db, clock }, context, threadId, redact(messages, hidden));
      },
    }),
    secretNames: async (workspaceId) => (await listSecrets({ db }, workspaceId)).map(({ name }) => name),
    secretValues: (workspaceId, names) => secretValues(secretsRoom, workspaceId, names),
    redact,
    keepsMail: mail.smtp === null,
    close: async () => mail.smtp?.close(),
  };
}
