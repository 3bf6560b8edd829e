import { type ActionKind, done } from "../action.js";
import { configOf, waitOutputOf } from "../schema-parts.js";

/** Brings branches together. When it goes on is decided by `graph/next-steps.ts`, which knows what can still come. */
export const joinBranches: ActionKind = {
  kind: "join",
  title: "Join",
  group: "Flow",
  description:
    "Waits for the branches that lead to it: all of them, any one, or a number. A branch that was not taken is not waited for.",
  config: configOf({
    mode: { title: "Wait for", enum: ["all", "any", "count"], default: "all" },
    count: { title: "How many", description: "With “count”.", type: "integer", minimum: 1 },
    timeout: { title: "At most", type: "string", "x-hint": "duration" },
  }),
  output: waitOutputOf({}),
  ports: ["success", "timeout"],
  graphOnly: true,
  effect: "none",
  check: ({ mode, count }) =>
    mode === "count" && count === undefined ? [{ path: "count", message: "Say how many branches to wait for." }] : [],
  sentence: (config) => (config["mode"] === "any" ? "go on with the first branch" : "wait for the branches"),
  perform: async () => done({ timedOut: false }, "success"),
};
