import type { JsonObject } from "../../shared/json.js";
import { changed, changes, config, old, record, start, type TriggerKind } from "./trigger-parts.js";

/** `from` and `to` in all their spellings: a value, a list of them, null for blank, `{ any: true }`. */
const value = (title: string, description: string, hint = "fieldValue"): JsonObject => ({
  title,
  description,
  "x-hint": hint,
});

const fields: JsonObject = {
  title: "Fields",
  description: "Fires when one of these changes; empty means any field.",
  type: "array",
  items: { type: "string", "x-hint": "field" },
};

/** The triggers that listen to changes of records. */
export const recordTriggers: TriggerKind[] = [
  {
    kind: "record.created",
    module: "records",
    label: "Record created",
    description: "A record was created, with all values of the same transaction.",
    needsObject: true,
    config: config(),
    facts: [record, ...start, changes],
  },
  {
    kind: "record.updated",
    module: "records",
    label: "Record updated",
    description: "A field really changed its value.",
    needsObject: true,
    config: config({
      fields,
      from: value("From", "The value before: a value, a list of values, blank, or anything."),
      to: value("To", "The value after: a value, a list of values, blank, or anything."),
      onCreate: {
        title: "Also when created",
        description: "A new record with such a value counts as changed.",
        type: "boolean",
      },
      becomes: {
        title: "Only when it becomes true",
        description: "Fires only when the filter and the conditions turn from false to true.",
        type: "boolean",
      },
    }),
    facts: [record, old, changed, ...start, changes],
  },
  {
    kind: "record.saved",
    module: "records",
    label: "Record created or updated",
    description: "A record was created or updated; both look alike.",
    needsObject: true,
    config: config(),
    facts: [record, old, changed, ...start, changes],
  },
  {
    kind: "record.deleted",
    module: "records",
    label: "Record deleted",
    description: "A record was deleted; its last values are kept.",
    needsObject: true,
    config: config(),
    facts: [{ path: "record", title: "The record's last values" }, ...start],
  },
  {
    kind: "record.restored",
    module: "records",
    label: "Record restored",
    description: "A deleted record came back.",
    needsObject: true,
    config: config(),
    facts: [record, ...start],
  },
  {
    kind: "stage.changed",
    module: "pipelines",
    label: "Stage changed",
    description: "A record moved to another stage of its pipeline.",
    needsObject: true,
    config: config({
      pipeline: { title: "Pipeline", description: "Empty means every pipeline.", type: "string", "x-hint": "pipeline" },
      from: value("From stage", "The stage before; empty means any.", "stage"),
      to: value("To stage", "The stage after; empty means any.", "stage"),
    }),
    facts: [record, old, changed, ...start, changes],
  },
];
