export { createEffects, type EffectsConfig, type EffectsLimits } from "./create-effects.js";
export { readDocumentLink } from "./document-links.js";
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
export { getMail, listMails, type Mail, type MailContent, type MailStatus } from "./mails.js";
export { listSecrets, removeSecret, rotateKeys, type Secret, writeSecret } from "./secrets.js";
export {
  readUnsubscribeToken,
  suppress,
  suppressedAmong,
  unsubscribe,
} from "./suppressions.js";
