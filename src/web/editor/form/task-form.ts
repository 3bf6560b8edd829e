import type { Step } from "../../../graph/index.js";
import { canonicalJson, isObject, type JsonObject } from "../../../shared/json.js";
import { t } from "../../pages/text.js";
import { inputRows, inputTypes, readInputRows } from "./input-rows.js";

/** What may stand in a form beside its fields; one that says more is edited as JSON. */
const plainMembers = ["type", "properties", "required", "title", "description", "additionalProperties"];

/** A step as its form shows it: the form of a task as a list of fields, where it can be told as one. */
export function shownStep<T extends Pick<Step, "kind" | "config">>(step: T): T {
  const rows = step.kind === "human_task" ? rowsOf(step.config["form"]) : null;
  return rows ? { ...step, config: { ...step.config, form: rows } } : step;
}

/** The config a shown step's form came to, its list of fields a schema again; `was` is the config it was drawn from. */
export function storedConfig(kind: string, config: JsonObject, was: JsonObject): JsonObject {
  const rows = kind === "human_task" ? config["form"] : undefined;
  if (!Array.isArray(rows)) return config;
  const before = isObject(was["form"]) ? was["form"] : undefined;
  if (before && canonicalJson(rows) === canonicalJson(rowsOf(before))) return { ...config, form: before };
  const named = rows.filter(isObject).map((row, at) => ({
    ...row,
    title: row["title"] || row["name"] || t("editor.form.newTitle", { n: at + 1 }),
    ...(row["required"] === true ? { required: "true" } : {}),
  }));
  return { ...config, form: readInputRows(named, before) };
}

/** The part of the task's schema that draws such a list; null where the form is edited as JSON. */
export function formPart({ kind, config }: Pick<Step, "kind" | "config">): JsonObject | null {
  const form = config["form"];
  if (kind !== "human_task" || (form !== undefined && !Array.isArray(form))) return null;
  const types = inputTypes.filter((type) => type !== "other");
  return {
    title: t("editor.form.title"),
    description: t("editor.form.hint"),
    type: "array",
    "x-rows": true,
    items: {
      type: "object",
      properties: {
        title: { title: t("editor.inputs.question"), type: "string", maxLength: 200 },
        type: {
          title: t("editor.inputs.type"),
          enum: types,
          "x-labels": Object.fromEntries(types.map((type) => [type, t(`editor.inputs.types.${type}`)])),
          default: "text",
        },
        choices: { title: t("editor.inputs.choices"), description: t("editor.form.choicesHint"), type: "string" },
        name: { title: t("editor.inputs.name"), description: t("editor.form.nameHint"), type: "string", maxLength: 64 },
        required: { title: t("editor.inputs.required"), type: "boolean" },
      },
    },
  };
}

/** The fields of a form; null for one that a list cannot tell whole. */
function rowsOf(form: unknown): JsonObject[] | null {
  if (!isObject(form) || form["type"] !== "object" || Object.keys(form).some((key) => !plainMembers.includes(key)))
    return null;
  const rows = inputRows(form, "form").slice(0, -1);
  if (rows.some(({ type }) => type === "other")) return null;
  return rows.map(({ from, key, title, type, choices, required }) => ({
    from,
    title,
    type,
    ...(choices && { choices }),
    name: key,
    ...(required && { required }),
  }));
}
