import { type ActionKind, failed } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";

/** More items than this are left out, and the log says so, unless the step asks for another number. */
const MOST_ITEMS = 500;

/** Takes the steps of its body once for each item; the body is where `next` points, `done` what comes after. */
export const loopItems: ActionKind = {
  kind: "loop",
  title: "Loop",
  group: "Flow",
  description: "Takes the steps of its body once for each item of a list, one after another.",
  config: configOf(
    {
      items: {
        title: "Items",
        description: "A list, usually from an earlier step.",
        type: "array",
        "x-hint": "template",
      },
      itemVariable: { title: "Name for the item", type: "string", pattern: "^[a-zA-Z_][a-zA-Z0-9_]{0,63}$" },
      maxItems: { title: "At most", type: "integer", minimum: 1, maximum: 100_000, default: MOST_ITEMS },
      onItemError: { title: "When an item fails", enum: ["stop", "continue", "break"], default: "stop" },
    },
    ["items"],
  ),
  output: outputOf({
    count: { type: "integer", title: "Items taken" },
    errors: { type: "integer", title: "Items that failed" },
    truncated: { type: "boolean", title: "Whether items were left out" },
  }),
  ports: ["next", "done", "error"],
  graphOnly: true,
  effect: "none",
  sentence: ({ items }) => `for each of ${typeof items === "string" ? inWords(items) : "the items"}`,
  async perform(config) {
    const { items, itemVariable, onItemError } = config;
    if (!Array.isArray(items)) return failed("not_a_list", "The items of a loop must be a list.");
    const most = typeof config["maxItems"] === "number" ? config["maxItems"] : MOST_ITEMS;
    return {
      type: "wait",
      for: {
        kind: "items",
        items: items.slice(0, most),
        itemVariable: typeof itemVariable === "string" ? itemVariable : null,
        onItemError: onItemError === "continue" || onItemError === "break" ? onItemError : "stop",
        truncated: items.length > most,
      },
    };
  },
};
