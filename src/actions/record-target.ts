import type { RecordRow, Target } from "../crm/index.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { failed, type Outcome, type StepContext } from "./action.js";

/** The record a config means: an id alone is of the run's own object, nothing at all is the run's record. Null: none. */
export function targetOf(given: unknown, own: Target | null): Target | null {
  if (given === undefined) return own;
  const id = isObject(given) ? given["id"] : given;
  const object = isObject(given) && typeof given["object"] === "string" ? given["object"] : own?.object;
  return object && (typeof id === "string" || typeof id === "number") && id !== "" ? { object, id: String(id) } : null;
}

/**
 * Does `work` with the record a config means, as it is now. Fails `no_record` when the config names none and
 * `record_gone` when it is not there (any more).
 */
export async function withRecord(
  given: unknown,
  step: StepContext,
  work: (record: RecordRow) => Promise<Outcome>,
): Promise<Outcome> {
  const target = targetOf(given, step.record);
  if (!target) return failed("no_record", "This step needs a record, and its setting names none.");
  const record = await step.load(target.object, target.id);
  return record ? work(record) : recordGone(target);
}

/** What a task or a notification is about. */
export type Subject = Target & { values: JsonObject };

/**
 * The run's record as it is or, when it is gone, as its event last saw it: a task about a deletion is still a task.
 * Null in the global context.
 */
export async function subjectOf(step: StepContext): Promise<Subject | null> {
  const { record } = step;
  if (!record) return null;
  const last = step.facts.trigger?.["record"];
  return (await step.load(record.object, record.id)) ?? { ...record, values: isObject(last) ? last : {} };
}

/** The failure of a step whose record was deleted, merged away or never there. */
function recordGone({ object, id }: Target): Outcome {
  return failed("record_gone", `There is no ${object} "${id}" (any more).`, { object, id });
}

/** `deal.stage` for each field a config writes, when it says which object. */
export function fieldsWritten(record: unknown, values: unknown, object: string | null): string[] {
  const of = isObject(record) ? record["object"] : object;
  return typeof of === "string" && isObject(values) ? Object.keys(values).map((field) => `${of}.${field}`) : [];
}
