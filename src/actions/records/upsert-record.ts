import { createHash } from "node:crypto";
import { createRecord, findRecords, type RecordRow, updateRecord } from "../../crm/index.js";
import { canonicalJson, type JsonObject } from "../../shared/json.js";
import { type ActionKind, done, failed, type Outcome, type StepContext } from "../action.js";
import { fieldsWritten } from "../record-target.js";
import { configOf, objectPart, outputOf, recordOutput, valuesPart } from "../schema-parts.js";
import { takeTurn } from "../take-turn.js";
import { inWords, settings } from "../words.js";

/** Updates the one record that matches, or makes it. Two upserts with the same match never make two. */
export const upsertRecord: ActionKind = {
  kind: "record.upsert",
  title: "Update or create record",
  group: "Records",
  description:
    "Updates the record whose fields match; when there is none, creates it with the matching fields filled in.",
  config: configOf(
    {
      object: objectPart,
      match: { ...valuesPart, title: "Match", description: "The fields that identify the record, and their values." },
      values: { ...valuesPart, minProperties: 0 },
    },
    ["object", "match"],
  ),
  output: outputOf({
    ...recordOutput,
    created: { type: "boolean", title: "Whether it was made now" },
    changed: { type: "array", items: { type: "string" }, title: "Fields that really changed" },
  }),
  ports: ["success", "error"],
  effect: "database",
  writes: (config) => fieldsWritten(config, { ...(config["match"] as object), ...(config["values"] as object) }, null),
  sentence: ({ object, match }) => `update the ${inWords(object)} whose ${settings(match, "is")}, or create it`,
  async perform(config, step) {
    const { host, workspaceId, cause, tx, writes, timezone } = step;
    const object = String(config["object"]);
    const { match, values = {} } = config as { match: JsonObject; values?: JsonObject };
    const blank = Object.keys(match).find((field) => [null, undefined, ""].includes(match[field] as null));
    if (blank) return failed("empty_match", `The value to match "${blank}" with is empty: any record could be meant.`);

    await takeTurn(step, `upsert:${object}:${bucketOf(match)}`);
    const [found, second] = await matching(object, match, step);
    if (found && second) {
      const message = `More than one ${object} has ${settings(match, "set to")}.`;
      return failed("several_match", message, { ids: [found.id, second.id] });
    }
    if (found) {
      const options = { current: found, writes, timezone };
      const { record, changes } = await updateRecord(host, workspaceId, object, found.id, values, cause, options, tx);
      const changed = changes.map((change) => change.field);
      return tell(step, record, { created: false, changed });
    }
    const all = { ...match, ...values };
    const made = await createRecord(host, workspaceId, object, all, cause, tx, { writes, timezone });
    return tell(step, made, { created: true, changed: Object.keys(all) });
  },
};

async function matching(
  object: string,
  match: JsonObject,
  { host, workspaceId, timezone, tx }: StepContext,
): Promise<RecordRow[]> {
  const all = Object.entries(match).map(([path, value]) => ({ fact: "record", path, operator: "equal", value }));
  const options = { when: { all }, limit: 2, timezone };
  const { records } = await findRecords(host, workspaceId, object, options, tx);
  // Addresses differ in case seldom, and looking for that costs more.
  const isThere =
    records.length > 0 || !Object.values(match).some((one) => typeof one === "string" && one.includes("@"));
  return isThere ? records : (await findRecords(host, workspaceId, object, { ...options, anyCase: true }, tx)).records;
}

function tell(step: StepContext, record: RecordRow, more: { created: boolean; changed: string[] }): Outcome {
  step.keep(record.object, record.id, record);
  return done({ id: record.id, object: record.object, values: record.values, ...more });
}

/** Matches share 256 locks, so that there are never more rows than that; two that share one only wait for each other. */
function bucketOf(match: JsonObject): string {
  return createHash("sha256").update(canonicalJson(match).toLowerCase()).digest("hex").slice(0, 2);
}
