import { createHash } from "node:crypto";
import { createRecord, findRecords, getRecords, type RecordRow, updateRecord } from "../../crm/index.js";
import type { Tx } from "../../db/index.js";
import type { EffectResult } from "../../effects/index.js";
import { iso } from "../../shared/clock.js";
import { type ActionKind, done, failed, type StepContext, type Write } from "../action.js";
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
    "Answers the contact of a conversation by e-mail or text message, as it was begun, and keeps the answer in it. Other channels only keep it.",
  config: saidConfig,
  output: saidOutput({ sentBy: { title: "How it was sent", enum: ["email", "sms", "none"] } }),
  ports: ["success", "error"],
  effect: "outside",
  sentence: (config) => `reply ${quoted(config["body"])} in the conversation`,
  async perform(config, step) {
    const target = conversationNamed(config["conversation"], step.record);
    if (!target) return failed("no_record", "This step needs a conversation, and its setting names none.");
    return withRecord(target, step, async (conversation) => {
      const body = String(config["body"]);
      const way = await wayTo(conversation, step);
      if (!way.address && way.sentBy !== "none")
        return failed("no_address", `The contact of this conversation has no ${way.needs}.`);
      const sent = await send(way, String(conversation.values["subject"] ?? ""), body, step);
      if (!sent.ok) return effectOutcome(sent);
      const message = await keepMessage(conversation.id, body, step);
      const { id, object, values } = message;
      return done({ id, object, values, conversation: conversation.id, sentBy: way.sentBy });
    });
  },
};

type Way = { sentBy: "email" | "sms" | "none"; address: string; needs: string };

/** How the contact is reached. A conversation without a contact has nobody outside it. */
async function wayTo({ values }: RecordRow, step: StepContext): Promise<Way> {
  const { channel, contact } = values;
  const person = typeof contact === "string" && contact !== "" ? await step.load("contact", contact) : null;
  const named = (field: string) => String(person?.values[field] ?? "");
  if (person && channel === "email") return { sentBy: "email", address: named("email"), needs: "e-mail address" };
  if (person && channel === "sms") return { sentBy: "sms", address: named("phone"), needs: "phone number" };
  return { sentBy: "none", address: "", needs: "" };
}

async function send(way: Way, subject: string, body: string, { outside }: StepContext): Promise<EffectResult> {
  if (way.sentBy === "sms") return outside.sms({ to: way.address, text: body });
  if (way.sentBy === "none") return { ok: true, output: {} };
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
