import { findRecords as find } from "../../crm/index.js";
import type { JsonObject } from "../../shared/json.js";
import { type ActionKind, done } from "../action.js";
import { configOf, objectPart, outputOf, recordRead } from "../schema-parts.js";
import { inWords } from "../words.js";

/** How many records a search hands on when its config does not say. */
const DEFAULT_LIMIT = 100;

/** Finds records by a rule tree. What does not fit under the limit is not lost in silence: `truncated` says so. */
export const findRecords: ActionKind = {
  kind: "record.find",
  title: "Find records",
  group: "Records",
  description: "Finds the records of an object that meet conditions, sorted, up to a limit.",
  config: configOf(
    {
      object: objectPart,
      when: {
        title: "Conditions",
        description: "Which records. Empty: all of them.",
        type: "object",
        "x-hint": "conditions",
      },
      sort: {
        title: "Sort by",
        description: "A field; with a minus before it, largest first.",
        type: "string",
        "x-hint": "field",
      },
      limit: { title: "At most", type: "integer", minimum: 1, maximum: 1000, default: DEFAULT_LIMIT },
    },
    ["object"],
  ),
  output: outputOf({
    records: { type: "array", items: { type: "object", properties: recordRead }, title: "Records found" },
    total: { type: "integer", title: "How many match" },
    truncated: { type: "boolean", title: "More match than were handed on" },
  }),
  ports: ["success", "error"],
  effect: "none",
  sentence: (config) => `find ${inWords(config["object"])} records`,
  async perform(config, step) {
    const { when, sort } = config as { when?: JsonObject; sort?: string };
    const options = {
      limit: Number(config["limit"] ?? DEFAULT_LIMIT),
      count: true,
      blanks: true,
      timezone: step.timezone,
      ...(when && { when }),
      ...(sort && { sort }),
    };
    const { records, total = records.length } = await find(
      step.host,
      step.workspaceId,
      String(config["object"]),
      options,
      step.tx,
    );
    return done({ records, total, truncated: total > records.length });
  },
};
