import { type Conditions, sentenceOf } from "../../../rules/index.js";
import type { WaitingFor } from "../../../runs/index.js";
import { isObject } from "../../../shared/json.js";
import type { Labels } from "../records/record-shown.js";
import { t } from "../text.js";
import type { RunNames } from "./run-names.js";

/** What a run waits for at one place, in words; `path` leads to the question it put to people. */
export type ShownWait = {
  key: string;
  iteration: string;
  step: string;
  text: string;
  /** Before the instant it goes on at the latest: "until", "tries again", "at most until". */
  when: string;
  until: string;
  since: string | null;
  path: string | null;
};

/** The words of a wait: for whom or what, and until when. */
export function shownWait(wait: WaitingFor, names: RunNames, people: Labels): ShownWait {
  const { key, iteration, kind, until, since, token } = wait;
  const asks = kind === "approval" || kind === "human_task";
  return {
    key,
    iteration,
    step: names.step(key),
    text: wordsOf(wait, people),
    when: t(kind === "instant" ? "run.until" : kind === "retry" ? "run.triesAgain" : "run.atMost"),
    until,
    since,
    path: asks && token ? `/approvals/${token}` : null,
  };
}

function wordsOf({ kind, details }: WaitingFor, people: Labels): string {
  if (kind === "approval" || kind === "human_task") return t(`run.waits.${kind}`, { names: namesOf(details, people) });
  if (kind === "event") return t("run.waits.event", { event: eventWord(details["event"]) });
  if (kind === "goal" && isObject(details["when"]))
    return t("run.waits.goal", { goal: sentenceOf(details["when"] as Conditions) || t("run.waits.someGoal") });
  if (kind === "children" && typeof details["automation"] === "string")
    return t("run.waits.childrenOf", { n: Number(details["total"] ?? 1), name: details["automation"] });
  const known = t(`run.waits.${kind}`);
  return known === `run.waits.${kind}` ? t("run.waits.other", { kind: kind.replaceAll("_", " ") }) : known;
}

function namesOf(details: WaitingFor["details"], people: Labels): string {
  const ids = [details["assignees"], details["escalated"]].flatMap((part): unknown[] =>
    Array.isArray(part) ? part : [],
  );
  const names = [...new Set(ids.map(String))].map((id) => people.get(id) ?? id);
  return new Intl.ListFormat("en", { type: "disjunction" }).format(names) || t("run.waits.somebody");
}

function eventWord(event: unknown): string {
  const words = t(`run.events.${String(event)}`);
  return words.startsWith("run.events.") ? `“${String(event)}”` : words;
}
