import type { StepRow } from "../runs/index.js";
import { isObject } from "../shared/json.js";
import type { FieldDiff } from "./simulation.js";

/** First value before and last value after, for each field the rows of a run wrote. */
export function fieldDiffs(rows: StepRow[]): FieldDiff[] {
  const diffs = new Map<string, FieldDiff>();
  const note = (object: string, recordId: string, field: string, before: unknown, after: unknown) => {
    const place = `${object}/${recordId}/${field}`;
    const first = diffs.get(place);
    diffs.set(place, { object, recordId, field, before: first ? first.before : before, after });
  };
  for (const { object, recordId, field, before, after } of rows.flatMap((row) => row.writes)) {
    if (field !== null) note(object, recordId, field, before ?? null, after ?? null);
    else if (isObject(after))
      for (const [name, value] of Object.entries(after)) if (value !== null) note(object, recordId, name, null, value);
  }
  return [...diffs.values()];
}
