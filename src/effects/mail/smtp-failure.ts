import type { NodemailerError } from "nodemailer";

/** One recipient the server refused, with its reply. `hard`: the mailbox does not exist, now or later. */
export type Rejection = { address: string; code: number; message: string; permanent: boolean; hard: boolean };

/** Why a letter was not accepted, or not knowably so. */
export type SmtpFailure = { ok: false; code: string; message: string; retryable: boolean; rejected: Rejection[] };

/** The recipients an envelope lost, from what nodemailer reports for each. */
export function rejectionsOf(errors: readonly NodemailerError[] | undefined): Rejection[] {
  return (errors ?? []).map((error) => {
    const reply = String(error.response ?? error.message);
    return {
      address: error.recipient ?? "",
      code: error.responseCode ?? 0,
      message: reply.slice(0, 500),
      permanent: error.permanent === true,
      hard: /^55\d[ -]5\.1\.\d/.test(reply),
    };
  });
}

/**
 * Sorts an error of the SMTP client. `begun`: bytes of the message itself had left; when the connection then ends without
 * a reply, nobody knows whether the server kept it.
 */
export function smtpFailure(error: NodemailerError, begun: boolean, recipients: string[]): SmtpFailure {
  const rejected = rejectionsOf(error.rejectedErrors);
  const fail = (code: string, message: string, retryable: boolean): SmtpFailure => ({
    ok: false,
    code,
    message,
    retryable,
    rejected,
  });
  const code = error.originalCode ?? error.code;
  if (code === "EBLOCKED") return fail("blocked_destination", "The mail server's address may not be called.", false);
  const reply = error.responseCode;
  if (typeof reply === "number" && reply >= 400) {
    const text = String(error.response).slice(0, 500);
    if (error.code === "EAUTH")
      return fail("smtp_auth", `The mail server refused the sign-in: ${text}`, error.permanent !== true);
    if (rejected.length > 0)
      return fail(
        "recipient_rejected",
        `No recipient was accepted: ${text}`,
        rejected.some((one) => !one.permanent),
      );
    if (error.permanent !== true) return fail("smtp_temporary", `The mail server asks to try later: ${text}`, true);
    if (recipients.length === 1 && /^55\d[ -]5\.1\.\d/.test(text)) {
      rejected.push({ address: recipients[0] ?? "", code: reply, message: text, permanent: true, hard: true });
    }
    return fail("smtp_rejected", `The mail server refused the mail: ${text}`, false);
  }
  if (begun)
    return fail(
      "unknown_outcome",
      "The connection ended before the mail server confirmed the mail; it may have been sent.",
      true,
    );
  switch (error.code) {
    case "EABORT":
      return fail("aborted", "Sending was cancelled before the mail left.", true);
    case "ETLS":
      return fail("tls", "A secure connection to the mail server could not be made.", false);
    case "EAUTH":
    case "ENOAUTH":
      return fail("smtp_auth", "The mail server offers no way to sign in.", false);
    default:
      return code === "ETIMEDOUT"
        ? fail("timeout", "The mail server did not answer in time.", true)
        : fail("connection", `The mail server could not be reached${code ? ` (${code})` : ""}.`, true);
  }
}
