export { createEffects, type EffectsConfig, type EffectsLimits } from "./create-effects.js";
export type {
  Chat,
  ChatAnswer,
  ChatMessage,
  ChatTool,
  ChatToolCall,
  EffectContext,
  EffectFailure,
  EffectResult,
  Effects,
  HttpCall,
  MailMessage,
  Outside,
  RecordedEffect,
  Remembered,
  SlackMessage,
  SmsMessage,
} from "./effects.js";
export { headerFault } from "./http/request-headers.js";
export { mailAddress } from "./mail/mail-address.js";
export { getMail, listMails, type Mail, type MailContent, type MailStatus } from "./mail/mails.js";
export { readSmtpUrl } from "./mail/smtp-settings.js";
export {
  readUnsubscribeToken,
  suppress,
  suppressedAmong,
  unsubscribe,
} from "./mail/suppressions.js";
export { readHosts } from "./opened-hosts.js";
export { readDocumentLink } from "./secrets/document-links.js";
export { redactNamed, typedSecrets } from "./secrets/redact-named.js";
export { listSecrets, removeSecret, rotateKeys, type Secret, writeSecret } from "./secrets/secrets.js";
