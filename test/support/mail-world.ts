import type { Dialect } from "../../src/db/index.js";
import {
  type EffectContext,
  type EffectResult,
  type Effects,
  listMails,
  type MailMessage,
} from "../../src/effects/index.js";
import { gateway } from "./gateway.js";
import { smtpSink } from "./smtp-sink.js";

/** A gateway with a mail server of its own behind it. */
export async function mailWorld(dialect: Dialect) {
  const sink = await smtpSink();
  const world = await gateway(dialect, { smtpUrl: `${sink.url}?from=crm@example.com` });
  return {
    sink,
    world,
    /** Sends one mail to Ann, other than `more` says. */
    mail: (
      more: Partial<MailMessage> = {},
      context: Partial<EffectContext> = {},
      through: Effects = world.effects,
    ): Promise<EffectResult> =>
      world.outside(context, through).mail({
        to: ["Ann Lee <ann@example.com>"],
        subject: "Welcome",
        body: "Hello **Ann**",
        format: "markdown",
        class: "transactional",
        ...more,
      }),
    rows: async () => (await listMails(world, "w1")).data,
    async close() {
      await world.close();
      await sink.close();
    },
  };
}

export type MailWorld = Awaited<ReturnType<typeof mailWorld>>;
