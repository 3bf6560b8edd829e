import { unlinkRecords } from "../../crm/index.js";
import { type ActionKind, done, failed } from "../action.js";
import { targetOf, withRecord } from "../record-target.js";
import { linkOutput, linkPart, outputOf } from "../schema-parts.js";
import { inWords, recordInWords } from "../words.js";
import { pointAway, relationField } from "./relation-field.js";

/** Takes a named relation between two records away. Where there is none nothing changes. */
export const unlinkRecord: ActionKind = {
  kind: "record.unlink",
  title: "Unlink records",
  group: "Records",
  description: "Takes a named relation between the record and another one away.",
  config: linkPart,
  output: outputOf({ ...linkOutput, unlinked: { type: "boolean", title: "Whether that changed anything" } }),
  ports: ["success", "error"],
  effect: "database",
  sentence: (config) =>
    `unlink ${recordInWords(config["record"])} from ${recordInWords(config["to"])} as ${inWords(config["relation"])}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async ({ object, id }) => {
      const to = targetOf(config["to"], null);
      if (!to) return failed("no_record", "The record to unlink from is empty.");
      const relation = String(config["relation"]);
      const field = await relationField(step, object, relation);
      if (field) return pointAway(field, { object, id }, to, step);
      const unlinked = await unlinkRecords(
        step.host,
        step.workspaceId,
        { object, id },
        relation,
        to,
        step.cause,
        step.tx,
      );
      return done({ record: { object, id }, relation, to, unlinked });
    }),
};
