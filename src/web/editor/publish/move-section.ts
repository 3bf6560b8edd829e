import type { Request } from "express";
import { type Automation, getVersion, type Version } from "../../../automations/index.js";
import { type Engine, LEAVE, runsInFlight, type StepMap } from "../../../runs/index.js";
import { formText } from "../../pages/page-route.js";
import { t } from "../../pages/text.js";
import type { Editor } from "../editor.js";
import { stepName } from "../words/step-words.js";

const CANCEL = "cancel";

/** One step at which runs of other versions stand, and where they may go on. */
type MoveRow = {
  field: string;
  label: string;
  count: string;
  options: { value: string; label: string; chosen: boolean }[];
};

/** The form that says where runs under way go on in `to`; no rows: there are none. The partial `move-runs` draws it. */
export async function moveSection(
  engine: Engine,
  { automation, known }: Editor,
  to: Version,
  sent?: Request,
): Promise<{ rows: MoveRow[]; total: number }> {
  const { steps } = to.document;
  const standing = (await runsInFlight(engine, automation.workspaceId, automation.id, to.version)).inFlight;
  const kinds = await kindsBefore(engine, automation, to);
  const called = (key: string) => {
    const now = steps.find((one) => one.key === key);
    return now && stepName(now, known);
  };
  const rows = standing.map(({ step, name, count }) => {
    const same = steps.find(({ key, kind }) => key === step && kinds.get(step)?.has(kind));
    const chosen = sent ? formText(sent, fieldOf(step)) : same ? `step:${step}` : LEAVE;
    const choices = [
      ...steps.map((one) => ({ value: `step:${one.key}`, label: stepName(one, known) })),
      { value: LEAVE, label: t("moves.leave") },
      { value: CANCEL, label: t("moves.cancel") },
    ];
    return {
      field: fieldOf(step),
      label: called(step) ?? name,
      count: t("moves.count", { n: count }),
      options: choices.map((one) => ({ ...one, chosen: one.value === chosen })),
    };
  });
  return { rows, total: standing.reduce((sum, { count }) => sum + count, 0) };
}

/** What such a form, sent, says about the steps at which runs stand now. */
export async function sentStepMap(engine: Engine, automation: Automation, to: number, req: Request): Promise<StepMap> {
  const map: StepMap = {};
  for (const { step } of (await runsInFlight(engine, automation.workspaceId, automation.id, to)).inFlight) {
    const value = formText(req, fieldOf(step));
    if (value === CANCEL) map[step] = null;
    else if (value === LEAVE || value === "") map[step] = LEAVE;
    else if (value !== `step:${step}`) map[step] = value.replace(/^step:/, "");
  }
  return map;
}

const fieldOf = (step: string) => `at_${step}`;

/** The kinds a step has had in other versions: only the same kind goes on with its wait. */
async function kindsBefore(engine: Engine, automation: Automation, to: Version): Promise<Map<string, Set<string>>> {
  const kinds = new Map<string, Set<string>>();
  const last = automation.publishedVersion === to.version ? to.version - 1 : (automation.publishedVersion ?? 0);
  if (last < 1) return kinds;
  for (const { key, kind } of (await getVersion(engine, automation, last)).document.steps)
    kinds.set(key, (kinds.get(key) ?? new Set()).add(kind));
  return kinds;
}
