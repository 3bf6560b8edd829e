import { type Conditions, pathsOf, sentenceOf } from "../../rules/index.js";
import { iso } from "../../shared/clock.js";
import { addDuration } from "../../shared/duration.js";
import { type ActionKind, failed } from "../action.js";
import { configOf, waitOutputOf } from "../schema-parts.js";
import { keptFacts } from "./awaited-facts.js";
import { evaluateConditions, undecided } from "./evaluate-conditions.js";

/**
 * Waits until conditions hold: at once when they do already (unless `fresh`), else at the first change of the record
 * that makes them. Conditions on related records are looked at again every few minutes.
 */
export const reachGoal: ActionKind = {
  kind: "goal",
  title: "Goal",
  group: "Flow",
  description: "Waits until the conditions hold for the record, or until the timeout.",
  config: configOf(
    {
      when: { title: "Conditions", type: "object", "x-hint": "conditions" },
      timeout: { title: "Timeout", type: "string", format: "duration", default: "30d", "x-hint": "duration" },
      fresh: {
        title: "Must happen anew",
        description: "Conditions that hold already do not count: they must come to hold while the run waits.",
        type: "boolean",
      },
    },
    ["when"],
  ),
  output: waitOutputOf({
    metAt: { type: "string", format: "date-time", title: "When it was met" },
    atEntry: { type: "boolean", title: "Whether it was met already" },
  }),
  ports: ["met", "unmet"],
  graphOnly: true,
  effect: "none",
  sentence: ({ when }) => `wait until ${sentenceOf(when as Conditions) || "the goal is met"}`,
  async perform(config, step) {
    const { when, timeout = "30d", fresh = false } = config as { when: Conditions; timeout?: string; fresh?: boolean };
    const conditions = await evaluateConditions(when, step);
    if (conditions.reason) return failed("conditions", undecided(conditions) ?? conditions.reason, { conditions });
    if (conditions.result && !fresh)
      return { type: "done", output: { metAt: iso(step.now), atEntry: true }, port: "met", conditions };
    const related = pathsOf(when)
      .filter(({ fact, path }) => fact === "record" && path.includes("."))
      .map(({ path }) => path);
    const details = { when, fresh, related, timezone: step.timezone, facts: keptFacts(when, step), since: step.now };
    const watch = { object: step.record?.object ?? null, recordId: step.record?.id ?? null, eventKind: null };
    const deadlineAt = addDuration(step.now, timeout, step.timezone);
    return { type: "wait", for: { kind: "answer", from: "goal", deadlineAt, timeoutPort: "unmet", details, watch } };
  },
};
