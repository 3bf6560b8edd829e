import type { Made } from "../made.js";
import { defined } from "../made.js";
import { durationOf, unitNamed } from "../names/durations.js";
import { fieldNamed } from "../names/objects.js";
import { saidOf } from "../names/said.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { textOf, type Work } from "../work.js";

/** A pause: for a while, until an instant, or until something happens. */
export function waitStep(work: Work, settings: Source): Made {
  const type = settings.text("wait_type", "type", "mode") ?? "";
  const event = settings.text("wait_for_event", "event", "event_type");
  if (/event/i.test(type) || (type === "" && event)) {
    const timeout = durationOf(settings.take("timeout_hours"), "h") ?? durationOf(settings.take("timeout"), "s");
    if (event === undefined) throw new Unmappable("Nothing says what the step waits for.");
    return { kind: "wait_for_event", config: defined({ event: eventNamed(work, settings, event), timeout }) };
  }
  if (type !== "" && !/event|dura|delay|time|fixed|for|until|date|relative|wait/i.test(type))
    throw new Unmappable(`A wait ends after a while, at an instant or with an event, and not by "${type}".`);
  const until = textOf(work, settings, "wait_until", "until", "datetime", "date", "until_field", "date_field", "field");
  if (until !== undefined) return { kind: "wait", config: { until: dateField(work, until) } };
  const length = lengthOf(work, settings);
  if (length === undefined) throw new Unmappable("Nothing says how long to wait.");
  return { kind: "wait", config: { for: length } };
}

function eventNamed(work: Work, settings: Source, event: string): string {
  const path = settings.at("wait_for_event", "event", "event_type");
  const plain = event.trim().replace(/^record_/, "record.");
  if (/^record\.(?:created|updated|deleted|restored)$/.test(plain)) return plain;
  work.report(
    path,
    `The wait ends when the application emits an event called "${plain}"; nothing here does so by itself.`,
  );
  return plain;
}

function dateField(work: Work, until: string): string {
  const field = work.scope.object && fieldNamed(work.scope.objects, work.scope.object, until.replace(/^record\./, ""));
  return field ? field.name : until;
}

function lengthOf(work: Work, settings: Source): string | undefined {
  const unitAt = settings.take("duration_unit", "unit", "time_unit", "delay_unit");
  const unit = unitNamed(unitAt);
  if (unitAt !== undefined && !unit)
    throw new Unmappable(`"${saidOf(unitAt)}" is no unit of time here: minutes, hours, days or weeks.`);
  const names = ["duration_value", "duration", "delay", "value", "amount", "for"];
  const given = settings.value[names.find((name) => settings.value[name] !== undefined) ?? ""];
  if (typeof given === "string" && given.includes("{{")) {
    const text = textOf(work, settings, ...names) ?? "";
    return unit ? `${text}${unit}` : text;
  }
  for (const [name, own] of Object.entries({ seconds: "s", minutes: "m", hours: "h", days: "d", weeks: "w" })) {
    if (settings.value[name] !== undefined) return durationOf(settings.take(name, `duration_${name}`), own);
  }
  // A bare number without a unit is milliseconds wherever timers are written by programmers.
  return durationOf(settings.take(...names), unit ?? "ms");
}
