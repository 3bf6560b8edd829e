import { ownerOf } from "../../automations/index.js";
import { usersByRole } from "../../crm/index.js";
import type { Tx } from "../../db/index.js";
import { outletsOf, type Step } from "../../graph/index.js";
import { addDuration } from "../../shared/duration.js";
import { newId } from "../../shared/ids.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import { finish } from "../finish-run.js";
import type { Place, Wait } from "../run.js";
import type { Tried } from "../tried.js";
import type { NewWait, Walk } from "../walk.js";

/** How long people have to say whether something happened. */
const DEADLINE = "7d";

/** Failures after which nobody knows whether the call had its effect. */
const unsure = ["unknown_outcome", "timeout", "aborted"];

/** What people are asked, and what they may say. */
const form: JsonObject = {
  type: "object",
  properties: {
    answer: {
      title: "Did it happen?",
      enum: ["happened", "again", "stop"],
      "x-labels": {
        happened: "It happened, go on",
        again: "It did not, try again",
        stop: "Stop the run",
      },
    },
  },
  required: ["answer"],
};

/** True when a try at this step must not be repeated without asking: it may have had its effect. */
export function mustAsk(step: Step | undefined, failure?: { code: string }): boolean {
  return step?.delivery === "atMostOnce" && (failure === undefined || unsure.includes(failure.code));
}

/** Puts a place to rest until a person has said whether what was tried there happened. */
export function askWhetherItHappened(engine: Engine, walk: Walk, step: Step, place: Place): void {
  const token = newId();
  const at = addDuration(engine.clock.now(), DEADLINE, walk.timezone);
  const { key, iteration } = place;
  place.wait = { at, token, unknown: true };
  const name = step.name ?? step.key;
  const details = {
    assignees: [],
    escalateTo: [],
    escalated: [],
    mode: "any",
    percent: null,
    title: `Did "${name}" happen?`,
    message: `Millrace was interrupted during the step "${name}" of "${walk.version.name}" and cannot tell whether it took effect. It is set to happen at most once, so it was not repeated. Please look, then say how to go on.`,
    form,
    remindEvery: "1d",
  };
  const nowhere = { object: null, recordId: null, eventKind: null };
  walk.newWaits.push({ key, iteration, kind: "human_task", token, ...nowhere, details, wakeAt: at, toOwner: true });
}

/** The question as it is stored: put to the automation's owner and the admins. */
export async function askedOfOwner(engine: Engine, { run }: Walk, wait: NewWait, tx: Tx): Promise<JsonObject> {
  const owner = await ownerOf(engine, run.automationId, tx);
  const admins = (await usersByRole(engine, run.workspaceId, "admin", tx)).map(({ id }) => id);
  return { ...wait.details, assignees: [...new Set([...(owner ? [owner] : []), ...admins])] };
}

/**
 * What a person said, as a try at the step. Null: it is tried again, or the run was stopped. Without an answer in time the
 * step has failed, and is not tried again by itself.
 */
export function whatWasSaid(engine: Engine, walk: Walk, step: Step, place: Place, { answer }: Wait): Tried | null {
  walk.endedWaits.push({ key: place.key, iteration: place.iteration });
  delete place.wait;
  const tried = { input: null, writes: [], startedAt: engine.clock.now() };
  if (!answer) {
    const message = "Whether it happened is not known, and nobody said so in time. It was not repeated.";
    return {
      ...tried,
      outcome: { type: "fail", error: { code: "unknown_outcome", message }, retryable: false, final: true },
    };
  }
  const { who, when, comment, values } = answer.output;
  switch ((values as JsonObject | undefined)?.["answer"]) {
    case "again":
      place.attempt += 1;
      return null;
    case "stop": {
      const message = `Stopped by ${String(who)}: whether the step "${step.name ?? step.key}" happened is not known.`;
      finish(walk, "cancelled", { code: "cancelled", message, details: { step: step.key } });
      return null;
    }
    default: {
      const output = { confirmedBy: who, confirmedAt: when, comment };
      return { ...tried, outcome: { type: "done", output, port: outletsOf(walk.version.plan, step) } };
    }
  }
}
