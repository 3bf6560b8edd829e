import { DateTime } from "luxon";
import { portsOf, startsRuns } from "../../../actions/index.js";
import type { Event } from "../../../events/index.js";
import { type Document, eventKinds, type Step } from "../../../graph/index.js";
import { type GivenAnswer, type GivenAnswers, type TestRequest, takesAnswer } from "../../../insight/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { portLabel } from "../../pages/automations/port-words.js";
import { absolute, plain } from "../../pages/formats.js";
import { inWords } from "../../pages/forms/schema-form.js";
import { readSchemaForm } from "../../pages/forms/schema-values.js";
import type { Icon } from "../../pages/icons.js";
import { kindIcon } from "../../pages/kind-icons.js";
import { t, textOr } from "../../pages/text.js";
import { type EditorKnown, knownAbout } from "../editor-known.js";
import { stepName } from "../words/step-words.js";

/** What a person asked to be tried, as it stands in the form. */
export type TestAsked = { recordId: string; q: string; values: JsonObject };

/** What is tried, as the schemas of two forms: how it starts and what is changed first; and what is seldom asked for. */
export function testSchemas(
  document: Document,
  events: Event[],
  zone: string,
): { shown: JsonObject; more: JsonObject } {
  const starts = startsOf(document, events, zone);
  const told = document.triggers.some(
    ({ kind }) => !kind.startsWith("record.") && !["manual", "stage.changed"].includes(kind),
  );
  const hint = (name: string) => ({ title: t(`editor.test.${name}`), description: t(`editor.test.${name}Hint`) });
  const shown: JsonObject = {
    ...(starts.length > 0
      ? {
          start: {
            title: t("editor.test.start"),
            enum: starts.map(([value]) => value),
            "x-labels": Object.fromEntries(starts),
            "x-none": t(document.object ? "editor.test.startAuto" : "editor.test.startByHand"),
          },
        }
      : {}),
    ...(document.object ? { changes: { ...hint("changes"), type: "object", "x-hint": "values" } } : {}),
  };
  const more: JsonObject = {
    at: { ...hint("at"), type: "string", format: "date-time" },
    ...(told ? { data: { ...hint("data"), type: "object" } } : {}),
  };
  return { shown: { properties: shown }, more: { properties: more } };
}

/** The ways it may start besides by hand and by a change: its other triggers, and what happened to the record. */
function startsOf(document: Document, events: Event[], zone: string): [value: string, label: string][] {
  const triggers = document.triggers.flatMap((trigger): [string, string][] => {
    const name = typeof trigger["name"] === "string" ? trigger["name"] : "";
    return eventKinds(trigger)
      .filter((kind) => kind !== "record.updated" && kind !== "manual")
      .map((kind) => {
        const label = textOr(`triggers.${kind}`, kind);
        return kind === "event" ? [`event:${name}`, `${label} “${name}”`] : [kind, label];
      });
  });
  const happened = events.map(({ id, kind, at, changes }): [string, string] => {
    const what = changes.slice(0, 2).map((one) => `${one.field}: ${plain(one.old)} → ${plain(one.new)}`);
    const words = [textOr(`triggers.${kind}`, kind), ...what, absolute(at, zone)?.text ?? ""];
    return [`id:${id}`, t("editor.test.happened", { what: words.join(" · ") })];
  });
  return [...new Map([...triggers, ...happened])];
}

/** How the answers are read: one group for each step. */
function answersSchema(document: Document, known: EditorKnown): JsonObject {
  const answer = (step: Step) => ({
    type: "object",
    properties: { port: { enum: portsFor(step, known) }, after: { type: "string" }, output: { type: "object" } },
  });
  const properties = Object.fromEntries(answered(document, known).map((step) => [step.key, answer(step)]));
  return { properties: { answers: { type: "object", properties } } };
}

/** How a wait or call is to end, as the page asks for it. */
export type ShownAnswer = {
  name: string;
  id: string;
  step: string;
  icon: Icon;
  blank: string;
  ports: { value: string; label: string; selected: boolean }[];
  /** Only a wait takes time. */
  after: string | null;
  output: string;
};

/** The steps somebody or something outside ends, each with what was said about it. */
export function shownAnswers(document: Document, known: EditorKnown, values: JsonObject): ShownAnswer[] {
  const given = isObject(values["answers"]) ? values["answers"] : {};
  return answered(document, known).map((step) => {
    const answer = isObject(given[step.key]) ? (given[step.key] as JsonObject) : {};
    const outside = known.actions.get(step.kind)?.effect === "outside";
    return {
      name: `try.answers.${step.key}`,
      id: `answer-${step.key}`,
      step: stepName(step, known),
      icon: kindIcon(step.kind),
      blank: t(`editor.test.${outside ? "madeUp" : startsRuns(step.kind) ? "asItGoes" : "runsOut"}`),
      ports: portsFor(step, known).map((value) => ({
        value,
        label: portLabel(step, value),
        selected: value === answer["port"],
      })),
      after: outside ? null : String(answer["after"] ?? ""),
      output: isObject(answer["output"]) ? JSON.stringify(answer["output"]) : String(answer["output"] ?? ""),
    };
  });
}

function answered({ steps }: Document, { actions }: EditorKnown): Step[] {
  return steps.filter(({ kind, disabled }) => !disabled && takesAnswer(actions.get(kind)));
}

/** A wait cannot fail; of the ways out of a call, or of runs that are started, `error` is one. */
function portsFor({ kind, config }: Step, { actions }: EditorKnown): string[] {
  const mayFail = actions.get(kind)?.effect === "outside" || startsRuns(kind);
  return portsOf(actions, kind, config).filter((port) => mayFail || port !== "error");
}

/** What people call a way out of a step. */
export function portWord(port: string): string {
  return textOr(`steps.ports.${port}`, inWords(port));
}

/** Reads the form; what could not be read is a problem at its field. */
export function readTestForm(
  raw: unknown,
  document: Document,
  known: EditorKnown,
): { values: JsonObject; problems: FieldError[] } {
  const { fieldsOf } = knownAbout(known, document.object);
  const { shown, more } = testSchemas(document, [], known.zone);
  const forms = [shown, more, answersSchema(document, known)].map((schema) =>
    readSchemaForm(schema, raw, fieldsOf, document.object),
  );
  const start = isObject(raw) && typeof raw["start"] === "string" ? { start: raw["start"] } : {};
  const inputs =
    isObject(document.inputs) && isObject(raw) ? readSchemaForm(document.inputs, raw["inputs"], fieldsOf).values : {};
  const values = Object.assign({}, ...forms.map((form) => form.values)) as JsonObject;
  return { values: { ...values, ...start, inputs }, problems: forms.flatMap(({ problems }) => problems) };
}

/** The form as a simulation is asked for. A clock without a zone is one of the person who set it. */
export function requestOf({ recordId, values }: TestAsked, zone: string): TestRequest {
  const { start, at, changes, data, inputs, answers } = values;
  const clock = typeof at === "string" ? DateTime.fromISO(at, { zone }).toUTC().toISO() : null;
  return {
    ...(recordId ? { recordId } : {}),
    ...(isObject(changes) && Object.keys(changes).length > 0 ? { changes } : {}),
    ...(isObject(inputs) && Object.keys(inputs).length > 0 ? { inputs } : {}),
    ...(typeof start === "string" && start ? { event: eventOf(start, isObject(data) ? data : {}) } : {}),
    ...(typeof at === "string" ? { at: clock ?? at } : {}),
    ...(isObject(answers) ? { answers: answersIn(answers) } : {}),
  };
}

function eventOf(start: string, data: JsonObject): NonNullable<TestRequest["event"]> {
  if (start.startsWith("id:")) return { id: start.slice(3) };
  return start.startsWith("event:") ? { kind: "event", name: start.slice(6), data } : { kind: start, data };
}

function answersIn(given: JsonObject): GivenAnswers {
  const answers = Object.entries(given).flatMap(([key, one]): [string, GivenAnswer][] => {
    if (!isObject(one)) return [];
    const { port, after, output } = one;
    if (port === "error") return [[key, { error: { code: "tried", message: t("editor.test.triedFailure") } }]];
    const answer: GivenAnswer = {
      ...(typeof port === "string" ? { port } : {}),
      ...(typeof after === "string" ? { after } : {}),
      ...(isObject(output) ? { output } : {}),
    };
    return Object.keys(answer).length > 0 ? [[key, answer]] : [];
  });
  return Object.fromEntries(answers);
}

/** A saved test as the form would have asked for it. A list of answers, which the form cannot show, is left out. */
export function askedBy({ recordId = "", changes, inputs, event, at, answers }: TestRequest, zone: string): TestAsked {
  const start = event?.name ? `event:${event.name}` : (event?.kind ?? "");
  const single = Object.entries(answers ?? {}).flatMap(([key, one]) =>
    Array.isArray(one) ? [] : [[key, one.error ? { port: "error" } : { ...one }] as const],
  );
  const clock = at ? DateTime.fromISO(at, { zone }).toFormat("yyyy-MM-dd'T'HH:mm") : undefined;
  return {
    recordId,
    q: "",
    values: {
      ...(start && start !== "record.updated" && start !== "manual" ? { start } : {}),
      ...(clock ? { at: clock } : {}),
      changes: { ...changes, ...event?.changes },
      ...(event?.data && Object.keys(event.data).length > 0 ? { data: event.data } : {}),
      inputs: inputs ?? {},
      answers: Object.fromEntries(single),
    },
  };
}
