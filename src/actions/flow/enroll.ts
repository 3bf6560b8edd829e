import { isObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords, recordInWords } from "../words.js";
import { runAutomation } from "./run-automation.js";

const { automation, record, inputs } = isObject(runAutomation.config["properties"])
  ? runAutomation.config["properties"]
  : {};

/** Starts another automation for a record, and goes on as soon as it has started. */
export const enroll: ActionKind = {
  ...runAutomation,
  kind: "automation.enroll",
  title: "Enroll in an automation",
  description: "Starts another automation for a record, and goes on as soon as it has started.",
  config: configOf({ automation, record, inputs }, ["automation"]),
  output: outputOf({
    runId: { type: ["string", "null"], title: "Run id" },
    status: { type: "string", title: "How it began" },
    started: { type: "boolean", title: "Whether it began" },
    outputs: { type: "null", title: "Nothing yet" },
  }),
  sentence: (config) => `enroll ${recordInWords(config["record"])} in ${inWords(config["automation"])}`,
  perform: (config, step) => runAutomation.perform({ ...config, wait: false }, step),
};
