import type { JsonObject } from "../../shared/json.js";
import { type ActionKind, done, type StepContext } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";

/** The automation a step is about; editors offer those of the workspace. */
export const otherPart: JsonObject = {
  title: "Automation",
  description: "Which one, by id or by its exact name. Leave it empty for this automation itself.",
  type: "string",
  maxLength: 190,
  "x-hint": "automation",
};

const output = outputOf({
  automationId: { type: "string", title: "Automation" },
  name: { type: "string", title: "Its name" },
  status: { enum: ["active", "paused"], title: "Its status now" },
});

/** Lets an automation start no more runs. */
export const pauseAutomation: ActionKind = {
  kind: "automation.pause",
  title: "Pause an automation",
  group: "Flow",
  description: "Lets an automation start no more runs. Those that are under way go on.",
  config: configOf({ automation: otherPart }),
  output,
  ports: ["success", "error"],
  effect: "outside",
  sentence: ({ automation }) => `pause ${automation ? inWords(automation) : "this automation"}`,
  async perform({ automation }, { automations, run }) {
    const { id, name } = await automations.pause(String(automation || run.automationId));
    return done({ automationId: id, name, status: "paused" });
  },
  simulate: async ({ automation }, { run }) => done(pretended(automation, run, "paused")),
};

/** Lets an automation start runs again. */
export const resumeAutomation: ActionKind = {
  ...pauseAutomation,
  kind: "automation.resume",
  title: "Resume an automation",
  description: "Lets a paused automation start runs again. What happened meanwhile is not caught up with.",
  sentence: ({ automation }) => `resume ${automation ? inWords(automation) : "this automation"}`,
  async perform({ automation }, { automations, run }) {
    const { id, name } = await automations.resume(String(automation || run.automationId));
    return done({ automationId: id, name, status: "active" });
  },
  simulate: async ({ automation }, { run }) => done(pretended(automation, run, "active")),
};

function pretended(automation: unknown, run: StepContext["run"], status: string): JsonObject {
  const name = automation || run.automationName;
  return { automationId: automation || run.automationId, name, status, simulated: true };
}
