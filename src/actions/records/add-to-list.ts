import { addToList as add } from "../../crm/index.js";
import { type ActionKind, done } from "../action.js";
import { withRecord } from "../record-target.js";
import { listOutput, listPart, outputOf } from "../schema-parts.js";
import { inWords, recordInWords } from "../words.js";

/** Puts a record on a list. One that is on it already stays there, and no trigger fires. */
export const addToList: ActionKind = {
  kind: "list.add",
  title: "Add to list",
  group: "Records",
  description: "Puts the record on a list.",
  config: listPart,
  output: outputOf({ ...listOutput, added: { type: "boolean", title: "Whether that changed anything" } }),
  ports: ["success", "error"],
  effect: "database",
  sentence: (config) => `add ${recordInWords(config["record"])} to the list ${inWords(config["list"])}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async ({ object, id }) => {
      const list = String(config["list"]);
      const added = await add(step.host, step.workspaceId, list, { object, id }, step.cause, step.tx);
      return done({ list, record: { object, id }, added });
    }),
};
