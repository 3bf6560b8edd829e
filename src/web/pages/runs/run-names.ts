import { runnableVersion } from "../../../automations/index.js";
import type { Plan, Step } from "../../../graph/index.js";
import type { Engine } from "../../../runs/index.js";
import { isObject } from "../../../shared/json.js";
import { idNames, withNames } from "../../id-names.js";
import { t, textOr } from "../text.js";

/** What a version calls its steps, their kinds and their ways out; a step of another version keeps its key. */
export type RunNames = {
  plan: Plan | null;
  step(key: string): string;
  kind(kind: string): string;
  port(key: string, port: string): string;
};

/** The names of one version. Of a version that is gone nothing is known but keys. */
export async function runNames(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  version: number,
): Promise<RunNames> {
  const plan = (await runnableVersion(engine, automationId, version))?.plan ?? null;
  const names = await idNames(engine, workspaceId, plan ? [plan.document] : []);
  const steps = new Map<string, string>();
  for (const step of plan?.document.steps ?? [])
    steps.set(step.key, step.name ?? sentenceOf(engine, withNames(step, names)));
  return {
    plan,
    step: (key) => steps.get(key) ?? key,
    kind: (kind) => engine.actions.get(kind)?.title ?? kind,
    port: (key, port) => labelled(plan?.steps.get(key), port) ?? portWord(port),
  };
}

function sentenceOf(engine: Engine, { kind, config }: Step): string {
  const text = engine.actions.get(kind)?.sentence(config) ?? textOr(`kinds.${kind}`, kind);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the step itself calls a way out: the label of a branch, a case or a variant. */
function labelled(step: Step | undefined, port: string): string | undefined {
  const parts = Object.values(step?.config ?? {}).flatMap((part): unknown[] => (Array.isArray(part) ? part : []));
  const part = parts.find((one) => isObject(one) && (one["key"] === port || `case:${String(one["key"])}` === port));
  return isObject(part) && typeof part["label"] === "string" && part["label"] !== "" ? part["label"] : undefined;
}

/** A port in words. */
function portWord(port: string): string {
  return textOr(
    `run.ports.${port}`,
    port === "" ? t("run.ports.success") : port.replace(/^case:/, "").replaceAll("_", " "),
  );
}
