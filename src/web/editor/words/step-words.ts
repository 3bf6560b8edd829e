import type { Document, ErrorPolicy, Step } from "../../../graph/index.js";
import type { JsonObject } from "../../../shared/json.js";
import { type IdNames, namesById, withNames } from "../../id-names.js";
import { t } from "../../pages/text.js";
import type { EditorKnown } from "../editor-known.js";

/** What is needed to put a step into words: the kinds, and what ids stand for. */
export type WordsKnown = Pick<EditorKnown, "actions" | "automations" | "users">;

/** What a step does in one line, as far as its config is filled in. */
export function stepSentence(step: Step, known: WordsKnown): string {
  const action = known.actions.get(step.kind);
  if (!action) return step.kind;
  if (Object.keys(step.config).length === 0 && requires(action)) return action.title;
  try {
    return capital(action.sentence(withNames(step, idsIn(known)).config));
  } catch {
    // A draft may hold what its kind cannot put into words.
    return action.title;
  }
}

/** What people call a step: its name, else its sentence. */
export function stepName(step: Step, known: WordsKnown): string {
  return step.name || stepSentence(step, known);
}

/** What the ids in settings stand for. */
export function idsIn({ automations, users }: Pick<EditorKnown, "automations" | "users">): IdNames {
  return namesById([...automations, ...users]);
}

/** Where a step of a list leads: on to the next one, to the end, and what a failure does. */
export function stepRoutes(document: Document, at: number, known: WordsKnown): { port: string; to: string }[] {
  const step = document.steps[at];
  if (!step || step.disabled) return [];
  const next = document.steps.slice(at + 1).find(({ disabled }) => !disabled);
  const to = next ? stepName(next, known) : t("steps.end");
  if (step.kind === "end") return [{ port: t("steps.ports.next"), to: t("steps.end") }];
  const onError = { port: t("steps.onError"), to: policyWords(step.onError ?? document.onError) };
  if (step.kind !== "condition") return [{ port: t("steps.ports.next"), to }, onError];
  return [{ port: t("steps.ports.true"), to }, { port: t("steps.ports.false"), to: t("steps.end") }, onError];
}

function policyWords(policy: ErrorPolicy | undefined): string {
  const words = (name: string) => t(`steps.policy.${name}`, { n: policy?.attempts ?? 3 });
  if (policy?.policy !== "retry") return words(policy?.policy ?? "stop");
  return t("editor.step.retryThen", { retry: words("retry"), then: words(policy.then ?? "stop") });
}

function requires({ config }: { config: JsonObject }): boolean {
  return Array.isArray(config["required"]) && config["required"].length > 0;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
