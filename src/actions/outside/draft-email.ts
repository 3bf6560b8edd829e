import type { ActionKind } from "../action.js";
import { inWords } from "../words.js";
import { effectOutcome } from "./effect-outcome.js";
import { messageOf, sendEmail } from "./send-email.js";

/** Writes a mail into the outbox, for a person to look at. Everything is checked as if it were sent. */
export const draftEmail: ActionKind = {
  ...sendEmail,
  kind: "email.draft",
  title: "Draft e-mail",
  description: "Writes a mail and keeps it in the outbox as a draft. It is not sent.",
  sentence: (config) => `draft the e-mail "${inWords(config["subject"])}" to ${inWords(config["to"])}`,
  async perform(config, step) {
    const result = await step.outside.mail({ ...messageOf(config), draft: true });
    if (!result.ok && result.code === "suppressed") return { type: "skip", reason: "suppressed" };
    return effectOutcome(result);
  },
};
