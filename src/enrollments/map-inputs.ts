import { checkInputs } from "../automations/index.js";
import type { Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import type { Engine } from "../runs/index.js";
import { messageOf } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { createScope, resolveGuarded } from "../templates/index.js";
import type { Verdict } from "./consider.js";
import type { Entry } from "./entry.js";

/** Fills the declared inputs from the trigger's mapping; inputs that do not fit their schema refuse the start. */
export async function mapInputs(
  _engine: Engine,
  meeting: { event: Event; verdict: Verdict; entry: Entry },
  _tx: Tx,
): Promise<void> {
  const { verdict, entry } = meeting;
  const mapping = verdict.trigger?.inputs;
  try {
    const timezone = entry.active.document.timezone ?? entry.workspace.timezone;
    const mapped = mapping
      ? ((await resolveGuarded(mapping, createScope({ ...verdict.facts, timezone }))) as JsonObject)
      : {};
    verdict.facts.inputs = { ...verdict.facts.inputs, ...mapped };
  } catch (error) {
    entry.refused = { code: "inputs", message: `The inputs could not be filled from this event: ${messageOf(error)}` };
    return;
  }
  const errors = checkInputs(entry.active.document.inputs, verdict.facts.inputs ?? {});
  if (errors.length > 0) {
    entry.refused = {
      code: "inputs",
      message: `The inputs do not fit: ${errors[0]?.path} ${errors[0]?.message}`,
      details: { errors },
    };
  }
}
