import { type ActionKind, done } from "../action.js";
import { withRecord } from "../record-target.js";
import { configOf, objectPart, outputOf, recordRead } from "../schema-parts.js";
import { inWords } from "../words.js";

/** Reads one record by its id, for the steps after it. */
export const getRecord: ActionKind = {
  kind: "record.get",
  title: "Get record",
  group: "Records",
  description: "Reads one record by its id, so that later steps can use its values.",
  config: configOf(
    { object: objectPart, id: { title: "Record id", type: "string", minLength: 1, "x-hint": "template" } },
    ["object", "id"],
  ),
  output: outputOf(recordRead),
  ports: ["success", "error"],
  effect: "none",
  sentence: (config) => `get the ${inWords(config["object"])} ${inWords(config["id"])}`,
  perform: (config, step) => withRecord(config, step, async (record) => done({ ...record })),
};
