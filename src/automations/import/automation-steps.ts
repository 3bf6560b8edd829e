import type { JsonObject } from "../../shared/json.js";
import type { Made } from "./made.js";
import { defined } from "./message-steps.js";
import type { Source } from "./source.js";
import { rewritten, textOf, Unmappable, type Work } from "./work.js";

/** A step about another automation, by its name or its id; one that is not here is found out when all is checked. */
export function automationStep(work: Work, settings: Source, kind: string): Made {
  const automation = textOf(
    work,
    settings,
    ...["automation", "automation_name", "workflow", "workflow_name", "workflow_slug", "name"],
    ...["automation_id", "workflow_id", "wf_definition_id"],
  );
  if (automation === undefined) throw new Unmappable("Nothing says which automation is meant.");
  const starts = kind === "run_automation" || kind === "automation.enroll";
  const given = starts ? settings.object("inputs", "input", "input_mapping", "parameters", "variables") : undefined;
  const inputs = given && (rewritten(work, given.value, given.path) as JsonObject);
  const waits = kind === "run_automation" ? settings.take("wait_for_completion", "wait") : undefined;
  return { kind, config: defined({ automation, inputs, wait: typeof waits === "boolean" ? waits : undefined }) };
}
