import { isDuration } from "../../shared/duration.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { defined, type Made } from "../made.js";
import { durationOf } from "../names/durations.js";
import { fieldNamed } from "../names/objects.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { givenOf, textOf, type Work } from "../work.js";

const htmlNames = ["html", "body_html", "html_body", "email_html"];
const bodyNames = [
  "body",
  "text",
  "content",
  "message",
  "email_body",
  "body_text",
  "message_template",
  "template_body",
];

/** A mail: to whom, and what it says. */
export function emailStep(work: Work, settings: Source, tracked: boolean): Made {
  const to = receivers(
    work,
    settings,
    ["to", "to_email", "email_to", "recipient", "recipients", "recipient_email", "email"],
    ["to_field", "email_field", "recipient_field"],
  );
  const html = textOf(work, settings, ...htmlNames);
  const body = html ?? textOf(work, settings, ...bodyNames);
  const subject = textOf(work, settings, "subject", "email_subject", "title");
  if (to === undefined) throw new Unmappable("The mail names no recipient.");
  if (subject === undefined || body === undefined)
    throw new Unmappable(`The mail has no ${subject === undefined ? "subject" : "text"}.`);
  const isHtml = html !== undefined || /<(?:html|body|p|div|table|br)\b[^<>]*>/i.test(body);
  const marketing = /^marketing$/i.test(settings.text("class", "category", "email_type") ?? "");
  const more = {
    cc: givenOf(work, settings, "cc"),
    bcc: givenOf(work, settings, "bcc"),
    replyTo: textOf(work, settings, "reply_to"),
    attachments: givenOf(work, settings, "attachments"),
  };
  const track = tracked || settings.take("track", "track_opens", "tracking") === true;
  if (track) work.report(settings.at("track"), "Opens and clicks are not followed here; the mail goes out without.");
  return {
    kind: "email.send",
    config: {
      to,
      ...defined(more),
      subject,
      body,
      ...(isHtml ? { format: "html" } : {}),
      ...(marketing ? { class: "marketing" } : {}),
    },
  };
}

/** Addresses as written, or the field of the record that holds one. */
function receivers(work: Work, settings: Source, names: string[], fields: string[]): unknown {
  return givenOf(work, settings, ...names) ?? fieldTemplate(work, settings, fields);
}

function fieldTemplate(work: Work, settings: Source, names: string[]): string | undefined {
  const name = settings.text(...names);
  const { object, objects } = work.scope;
  if (name === undefined) return undefined;
  const field = object && fieldNamed(objects, object, name.replace(/^record\./, ""));
  if (!field) throw new Unmappable(`There is no field "${name}" that could hold an address.`);
  return `{{ record.${field.name}${field.type === "user" ? ".email" : ""} }}`;
}

/** A message to a channel, or to one person by address. */
export function slackStep(work: Work, settings: Source): Made {
  const text = textOf(work, settings, "text", "message", "message_template", "body", "content");
  const channel = textOf(work, settings, "channel", "channel_name", "slack_channel", "channel_id");
  const email = receivers(work, settings, ["user_email", "email", "to"], ["user_email_field", "email_field"]);
  const blocks = givenOf(work, settings, "blocks");
  if (text === undefined) throw new Unmappable("The message is empty.");
  if (channel === undefined && email === undefined)
    throw new Unmappable("The message names neither a channel nor a person.");
  return {
    kind: "slack.send",
    config: { ...(channel === undefined ? { email } : { channel }), text, ...(blocks === undefined ? {} : { blocks }) },
  };
}

/** A text message. */
export function smsStep(work: Work, settings: Source): Made {
  const to = receivers(work, settings, ["to", "phone", "phone_number", "recipient"], ["to_field", "phone_field"]);
  const text = textOf(work, settings, "text", "message", "body", "message_template", "content");
  if (to === undefined || text === undefined)
    throw new Unmappable(`The message has no ${to === undefined ? "recipient" : "text"}.`);
  return { kind: "sms.send", config: { to, text } };
}

/** A call to another system. */
export function httpStep(work: Work, settings: Source, name: string): Made {
  const url = textOf(work, settings, "url", "webhook_url", "endpoint", "uri", "address");
  if (url === undefined) throw new Unmappable("The call names no address.");
  const body = jsonOr(givenOf(work, settings, "body", "data", "payload", "json", "body_template"));
  const named = /[._](get|post|put|patch|delete)$/i.exec(name)?.[1] ?? settings.text("method", "http_method");
  const method = (named ?? (/webhook/i.test(name) || body !== undefined ? "POST" : "GET")).toUpperCase();
  const timeout =
    durationOf(settings.take("timeout", "timeout_ms"), "ms") ?? durationOf(settings.take("timeout_seconds"), "s");
  return {
    kind: "http.request",
    config: {
      method,
      url,
      ...defined({
        query: givenOf(work, settings, "query", "params", "query_params", "search_params"),
        headers: headersOf(work, settings),
        body,
        timeout: timeout !== undefined && isDuration(timeout) ? timeout : undefined,
      }),
    },
  };
}

function headersOf(work: Work, settings: Source): JsonObject | undefined {
  const given = givenOf(work, settings, "headers");
  const authorization = textOf(work, settings, "authorization");
  const auth = settings.object("auth", "authentication");
  const token = auth && textOf(work, auth, "token", "bearer", "value", "api_key");
  if (auth && token === undefined) throw new Unmappable("How the call signs in cannot be told here.");
  const header = auth?.text("header", "header_name");
  const scheme = auth?.text("type", "kind", "scheme") ?? "bearer";
  if (!/^(?:bearer|token|oauth2?|api_?key|header)$/i.test(scheme) || (auth && auth.rest().length > 0))
    throw new Unmappable(`How the call signs in ("${scheme}") cannot be told here.`);
  const signed = token === undefined ? {} : header ? { [header]: token } : { Authorization: `Bearer ${token}` };
  const all = {
    ...(isObject(given) ? given : {}),
    ...(authorization ? { Authorization: authorization } : {}),
    ...signed,
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** A body written as the text of a JSON object is that object, so that the call is one of JSON. */
function jsonOr(body: unknown): unknown {
  if (typeof body !== "string" || !/^\s*[[{]/.test(body)) return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
