import { addDuration } from "../../shared/duration.js";
import type { ActionKind } from "../action.js";
import { configOf, waitOutputOf } from "../schema-parts.js";
import { durationInWords, inWords } from "../words.js";
import { keptFacts } from "./awaited-facts.js";

/** The events that records make; any other name is an event somebody emits. */
const recordEvents = ["record.created", "record.updated", "record.deleted", "record.restored"];

/** How a wait for an event of some name is found among all waits. */
const eventKey = (event: string) => (recordEvents.includes(event) ? event : `event:${event}`).slice(0, 40);

/**
 * Waits until something happens to the run's record (in the global context: to any), or somebody emits an event. What
 * happened since the run started counts too; the run's own changes do not. `enrollments/` watches, for as long as the
 * wait lasts.
 */
export const waitForEvent: ActionKind = {
  kind: "wait_for_event",
  title: "Wait for an event",
  group: "Flow",
  description:
    "Waits until something happens to the record, or until a named event comes. What happened since the run started counts.",
  config: configOf(
    {
      event: {
        title: "Event",
        description:
          "`record.updated`, `record.created`, `record.deleted`, `record.restored`, or the name of an event.",
        type: "string",
        minLength: 1,
        maxLength: 120,
      },
      where: { title: "Only where", type: "object", "x-hint": "conditions" },
      lookback: {
        title: "Look back",
        description: "Also counts what happened so long before the run started.",
        type: "string",
        format: "duration",
        "x-hint": "duration",
      },
      timeout: { title: "Timeout", type: "string", format: "duration", default: "30d", "x-hint": "duration" },
    },
    ["event"],
  ),
  output: waitOutputOf({
    eventId: { type: "string", title: "Event id" },
    kind: { type: "string", title: "Kind" },
    name: { type: ["string", "null"], title: "Name" },
    at: { type: "string", format: "date-time", title: "When" },
    actor: { type: "object", title: "Who" },
    changes: { type: "array", title: "Changes", items: { type: "object" } },
    record: { type: ["object", "null"], title: "The record then" },
    data: { type: "object", title: "Data" },
  }),
  ports: ["received", "timeout"],
  graphOnly: true,
  effect: "none",
  sentence: ({ event, timeout }) =>
    `wait for ${inWords(event)}${timeout ? `, at most ${durationInWords(timeout)}` : ""}`,
  async perform(config, step) {
    const {
      event,
      where,
      lookback,
      timeout = "30d",
    } = config as { event: string; where?: object; lookback?: string; timeout?: string };
    const run = step.facts.run as { startedAt?: string | null } | undefined;
    const startedAt = run?.startedAt ? Date.parse(run.startedAt) : step.now;
    const since = lookback ? addDuration(startedAt, lookback, step.timezone, -1) : null;
    const details = { event, where: where ?? null, since, timezone: step.timezone, facts: keptFacts(where, step) };
    const watch = {
      object: step.record?.object ?? null,
      recordId: step.record?.id ?? null,
      eventKind: eventKey(event),
    };
    const deadlineAt = addDuration(step.now, timeout, step.timezone);
    return { type: "wait", for: { kind: "answer", from: "event", deadlineAt, timeoutPort: "timeout", details, watch } };
  },
};
