import { createHash } from "node:crypto";
import { createRecord, findRecords, getRecords, type RecordRow, updateRecord } from "../../crm/index.js";
import type { Tx } from "../../db/index.js";
import type { EffectResult } from "../../effects/index.js";
import { iso } from "../../shared/clock.js";
import { type ActionKind, done, failed, type Outcome, type StepContext, type Write } from "../action.js";
import { withRecord } from "../record-target.js";
import { quoted } from "../words.js";
import { conversationNamed, saidConfig, saidOutput } from "./conversation.js";
import { effectOutcome } from "./effect-outcome.js";

/** Answers in a conversation: by mail or text message where it is held that way, and always as a message in it. */
export const reply: ActionKind = {
  kind: "conversation.reply",
  title: "Reply in a conversation",
  group: "Records",
  description:
    "Answers the contact of a conversation by e-mail or text message, as it was begun, and keeps the answer in it. On a channel nobody serves it fails: write a draft there.",
  config: saidConfig,
  output: saidOutput({ sentBy: { title: "How it was sent", enum: ["email", "sms"] } }),
  ports: ["success", "error"],
  effect: "outside",
  sentence: (config) => `reply ${quoted(config["body"])} in the conversation`,
  async perform(config, step) {
    const target = conversationNamed(config["conversation"], step.record);
    if (!target) return failed("no_record", "This step needs a conversation, and its setting names none.");
    return withRecord(target, step, async (conversation) => {
      const body = String(config["body"]);
      const way = await wayTo(conversation, step);
      if ("fault" in way) return way.fault;
      const sent = await send(way, String(conversation.values["subject"] ?? ""), body, step);
      if (!sent.ok) return effectOutcome(sent);
      const message = await keepMessage(conversation.id, body, step);
      const { id, object, values } = message;
      return done({ id, object, values, conversation: conversation.id, sentBy: way.sentBy });
    });
  },
};

type Way = { sentBy: "email" | "sms"; address: string };

const served = {
  email: { field: "email", needs: "e-mail address" },
  sms: { field: "phone", needs: "phone number" },
} as const;

/** How the contact is reached, or why it cannot be: what is not sent must not read as sent. */
async function wayTo({ values }: RecordRow, step: StepContext): Promise<Way | { fault: Outcome }> {
  const { channel, contact } = values;
  if (channel !== "email" && channel !== "sms") {
    const message = `Nothing sends answers on the channel "${channel}". Reply by hand there, or keep a draft.`;
    return { fault: failed("no_channel", message) };
  }
  const { field, needs } = served[channel];
  const person = typeof contact === "string" && contact !== "" ? await step.load("contact", contact) : null;
  if (!person) return { fault: failed("no_contact", "This conversation has no contact to answer.") };
  const address = String(person.values[field] ?? "");
  if (!address) return { fault: failed("no_address", `The contact of this conversation has no ${needs}.`) };
  return { sentBy: channel, address };
}

async function send(way: Way, subject: string, body: string, { outside }: StepContext): Promise<EffectResult> {
  if (way.sentBy === "sms") return outside.sms({ to: way.address, text: body });
  return outside.mail({
    to: [way.address],
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    body,
    format: "markdown",
    class: "transactional",
  });
}

/**
 * Keeps the answer as a message, once: it is found again by the step's key, under the lock of its conversation, when the
 * step is repeated after a crash.
 */
async function keepMessage(conversationId: string, body: string, step: StepContext): Promise<RecordRow> {
  const { host, workspaceId, cause } = step;
  const reference = createHash("sha256").update(step.idempotencyKey).digest("hex").slice(0, 40);
  let writes: Write[] = [];
  const message = await host.db.inTransaction(async (tx: Tx) => {
    writes = [];
    await getRecords(host, workspaceId, "conversation", [conversationId], tx, true);
    const when = { all: [{ fact: "record", path: "reference", operator: "equal", value: reference }] };
    const known = (await findRecords(host, workspaceId, "message", { when, limit: 1 }, tx)).records[0];
    if (known) return known;
    const sentAt = iso(step.now);
    const said = { conversation: conversationId, direction: "out", author: step.run.automationName, body };
    const values = { ...said, status: "sent", sentAt, reference };
    const made = await createRecord(host, workspaceId, "message", values, cause, tx, { writes });
    const last = { lastMessageAt: sentAt };
    const { record } = await updateRecord(
      host,
      workspaceId,
      "conversation",
      conversationId,
      last,
      cause,
      { writes },
      tx,
    );
    step.keep(record.object, record.id, record);
    return made;
  }, step.tx);
  step.writes.push(...writes);
  step.keep(message.object, message.id, message);
  return message;
}
