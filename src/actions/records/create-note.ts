import { createRecord } from "../../crm/index.js";
import { type ActionKind, done } from "../action.js";
import { withRecord } from "../record-target.js";
import { configOf, outputOf, recordOutput, recordPart } from "../schema-parts.js";
import { quoted } from "../words.js";

/** Writes a note on a record. */
export const createNote: ActionKind = {
  kind: "note.create",
  title: "Create note",
  group: "People",
  description: "Writes a note on the record.",
  config: configOf(
    {
      body: { title: "Note", type: "string", minLength: 1, "x-hint": "markdown" },
      record: { ...recordPart, title: "About" },
    },
    ["body"],
  ),
  output: outputOf(recordOutput),
  ports: ["success", "error"],
  effect: "database",
  writes: () => ["note.body", "note.relatedObject", "note.relatedId"],
  sentence: (config) => `note ${quoted(config["body"])}`,
  perform: (config, step) =>
    withRecord(config["record"], step, async (about) => {
      const values = { body: config["body"], relatedObject: about.object, relatedId: about.id };
      const note = await createRecord(step.host, step.workspaceId, "note", values, step.cause, step.tx, {
        writes: step.writes,
      });
      step.keep(note.object, note.id, note);
      return done({ id: note.id, object: note.object, values: note.values });
    }),
};
