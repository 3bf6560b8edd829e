import { removeFromList as remove } from "../../crm/index.js";
import { type ActionKind, done } from "../action.js";
import { withRecord } from "../record-target.js";
import { listOutput, listPart, outputOf } from "../schema-parts.js";
import { inWords, recordInWords } from "../words.js";

/** Takes a record off a list. One that is not on it stays off, and no trigger fires. */
export const removeFromList: ActionKind = {
  kind: "list.remove",
  title: "Remove from list",
  group: "Records",
  description: "Takes the record off a list.",
  config: listPart,
  output: outputOf({ ...listOutput, removed: { type: "boolean", title: "Whether that changed anything" } }),
  ports: ["success", "error"],
  effect: "database",
  sentence: (config) => `take ${recordInWords(config["record"])} off the list ${inWords(config["list"])}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async ({ object, id }) => {
      const list = String(config["list"]);
      const removed = await remove(step.host, step.workspaceId, list, { object, id }, step.cause, step.tx);
      return done({ list, record: { object, id }, removed });
    }),
};
