import { secretNames } from "../../actions/index.js";
import type { Document, DocumentProblem } from "../../graph/index.js";
import { didYouMean } from "../../shared/nearest.js";
import type { AutomationRoom } from "../automation.js";

/** Kinds that need a service the operator connects; those of `ai` all ask the one model. */
const needs: Record<string, "slack" | "sms" | "ai"> = {
  "slack.send": "slack",
  "sms.send": "sms",
  llm: "ai",
  "ai.classify": "ai",
  "ai.extract": "ai",
  "ai.summarize": "ai",
  "ai.score": "ai",
};

/** Warnings about steps that would fail as things are now: secrets that are not there, services nobody has connected. */
export async function checkReach(
  { actions, effects }: AutomationRoom,
  workspaceId: string,
  { steps }: Document,
): Promise<DocumentProblem[]> {
  const problems: DocumentProblem[] = [];
  let known: string[] | undefined;
  for (const [place, { key, kind, config, disabled }] of steps.entries()) {
    const action = actions.get(kind);
    if (action?.effect !== "outside" || disabled) continue;
    const warn = (path: string, message: string) =>
      problems.push({ severity: "warning", path: `steps[${place}]${path}`, step: key, message });
    const missing = needs[kind] && effects.missing[needs[kind]];
    if (missing) warn(".kind", `${missing} Until it is, this step fails.`);
    for (const name of secretNames(config, action.config)) {
      known ??= await effects.secretNames(workspaceId);
      if (known.includes(name)) continue;
      const hint = didYouMean(name, known);
      warn(".config", `There is no secret "${name}" in this workspace.${hint} Until there is, this step fails.`);
    }
  }
  return problems;
}
