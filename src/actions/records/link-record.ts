import { linkRecords } from "../../crm/index.js";
import { type ActionKind, done, failed } from "../action.js";
import { targetOf, withRecord } from "../record-target.js";
import { linkOutput, linkPart, outputOf } from "../schema-parts.js";
import { inWords, recordInWords } from "../words.js";
import { pointTo, relationField } from "./relation-field.js";

/** Connects two records by a named relation. Connecting them twice changes nothing. */
export const linkRecord: ActionKind = {
  kind: "record.link",
  title: "Link records",
  group: "Records",
  description: "Connects the record with another one by a named relation.",
  config: linkPart,
  output: outputOf({ ...linkOutput, linked: { type: "boolean", title: "Whether that changed anything" } }),
  ports: ["success", "error"],
  effect: "database",
  sentence: (config) =>
    `link ${recordInWords(config["record"])} to ${recordInWords(config["to"])} as ${inWords(config["relation"])}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async ({ object, id }) => {
      const to = targetOf(config["to"], null);
      if (!to) return failed("no_record", "The record to link to is empty.");
      const relation = String(config["relation"]);
      const field = await relationField(step, object, relation);
      if (field) return pointTo(field, { object, id }, to, step);
      const linked = await linkRecords(step.host, step.workspaceId, { object, id }, relation, to, step.cause, step.tx);
      return done({ record: { object, id }, relation, to, linked });
    }),
};
