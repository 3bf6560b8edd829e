import { deleteRecord as remove } from "../../crm/index.js";
import { type ActionKind, done } from "../action.js";
import { withRecord } from "../record-target.js";
import { configOf, outputOf, recordOutput, recordPart } from "../schema-parts.js";
import { recordInWords } from "../words.js";

/** Deletes a record; it can be restored. */
export const deleteRecord: ActionKind = {
  kind: "record.delete",
  title: "Delete record",
  group: "Records",
  description: "Deletes a record. Its last values stay in the change log, and it can be restored.",
  config: configOf({ record: recordPart }),
  output: outputOf({ ...recordOutput, values: { type: "object", title: "Last values", "x-hint": "values" } }),
  ports: ["success", "error"],
  effect: "database",
  sentence: (config) => `delete ${recordInWords(config["record"])}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async ({ object, id }) => {
      const last = await remove(step.host, step.workspaceId, object, id, step.cause, { writes: step.writes }, step.tx);
      step.keep(object, id, null);
      return done({ id, object, values: last.values });
    }),
};
