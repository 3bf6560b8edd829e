import { isObject, type JsonObject } from "../../shared/json.js";
import { type ActionKind, done, failed, type StepContext } from "../action.js";
import { configOf, outputOf, recordPart } from "../schema-parts.js";
import { inWords } from "../words.js";
import {
  automationPart,
  type ChildStart,
  childrenOutcome,
  itemAsRecord,
  recordIn,
  timeoutPart,
} from "./child-starts.js";

/** More items than this are left out, and the output says so, unless the step asks for another number. */
const MOST_ITEMS = 500;

/** So many at a time when the step does not say. */
const AT_ONCE = 5;

/** Starts another automation once for each item, several at a time, and gathers what they hand back. */
export const forEach: ActionKind = {
  kind: "for_each",
  title: "For each, run an automation",
  group: "Flow",
  description: "Starts another automation once for each item of a list, several at a time, and waits for all of them.",
  config: configOf(
    {
      items: {
        title: "Items",
        description: "A list, usually from an earlier step.",
        type: "array",
        "x-hint": "template",
      },
      automation: automationPart,
      inputs: {
        title: "Inputs",
        description: "What each is to know; {{ loop.item }} is the item, {{ loop.index }} its number from 0.",
        type: "object",
        "x-hint": "values",
      },
      concurrency: { title: "At the same time", type: "integer", minimum: 1, maximum: 50, default: AT_ONCE },
      maxItems: { title: "At most", type: "integer", minimum: 1, maximum: 1000, default: MOST_ITEMS },
      onItemError: {
        title: "When an item fails",
        description: "Start no further ones and fail, or go on with the others.",
        enum: ["stop", "continue"],
        default: "stop",
      },
      record: {
        ...recordPart,
        description: "The record each runs on. Leave it empty when the items are records.",
      },
      timeout: timeoutPart,
    },
    ["items", "automation"],
  ),
  output: outputOf({
    total: { type: "integer", title: "Items" },
    succeeded: { type: "integer", title: "Items that succeeded" },
    failed: { type: "integer", title: "Items that failed" },
    notStarted: { type: "integer", title: "Items not started after a failure" },
    truncated: { type: "boolean", title: "Whether items were left out" },
    results: { type: "array", title: "Results in the order of the items", items: { type: "object" } },
  }),
  ports: ["success", "error"],
  effect: "none",
  raw: ["inputs", "record"],
  operands: ({ inputs, record }) => ({
    ...(inputs === undefined ? {} : { inputs }),
    ...(record === undefined ? {} : { record }),
  }),
  sentence: ({ items, automation }) =>
    `run ${inWords(automation)} for each of ${typeof items === "string" ? inWords(items) : "the items"}`,
  async perform(config, step) {
    const { items, automation, onItemError, concurrency = AT_ONCE, maxItems = MOST_ITEMS, timeout } = config;
    if (!Array.isArray(items)) return failed("not_a_list", "The items must be a list.");
    const taken = items.slice(0, Number(maxItems));
    const truncated = items.length > taken.length;
    if (taken.length === 0) return done({ total: 0, succeeded: 0, failed: 0, notStarted: 0, truncated, results: [] });
    const plan = {
      automation: String(automation),
      starts: await startsFor(taken, config, step),
      of: "each" as const,
      wait: true,
      concurrency: Number(concurrency),
      onItemError: onItemError === "continue" ? ("continue" as const) : ("stop" as const),
      truncated,
    };
    return childrenOutcome(plan, timeout, step);
  },
};

/** All inputs are settled before the first child starts, so that none depends on how fast another was. */
async function startsFor(items: unknown[], config: JsonObject, step: StepContext): Promise<ChildStart[]> {
  const { inputs = {}, record } = config;
  const starts: ChildStart[] = [];
  for (const [index, item] of items.entries()) {
    const { length } = items;
    const loop = {
      item,
      index,
      length,
      first: index === 0,
      last: index === length - 1,
      parent: step.facts.loop ?? null,
    };
    const resolved = await step.resolve({ inputs, record: record ?? null }, loop);
    const own = isObject(resolved) ? resolved : {};
    starts.push({
      inputs: isObject(own["inputs"]) ? own["inputs"] : {},
      record: recordIn(own["record"]),
      item: itemAsRecord(item),
    });
  }
  return starts;
}
