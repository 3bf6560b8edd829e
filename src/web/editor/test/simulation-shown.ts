import type { Document } from "../../../graph/index.js";
import type { Simulation } from "../../../insight/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { type RuleNode, shownRule } from "../../pages/conditions/conditions-shown.js";
import { duration, plain, preview } from "../../pages/formats.js";
import type { Icon } from "../../pages/icons.js";
import { kindIcon } from "../../pages/kind-icons.js";
import { type Labels, shownField } from "../../pages/records/record-shown.js";
import { shownStatus } from "../../pages/statuses.js";
import { t, textOr } from "../../pages/text.js";
import { type EditorKnown, objectNamed } from "../editor-known.js";
import { stepName } from "../words/step-words.js";
import { portWord } from "./test-form.js";

/** A simulation as the test page shows it. */
export type ShownSimulation = {
  enrolled: boolean;
  status: string;
  verdict: string;
  reason: string;
  rule: RuleNode | null;
  /** How long the run would take, waits included; empty when it would not. */
  lasts: string;
  steps: ShownStep[];
  /** How many steps more there are than are shown. */
  more: number;
  notReached: string;
  assumptions: { step: string; words: string }[];
  diffs: { record: string; path: string; field: string; before: string; after: string }[];
  effects: { icon: Icon; step: string; title: string; facts: { name: string; value: string }[]; body: string }[];
  outputs: string;
};

type ShownStep = {
  number: number;
  name: string;
  icon: Icon;
  status: string;
  note: string;
  /** By which way out it went on; empty where there is only one. */
  port: string;
  assumed: boolean;
  input: string;
  output: string;
  rule: RuleNode | null;
};

const MOST_STEPS = 200;
const MOST_EFFECTS = 100;

/** Puts what would have happened into words: the decision with its conditions, the way taken, what was written and sent. */
export function shownSimulation(
  simulation: Simulation,
  document: Document,
  known: EditorKnown,
  labels: Labels,
): ShownSimulation {
  const enrolled = simulation.decision === "enrolled";
  const fields = objectNamed(known, document.object)?.fields ?? [];
  const nameOf = (key: unknown) => {
    const step = document.steps.find((one) => one.key === key);
    return step ? stepName(step, known) : String(key);
  };
  const reached = simulation.steps.filter((step) => step["status"] !== "skipped" || boxed(step["input"]) !== "");
  const failedSteps = simulation.steps.filter(({ status }) => status === "failed").length;
  const status = simulation.status === null ? "skipped" : shownStatus({ status: simulation.status, failedSteps });
  return {
    enrolled,
    status,
    verdict: t(enrolled ? "editor.test.enrolled" : "editor.test.refused"),
    reason: simulation.reason?.message ?? "",
    rule: shownRule(simulation.conditions, fields),
    lasts: lasts(simulation),
    steps: reached.slice(0, MOST_STEPS).map((step, at) => ({
      number: at + 1,
      name: placed(nameOf(step["key"]), step["iteration"]),
      icon: kindIcon(String(step["kind"])),
      status: String(step["status"]),
      note: noteOf(step),
      port: wayOut(step),
      assumed: step["assumed"] === true,
      input: boxed(step["input"]),
      output: boxed(step["output"]),
      rule: shownRule(step["conditions"], fields),
    })),
    more: Math.max(0, reached.length - MOST_STEPS),
    notReached: document.steps
      .filter(({ key, disabled }) => !disabled && !simulation.path.includes(key))
      .map(({ key }) => nameOf(key))
      .join(", "),
    assumptions: simulation.assumptions.map(({ step, iteration, message }) => ({
      step: placed(nameOf(step), iteration),
      words: message,
    })),
    diffs: simulation.diffs.map((diff) => shownDiff(diff, known, labels)),
    effects: simulation.effects.slice(0, MOST_EFFECTS).map(({ kind, stepKey, rendered }) => ({
      icon: kindIcon(kind),
      step: nameOf(stepKey),
      ...shownEffect(kind, rendered),
    })),
    outputs: boxed(simulation.outputs),
  };
}

function lasts({ startsAt, endsAt }: Simulation): string {
  const ms = Date.parse(endsAt) - Date.parse(startsAt);
  return ms > 0 ? duration(ms) : "";
}

function boxed(value: unknown): string {
  return isObject(value) && Object.keys(value).length > 0 ? preview(value).text : "";
}

/** `orders[3]` is its fourth item. */
function placed(name: string, iteration: unknown): string {
  const at = /\[(\d+)\]$/.exec(String(iteration ?? ""))?.[1];
  return at === undefined ? name : t("editor.test.item", { name, n: Number(at) + 1 });
}

function wayOut({ port, status }: JsonObject): string {
  return typeof port === "string" && port !== "success" && status === "success"
    ? port.split(",").map(portWord).join(", ")
    : "";
}

function noteOf(step: JsonObject): string {
  const error = isObject(step["error"]) ? String(step["error"]["message"] ?? "") : "";
  const attempt = Number(step["attempt"] ?? 1) > 1 ? t("run.attempt", { n: step["attempt"] }) : "";
  return [attempt, error].filter(Boolean).join(" · ");
}

function shownDiff(
  { object, recordId, field, before, after }: Simulation["diffs"][number],
  known: EditorKnown,
  labels: Labels,
): ShownSimulation["diffs"][number] {
  const type = objectNamed(known, object);
  const described = type?.fields.find(({ name }) => name === field);
  const word = (value: unknown) => (described ? shownField(described, value, labels, known.zone).text : plain(value));
  return {
    record: `${type?.label ?? object} · ${labels.get(`${object}:${recordId}`) ?? t("editor.test.newRecord")}`,
    path: labels.has(`${object}:${recordId}`) ? `/records/${object}/${encodeURIComponent(recordId)}` : "",
    field: described?.label ?? field,
    before: word(before),
    after: word(after),
  };
}

/** The members of an effect that make its body; the others are its facts. */
const bodies = ["text", "body", "html"];

function shownEffect(
  kind: string,
  rendered: JsonObject,
): { title: string; facts: { name: string; value: string }[]; body: string } {
  const given = Object.entries(rendered).filter(
    ([, value]) =>
      value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  const body = bodies
    .map((name) => rendered[name])
    .find((value) => value !== undefined && value !== null && value !== "");
  return {
    title: textOr(`kinds.${kind}`, kind),
    facts: given
      .filter(([name]) => !bodies.includes(name))
      .map(([name, value]) => ({ name, value: isObject(value) ? JSON.stringify(value) : plain(value) })),
    body: body === undefined ? "" : preview(body).text,
  };
}
