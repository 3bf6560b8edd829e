export { createEffects, type EffectsConfig, type EffectsLimits } from "./create-effects.js";
export type {
  EffectContext,
  EffectResult,
  Effects,
  HttpCall,
  MailMessage,
  Outside,
  RecordedEffect,
  SlackMessage,
} from "./effects.js";
export { type GuardedClient, guardedClient } from "./guarded-client.js";
export type { KeyRing } from "./key-ring.js";
export { getMail, listMails, type Mail, type MailContent, type MailStatus } from "./mails.js";
export { listSecrets, removeSecret, rotateKeys, type Secret, writeSecret } from "./secrets.js";
export {
  readUnsubscribeToken,
  type SuppressionReason,
  suppress,
  suppressedAmong,
  unsubscribe,
} from "./suppressions.js";
