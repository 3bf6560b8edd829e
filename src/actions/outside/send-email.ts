import { type MailMessage, mailAddress } from "../../effects/index.js";
import type { FieldError } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import type { ActionKind, Outcome, StepContext } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";
import { effectOutcome, textsOf } from "./effect-outcome.js";
import { whoSaidNo } from "./newsletter.js";
import { addressFaults, subjectFaults } from "./written-faults.js";

const addresses = (title: string, description: string): JsonObject => ({
  title,
  description,
  type: ["string", "array"],
  items: { type: "string" },
  "x-hint": "template",
});

/** Sends a mail through the operator's mail server, or keeps it in the outbox where there is none. */
export const sendEmail: ActionKind = {
  kind: "email.send",
  title: "Send e-mail",
  group: "Outside",
  description: "Sends a mail. Marketing mail gets a one-click unsubscribe and never reaches people who used it.",
  config: configOf(
    {
      to: addresses("To", "One address, or a list: `ann@example.com` or `Ann Lee <ann@example.com>`; at most 50."),
      cc: addresses("Copy", "More recipients, visible to all."),
      bcc: addresses("Blind copy", "More recipients, visible to nobody."),
      replyTo: { title: "Reply to", description: "Where answers go.", type: "string", "x-hint": "template" },
      subject: { title: "Subject", description: "One line.", type: "string", minLength: 1, "x-hint": "template" },
      body: { title: "Text", description: "What the mail says.", type: "string", minLength: 1, "x-hint": "markdown" },
      format: {
        title: "Written as",
        description: "Markdown, or HTML; scripts, forms and frames are taken out.",
        enum: ["markdown", "html"],
        default: "markdown",
      },
      attachments: {
        title: "Attachments",
        description: "Files made from text, or from base64; 10 MB together.",
        type: "array",
        maxItems: 20,
        items: configOf(
          {
            filename: {
              title: "File name",
              description: "With its ending.",
              type: "string",
              minLength: 1,
              "x-hint": "template",
            },
            content: { title: "Content", description: "What is in the file.", type: "string", "x-hint": "template" },
            contentType: { title: "Content type", description: "Such as `text/csv`.", type: "string" },
            encoding: {
              title: "Encoding",
              description: "How the content is given.",
              enum: ["utf8", "base64"],
              default: "utf8",
            },
          },
          ["filename", "content"],
        ),
      },
      track: {
        title: "Follow opens and clicks",
        description: "Opens and clicks are not followed yet, so this must be off.",
        type: "boolean",
        default: false,
      },
      class: {
        title: "Kind of mail",
        description: "Transactional mail answers something a person did. Marketing mail respects who unsubscribed.",
        enum: ["transactional", "marketing"],
        default: "transactional",
      },
    },
    ["to", "subject", "body"],
  ),
  output: outputOf({
    status: { title: "Sent or kept", enum: ["sent", "kept", "draft"] },
    messageId: { title: "Message-ID", type: "string" },
    accepted: { title: "Accepted recipients", type: "array", items: { type: "string" } },
    rejected: {
      title: "Refused recipients",
      type: "array",
      items: {
        type: "object",
        properties: { address: { type: "string" }, code: { type: "integer" }, message: { type: "string" } },
      },
    },
    suppressed: {
      title: "Recipients left out",
      type: "array",
      items: { type: "object", properties: { address: { type: "string" }, reason: { type: "string" } } },
    },
    mails: { title: "Mails in the outbox", type: "array", items: { type: "object" } },
    note: { title: "Why it was kept", type: "string" },
  }),
  ports: ["success", "error"],
  effect: "outside",
  check: (config) => [...marketingHasNoCopies(config), ...letterFaults(config), ...notFollowed(config)],
  sentence: (config) => `e-mail "${inWords(config["subject"])}" to ${inWords(config["to"])}`,
  async perform(config, step) {
    const { message, left } = await willing(messageOf(config), step);
    if (left.length > 0 && message.to.length === 0) return { type: "skip", reason: "suppressed" };
    const result = await step.outside.mail(message);
    if (!result.ok && result.code === "suppressed") return { type: "skip", reason: "suppressed" };
    return withLeft(effectOutcome(result), left);
  },
};

type Left = { address: string; reason: string };

/** A marketing mail without the recipients who, as contacts, do not receive the newsletter. */
async function willing(message: MailMessage, step: StepContext): Promise<{ message: MailMessage; left: Left[] }> {
  const no = message.class === "marketing" ? await whoSaidNo(step, message.to) : new Set<string>();
  const addressOf = (text: string) => mailAddress(text)?.address.toLowerCase() ?? "";
  return {
    message: no.size === 0 ? message : { ...message, to: message.to.filter((text) => !no.has(addressOf(text))) },
    left: [...no].map((address) => ({ address, reason: "no_newsletter" })),
  };
}

function withLeft(outcome: Outcome, left: Left[]): Outcome {
  if (outcome.type !== "done" || left.length === 0) return outcome;
  const known = outcome.output?.["suppressed"];
  return { ...outcome, output: { ...outcome.output, suppressed: [...(Array.isArray(known) ? known : []), ...left] } };
}

function marketingHasNoCopies(config: JsonObject): FieldError[] {
  if (config["class"] !== "marketing") return [];
  return ["cc", "bcc"]
    .filter((path) => textsOf(config[path]).length > 0)
    .map((path) => ({ path, message: "A marketing mail has no copies: each recipient gets their own." }));
}

function notFollowed({ track }: JsonObject): FieldError[] {
  return track === true ? [{ path: "track", message: "Opens and clicks are not followed yet. Leave this off." }] : [];
}

/** What no mail server would take. */
function letterFaults(config: JsonObject): FieldError[] {
  const addresses = ["to", "cc", "bcc", "replyTo"].flatMap((path) => addressFaults(path, config[path]));
  return [...addresses, ...subjectFaults(config["subject"])];
}

/** The mail a config describes. */
export function messageOf(config: JsonObject): MailMessage {
  const replyTo = textsOf(config["replyTo"])[0];
  return {
    to: textsOf(config["to"]),
    cc: textsOf(config["cc"]),
    bcc: textsOf(config["bcc"]),
    ...(replyTo === undefined ? {} : { replyTo }),
    subject: textsOf(config["subject"]).join(" "),
    body: textsOf(config["body"]).join("\n"),
    format: config["format"] === "html" ? "html" : "markdown",
    class: config["class"] === "marketing" ? "marketing" : "transactional",
    track: config["track"] === true,
    attachments: (config["attachments"] as MailMessage["attachments"]) ?? [],
  };
}
