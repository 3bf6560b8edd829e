import { type ActionKind, done, failed } from "../action.js";
import { targetOf } from "../record-target.js";
import { configOf, outputOf, recordPart } from "../schema-parts.js";
import { inWords } from "../words.js";
import { otherPart } from "./switch-automation.js";

/** Cancels what an automation has under way; never the run that says so. */
export const cancelRuns: ActionKind = {
  kind: "automation.cancel_runs",
  title: "Cancel runs",
  group: "Flow",
  description: "Cancels the runs of an automation that are under way for a record, or all of them. This run goes on.",
  config: configOf({
    automation: otherPart,
    record: { ...recordPart, description: "Whose runs. Leave it empty for the record this automation runs for." },
    all: { title: "Of all records", description: "Instead of one record's runs.", type: "boolean", default: false },
  }),
  output: outputOf({
    automationId: { type: "string", title: "Automation" },
    name: { type: "string", title: "Its name" },
    cancelled: { type: "integer", title: "Runs cancelled" },
  }),
  ports: ["success", "error"],
  effect: "outside",
  sentence: ({ automation, all }) =>
    `cancel ${all === true ? "all runs" : "the record's runs"} of ${automation ? inWords(automation) : "this automation"}`,
  async perform({ automation, record, all = false }, step) {
    const target = all === true ? null : targetOf(record === "" ? undefined : record, step.record);
    if (!target && all !== true)
      return failed("no_record", "Nothing says whose runs are meant. Name a record, or cancel those of all records.");
    const { id, name, cancelled } = await step.automations.cancelRuns(
      String(automation || step.run.automationId),
      target,
    );
    return done({ automationId: id, name, cancelled });
  },
  simulate: async ({ automation }, { run }) =>
    done({
      automationId: automation || run.automationId,
      name: automation || run.automationName,
      cancelled: 0,
      simulated: true,
    }),
};
