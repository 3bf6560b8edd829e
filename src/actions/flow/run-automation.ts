import type { JsonObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { configOf, outputOf, recordPart } from "../schema-parts.js";
import { inWords } from "../words.js";
import { automationPart, childrenOutcome, recordIn, timeoutPart } from "./child-starts.js";

/** Starts another automation. What it hands back is this step's output; it ends with the run that waits for it. */
export const runAutomation: ActionKind = {
  kind: "run_automation",
  title: "Run an automation",
  group: "Flow",
  description: "Starts another automation, and waits for its outputs or goes on as soon as it has started.",
  config: configOf(
    {
      automation: automationPart,
      inputs: {
        title: "Inputs",
        description: "What the other automation is to know, by the names of its inputs.",
        type: "object",
        "x-hint": "values",
      },
      wait: { title: "Wait for its end", type: "boolean", default: true },
      record: {
        ...recordPart,
        description: "The record it runs on. Leave it empty for this run's record, if the object is the same.",
      },
      timeout: timeoutPart,
    },
    ["automation"],
  ),
  output: {
    ...outputOf({
      runId: { type: ["string", "null"], title: "Run id" },
      status: { type: "string", title: "How it ended" },
      outputs: { type: ["object", "null"], title: "Its outputs; each is there under its own name too" },
      error: { type: ["object", "null"], title: "Why it ended badly" },
    }),
    additionalProperties: true,
  },
  ports: ["success", "error"],
  effect: "none",
  sentence: ({ automation, wait = true }) =>
    `run ${inWords(automation)}${wait === false ? " without waiting for it" : ""}`,
  async perform(config, step) {
    const { automation, inputs = {}, wait = true, record, timeout } = config;
    return childrenOutcome(
      {
        automation: String(automation),
        starts: [{ inputs: inputs as JsonObject, record: recordIn(record), item: null }],
        of: "one",
        wait: wait === true,
        concurrency: 1,
        onItemError: "stop",
        truncated: false,
      },
      timeout,
      step,
    );
  },
};
