import type { Event } from "../events/index.js";

/** Kinds of start that only Millrace makes, each for one automation. */
const addressed = ["manual", "schedule", "date", "automation"];

/** The one automation a start is for; null for what is for all that listen. What a host's event carries is its own affair. */
export function addressOf({ kind, data: { automationId } }: Pick<Event, "kind" | "data">): string | null {
  return typeof automationId === "string" && addressed.includes(kind) ? automationId : null;
}
