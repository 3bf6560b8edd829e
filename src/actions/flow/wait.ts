import { relatedStamp } from "../../crm/index.js";
import { iso } from "../../shared/clock.js";
import { type ActionKind, done, failed, type Outcome, type StepContext } from "../action.js";
import { configOf, outputOf, resumedPart } from "../schema-parts.js";
import { durationInWords, inWords, listed } from "../words.js";
import { type WaitConfig, wakeAt, weekdays } from "./wake-at.js";
import { nextBusinessInstant } from "./zoned-instant.js";

/** Lets the run rest until an instant. The instant is settled once and stored: no restart and no late worker moves it. */
export const wait: ActionKind = {
  kind: "wait",
  title: "Wait",
  group: "Flow",
  description:
    "Waits for a while, until a date, until a weekday and time, or for business hours, in the automation's time zone.",
  config: configOf({
    for: {
      title: "For",
      description: "A duration such as 2h or 3d; days are calendar days.",
      type: "string",
      format: "duration",
      "x-hint": "duration",
    },
    until: {
      title: "Until",
      description: "A date or instant, or the name of a date field of the record.",
      type: "string",
      "x-hint": "template",
    },
    offset: {
      title: "Offset",
      description: "Moves `until`: -3d is three days before it.",
      type: "string",
      format: "offset",
      "x-hint": "duration",
    },
    weekday: {
      title: "Until the next",
      anyOf: [{ enum: weekdays }, { type: "array", items: { enum: weekdays }, minItems: 1 }],
    },
    time: { title: "At", description: "Time of day, such as 09:00.", type: "string", format: "time-of-day" },
    businessHours: { title: "Only in business hours", description: "Monday to Friday, 9 to 17.", type: "boolean" },
    ifPast: {
      title: "If that is past",
      description: "Go on at once, skip this step, or fail.",
      enum: ["continue", "skip", "fail"],
      default: "continue",
    },
  }),
  output: outputOf({
    until: { type: "string", format: "date-time", title: "Waited until" },
    resumedAt: resumedPart,
  }),
  ports: ["success", "error"],
  effect: "none",
  check(config) {
    const ways = ["for", "until", "weekday"].filter((way) => config[way] !== undefined);
    if (ways.length > 1) return [{ path: ways[1] ?? "", message: `Choose one: it already waits by "${ways[0]}".` }];
    if (ways.length === 1 || config["time"] !== undefined || config["businessHours"] === true) return [];
    return [{ path: "for", message: 'Say how long: "for", "until", "weekday", "time" or "businessHours".' }];
  },
  sentence({ for: duration, until, offset, weekday, time }) {
    if (duration) return `wait ${durationInWords(duration)}`;
    if (until) return `wait until ${offsetInWords(offset)}${inWords(until)}`;
    if (weekday || time)
      return `wait until ${weekday ? `next ${listed([weekday].flat().map(inWords))}` : "the next day"}${time ? ` at ${inWords(time)}` : ""}`;
    return "wait for business hours";
  },
  async perform(config: WaitConfig, step) {
    try {
      const wanted = wakeAt(config, step);
      return wanted === null ? failed("empty_date", "The date to wait for is empty.") : rest(config, wanted, step);
    } catch (error) {
      if (error instanceof RangeError) return failed("wait", error.message);
      throw error;
    }
  },
};

function rest({ until, ifPast, businessHours }: WaitConfig, wanted: number, step: StepContext): Outcome {
  const past = until !== undefined && wanted <= step.now;
  if (past && ifPast === "fail") return failed("past", `The wait ends at ${iso(wanted)}, which is past.`);
  if (past && ifPast === "skip") return { type: "skip", reason: `The wait would have ended at ${iso(wanted)}.` };
  const at = businessHours ? nextBusinessInstant(Math.max(wanted, step.now), step.timezone) : wanted;
  const output = { until: iso(at) };
  const related = relatedStamp(step.facts.record);
  return at <= step.now ? done(output) : { type: "wait", for: { kind: "instant", at, output, related } };
}

function offsetInWords(offset: unknown): string {
  if (typeof offset !== "string") return "";
  return `${durationInWords(offset.replace(/^[+-]/, ""))} ${offset.startsWith("-") ? "before" : "after"} `;
}
