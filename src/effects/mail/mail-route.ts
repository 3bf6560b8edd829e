import type { DKIMOptions } from "nodemailer";
import { Problem } from "../../shared/errors.js";
import type { Resolve } from "../http/guarded-lookup.js";
import { type MailAddress, mailAddress } from "./mail-address.js";
import { readSmtpUrl } from "./smtp-settings.js";
import { type SmtpTransport, smtpTransport } from "./smtp-transport.js";

/** Who mails come from, and the server they go through; null: they are kept. */
export type MailRoute = { from: MailAddress; smtp: SmtpTransport | null };

/**
 * The way out for mail that the settings describe. The sender is `from` in SMTP_URL, else `mailFrom`, else the user name of
 * SMTP_URL when that is an address, else millrace@ the host of `baseUrl`. Throws a Problem for a setting that is not usable.
 */
export function mailRoute(
  config: {
    smtpUrl?: string | undefined;
    mailFrom?: string | undefined;
    dkim?: DKIMOptions | undefined;
    baseUrl: string;
  },
  options: { resolve: Resolve; timeoutMs?: number },
): MailRoute {
  const settings = config.smtpUrl ? readSmtpUrl(config.smtpUrl) : null;
  const given = config.mailFrom === undefined ? null : mailAddress(config.mailFrom);
  if (config.mailFrom !== undefined && !given) {
    throw new Problem(500, "configuration", `"${config.mailFrom}" cannot be the sender of mails.`);
  }
  const host = URL.canParse(config.baseUrl) ? new URL(config.baseUrl).hostname : "localhost";
  const fallback = mailAddress(`Millrace <millrace@${host}>`) ?? { name: "Millrace", address: "millrace@localhost" };
  return {
    from: settings?.from ?? given ?? settings?.user ?? fallback,
    smtp: settings ? smtpTransport(settings, { ...options, ...(config.dkim ? { dkim: config.dkim } : {}) }) : null,
  };
}
