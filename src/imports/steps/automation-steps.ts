import type { JsonObject } from "../../shared/json.js";
import type { Made } from "../made.js";
import { defined } from "../made.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { rewritten, textOf, type Work } from "../work.js";

/**
 * A step about another automation, by its name or its id; one that is not here is found out when all is checked. What
 * `run_automation.start` starts is not waited for, unless the settings say so.
 */
export function automationStep(work: Work, settings: Source, deed: string): Made {
  const automation = textOf(
    work,
    settings,
    ...["automation", "automation_name", "workflow", "workflow_name", "workflow_slug", "slug", "name"],
    ...["automation_id", "workflow_id", "wf_definition_id", "target_workflow", "sub_workflow"],
  );
  if (automation === undefined) throw new Unmappable("Nothing says which automation is meant.");
  const kind = deed === "run_automation.start" ? "run_automation" : deed;
  const starts = kind === "run_automation" || kind === "automation.enroll";
  const given = starts
    ? settings.object("inputs", "input", "input_mapping", "input_data", "parameters", "variables", "data", "payload")
    : undefined;
  const inputs = given && (rewritten(work, given.value, given.path) as JsonObject);
  const said = kind === "run_automation" ? settings.take("wait_for_completion", "wait", "wait_for_result") : undefined;
  const waits = typeof said === "boolean" ? said : deed === "run_automation.start" ? false : undefined;
  return { kind, config: defined({ automation, inputs, wait: waits }) };
}
