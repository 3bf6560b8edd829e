export type { EffectContext, EffectResult, Effects, HttpCall, MailMessage, Outside, RecordedEffect, SlackMessage } from "./effects.js";
