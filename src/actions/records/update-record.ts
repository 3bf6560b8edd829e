import { updateRecord as update } from "../../crm/index.js";
import type { JsonObject } from "../../shared/json.js";
import { type ActionKind, done } from "../action.js";
import { fieldsWritten, withRecord } from "../record-target.js";
import { configOf, outputOf, recordOutput, recordPart, valuesPart } from "../schema-parts.js";
import { recordInWords, settings } from "../words.js";

/** Writes fields of a record. Only what really differs is written; when nothing does, nothing happens and no trigger fires. */
export const updateRecord: ActionKind = {
  kind: "record.update",
  title: "Update record",
  group: "Records",
  description: "Writes fields of a record. Other automations see the change as made by this one.",
  config: configOf({ record: recordPart, values: valuesPart }, ["values"]),
  output: outputOf({
    ...recordOutput,
    changed: { type: "array", items: { type: "string" }, title: "Fields that really changed" },
  }),
  ports: ["success", "error"],
  effect: "database",
  writes: (config, object) => fieldsWritten(config["record"], config["values"], object),
  sentence: ({ record, values }) => `set ${settings(values)}${record ? ` on ${recordInWords(record)}` : ""}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async (current) => {
      const { object, id } = current;
      const { host, workspaceId, cause, tx, writes, timezone } = step;
      const values = config["values"] as JsonObject;
      const { record, changes } = await update(
        host,
        workspaceId,
        object,
        id,
        values,
        cause,
        { current, writes, timezone },
        tx,
      );
      step.keep(object, id, record);
      return done({ id, object, changed: changes.map((change) => change.field), values: record.values });
    }),
};
