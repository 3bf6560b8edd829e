import { isObject } from "../../shared/json.js";
import { type ActionKind, failed } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";

/**
 * A step of an imported definition that has no equal here. It keeps what it was and fails whenever it is reached, so
 * that nobody takes it for done.
 */
export const unmapped: ActionKind = {
  kind: "unmapped",
  title: "Not taken over",
  group: "Flow",
  description:
    "A step of an imported definition that could not be taken over. It fails; put another step in its place.",
  config: configOf(
    {
      reason: { title: "Why", type: "string" },
      original: { title: "As it was", description: "The step of the imported definition, unchanged." },
      ports: {
        title: "Ways out",
        description: "Those the step had, so that what follows stays connected.",
        type: "array",
        items: { type: "string", pattern: "^[a-z][a-z0-9_]{0,63}$" },
        maxItems: 50,
      },
    },
    ["reason"],
  ),
  output: outputOf({}),
  ports: ({ ports }) => (Array.isArray(ports) && ports.length > 0 ? ports.map(String) : ["success", "error"]),
  effect: "none",
  // The original may hold templates of another system: it is kept, never rendered.
  raw: ["reason", "original", "ports"],
  sentence: (config) => `fail, because a step could not be taken over: ${inWords(config["reason"])}`,
  async perform({ reason, original }) {
    const details = isObject(original) ? { original } : {};
    return failed("unmapped", `This step was imported and has no equal here: ${String(reason)}`, details);
  },
};
