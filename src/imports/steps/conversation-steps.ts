import type { Made } from "../made.js";
import { defined } from "../made.js";
import { durationOf } from "../names/durations.js";
import { objectNamed } from "../names/objects.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { textOf, type Work } from "../work.js";
import { idOf } from "./record-id.js";

const bodyNames = ["body", "message", "text", "content", "reply", "draft"];

/** A draft in a conversation, for a person to look at. */
export function draftStep(work: Work, settings: Source): Made {
  return { kind: "conversation.draft", config: said(work, settings) };
}

/** A reply in a conversation. */
export function replyStep(work: Work, settings: Source): Made {
  return { kind: "conversation.reply", config: said(work, settings) };
}

/** An address that leads to a document for a while. */
export function documentLinkStep(work: Work, settings: Source): Made {
  const object = objectNamed(work.scope.objects, "document");
  const document = object && idOf(work, object, settings);
  if (document === undefined && work.scope.object?.name !== "document")
    throw new Unmappable("Nothing says which document is meant.");
  const seconds = settings.take("expires_in", "expires_in_seconds", "expiry", "ttl", "expiration");
  const expiresIn = durationOf(seconds, "s") ?? durationOf(settings.take("expires_in_hours"), "h");
  return { kind: "document.link", config: defined({ document, expiresIn }) };
}

function said(work: Work, settings: Source) {
  const object = objectNamed(work.scope.objects, "conversation");
  const id = object && idOf(work, object, settings);
  const body = textOf(work, settings, ...bodyNames);
  if (body === undefined) throw new Unmappable("The message is empty.");
  if (id === undefined && object?.name !== work.scope.object?.name)
    throw new Unmappable("Nothing says which conversation is meant.");
  return { ...(id === undefined ? {} : { conversation: id }), body };
}
