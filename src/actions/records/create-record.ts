import { createRecord as create } from "../../crm/index.js";
import type { JsonObject } from "../../shared/json.js";
import { type ActionKind, done } from "../action.js";
import { fieldsWritten } from "../record-target.js";
import { configOf, objectPart, outputOf, recordOutput, valuesPart } from "../schema-parts.js";
import { one, settings } from "../words.js";

/** Makes a record of any object. */
export const createRecord: ActionKind = {
  kind: "record.create",
  title: "Create record",
  group: "Records",
  description: "Makes a new record of any object.",
  config: configOf({ object: objectPart, values: { ...valuesPart, minProperties: 0 } }, ["object", "values"]),
  output: outputOf(recordOutput),
  ports: ["success", "error"],
  effect: "database",
  writes: (config) => fieldsWritten(config, config["values"], null),
  sentence: (config) => `create ${one(config["object"])} with ${settings(config["values"], "set to")}`,
  async perform(config, step) {
    const { host, workspaceId, cause, tx, writes, timezone } = step;
    const values = config["values"] as JsonObject;
    const record = await create(host, workspaceId, String(config["object"]), values, cause, tx, { writes, timezone });
    step.keep(record.object, record.id, record);
    return done({ id: record.id, object: record.object, values: record.values });
  },
};
