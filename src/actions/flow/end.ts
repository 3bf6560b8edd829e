import type { ActionKind, RunEnd } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords, quoted } from "../words.js";

/** Closes the whole run, whatever else was still to come. */
export const end: ActionKind = {
  kind: "end",
  title: "End",
  group: "Flow",
  description: "Ends the run here: completed, failed or cancelled, with a message and outputs of its own.",
  config: configOf({
    status: { title: "Status", enum: ["completed", "failed", "cancelled"], default: "completed" },
    message: { title: "Message", description: "Why it ends here, for the log.", type: "string", "x-hint": "template" },
    outputs: {
      title: "Outputs",
      description: "What the run hands to whoever started it.",
      type: "object",
      "x-hint": "values",
    },
  }),
  output: outputOf({
    status: { type: "string", title: "Status" },
    message: { type: ["string", "null"], title: "Message" },
    outputs: { type: ["object", "null"], title: "Outputs" },
  }),
  ports: [],
  effect: "none",
  sentence: ({ status = "completed", message }) => `end as ${inWords(status)}${message ? `: ${quoted(message)}` : ""}`,
  async perform(config) {
    const { status = "completed", message = null, outputs = null } = config as Partial<RunEnd>;
    return { type: "done", output: { status, message, outputs }, end: { status, message, outputs } };
  },
};
