import type { ActionKind } from "../../../actions/index.js";
import type { Document, Step } from "../../../graph/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { t } from "../../pages/text.js";
import { formPart } from "./task-form.js";

/** Kinds whose values are field values of a record; everywhere else the names of `values` are free. */
const ofRecords = "Records";

/** The schema of a whole step's form: its name, the config of its kind, what a failure does, its time-out and note. */
export function stepSchema(
  step: Pick<Step, "kind" | "config" | "onError">,
  actions: ReadonlyMap<string, ActionKind>,
): JsonObject {
  const action = actions.get(step.kind);
  return {
    properties: {
      name: { title: t("editor.step.name"), description: t("editor.step.nameHint"), type: "string" },
      config: { title: t("editor.step.config"), ...configSchema(action, step) },
      onError: errorSchema(t("editor.error.step"), "step", step.onError),
      ...(action?.effect === "outside" ? { delivery: deliverySchema() } : {}),
      timeout: {
        title: t("editor.step.timeout"),
        description: t("editor.step.timeoutHint"),
        type: "string",
        "x-hint": "duration",
      },
      note: { title: t("editor.step.note"), description: t("editor.step.noteHint"), type: "string", maxLength: 4000 },
    },
  };
}

/** Whether a call that was cut off is repeated, or a person is asked. */
function deliverySchema(): JsonObject {
  const ways = ["atLeastOnce", "atMostOnce"];
  return {
    title: t("editor.step.delivery.title"),
    description: t("editor.step.delivery.hint"),
    enum: ways,
    "x-labels": Object.fromEntries(ways.map((way) => [way, t(`editor.step.delivery.${way}`)])),
    default: "atLeastOnce",
  };
}

/** The object whose fields a step's values are about: the one of its record, where it names another than its own. */
export function objectOfStep(config: unknown, document: Pick<Document, "object">): string | null {
  const record = isObject(config) ? config["record"] : undefined;
  return isObject(record) && typeof record["object"] === "string" && record["object"]
    ? record["object"]
    : document.object;
}

/** A schema with the members a config has beside it, each as JSON, so that they can be seen and taken out. */
export function withUnknown(schema: JsonObject, values: unknown): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const unknown = Object.keys(isObject(values) ? values : {}).filter((name) => !properties[name] && /^\w+$/.test(name));
  const added = unknown.map((name) => [name, { title: name, description: t("editor.unknownSetting") }] as const);
  return { ...schema, properties: { ...properties, ...Object.fromEntries(added) } };
}

/** What a failure does, as a form; `where` is whose policy it is. How to try again is asked of those that do. */
export function errorSchema(title: string, where: "step" | "document", now: unknown): JsonObject {
  const words = (name: string, values: string[]) =>
    Object.fromEntries(values.map((value) => [value, t(`editor.error.${name}.${value}`)]));
  const policies = ["stop", "continue", "retry"];
  const policy = {
    title: t("editor.error.policy.title"),
    enum: policies,
    "x-labels": words("policy", policies),
    "x-none": t(`editor.error.policy.${where}`),
    "x-redraw": true,
  };
  if (!isObject(now) || now["policy"] !== "retry") return { title, type: "object", properties: { policy } };
  return {
    title,
    type: "object",
    properties: {
      policy,
      attempts: { title: t("editor.error.attempts"), description: t("editor.error.attemptsHint"), type: "integer" },
      delay: { title: t("editor.error.delay"), type: "string", "x-hint": "duration" },
      factor: { title: t("editor.error.factor"), description: t("editor.error.factorHint"), type: "number" },
      maxDelay: { title: t("editor.error.maxDelay"), type: "string", "x-hint": "duration" },
      on: {
        title: t("editor.error.on.title"),
        enum: ["transient", "all"],
        "x-labels": words("on", ["transient", "all"]),
        default: "transient",
      },
      then: {
        title: t("editor.error.then"),
        enum: ["stop", "continue"],
        "x-labels": words("policy", policies),
        default: "stop",
      },
    },
  };
}

function configSchema(action: ActionKind | undefined, step: Pick<Step, "kind" | "config">): JsonObject {
  if (!action) return { type: "object" };
  const free = action.group === ofRecords ? undefined : action.kind === "http.request" ? "text" : "loose";
  const schema = withRows(free ? withFreeValues(action.config, free) : action.config);
  const form = formPart(step);
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return withUnknown(form ? { ...schema, properties: { ...properties, form } } : schema, step.config);
}

/** Lists of objects are drawn row by row. */
function withRows(schema: JsonObject): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const marked = Object.entries(properties).map(([name, part]) => {
    const items = isObject(part) && isObject(part["items"]) ? part["items"] : {};
    return [name, isObject(part) && isObject(items["properties"]) ? { ...part, "x-rows": true } : part];
  });
  return { ...schema, properties: Object.fromEntries(marked) };
}

function withFreeValues(schema: JsonObject, free: string): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const marked = Object.entries(properties).map(([name, part]) => [
    name,
    isObject(part) && part["x-hint"] === "values" ? { ...part, "x-values": free } : part,
  ]);
  return { ...schema, properties: Object.fromEntries(marked) };
}
