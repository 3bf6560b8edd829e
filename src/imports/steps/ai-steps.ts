import { isObject, type JsonObject } from "../../shared/json.js";
import type { Made } from "../made.js";
import { defined } from "../made.js";
import { inWords, keptName } from "../names/keys.js";
import { saidOf } from "../names/said.js";
import type { Shape } from "../shapes.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { givenOf, rewritten, textOf, type Work } from "../work.js";

const textNames = ["text", "input", "input_text", "content", "source", "source_text", "message", "data", "value"];
const fieldNames = ["input_field", "source_field", "text_field", "field"];
const adviceNames = ["instructions", "instruction", "prompt", "system_prompt", "context", "guidelines"];

/** One of the kinds that ask a model a fixed question about a text. */
export function aiStep(work: Work, settings: Source, kind: string): Made {
  const text = subjectOf(work, settings);
  if (text === undefined) throw new Unmappable("Nothing says what the model looks at.");
  if (kind === "ai.score") return scoreStep(work, settings, text);
  const more =
    kind === "ai.classify"
      ? { categories: categoriesOf(work, settings) }
      : kind === "ai.extract"
        ? { fields: valuesOf(work, settings) }
        : { length: lengthOf(settings) };
  return { kind, config: defined({ text, ...more, instructions: textOf(work, settings, ...adviceNames) }) };
}

/** What such a step tells, by the names others have for it. */
export function aiShape(kind: string): Shape {
  const [content, around] = {
    "ai.classify": ["category", ["category", "label", "class", "classification", "result", "output"]] as const,
    "ai.extract": ["data", ["data", "result", "extracted", "fields", "values", "output"]] as const,
    "ai.score": ["score", ["score", "value", "rating", "result", "output"]] as const,
  }[kind] ?? ["text", ["text", "summary", "result", "content", "output"]];
  return { is: "answer", content, around, beside: ["reason", "model", "usage"] };
}

function subjectOf(work: Work, settings: Source): unknown {
  const given = givenOf(work, settings, ...textNames);
  if (given !== undefined && given !== "") return given;
  const at = settings.at(...fieldNames);
  const field = settings.text(...fieldNames);
  return field === undefined ? undefined : rewritten(work, `{{record.${field.replace(/^record\./, "")}}}`, at);
}

function scoreStep(work: Work, settings: Source, text: unknown): Made {
  const criteria = textOf(work, settings, "criteria", "rubric", "question", ...adviceNames);
  if (criteria === undefined) throw new Unmappable("Nothing says by what the model scores.");
  const number = (...names: string[]) => {
    const given = settings.take(...names);
    return typeof given === "number" ? given : undefined;
  };
  const [min, max] = [number("min", "min_score", "minimum"), number("max", "max_score", "maximum")];
  return { kind: "ai.score", config: defined({ text, criteria, min, max }) };
}

/** `["a", "b"]`, `[{ name }]` or `"a, b"`. */
function categoriesOf(work: Work, settings: Source): unknown {
  const given = givenOf(work, settings, "categories", "labels", "classes", "options");
  const list = typeof given === "string" && !/\{[{%]/.test(given) ? given.split(",") : given;
  if (!Array.isArray(list)) return list;
  return list.map((one: unknown) => saidOf(isObject(one) ? (one["name"] ?? one["label"] ?? one["value"]) : one).trim());
}

/** `{ budget: "The money they have" }`, or the names alone. */
function valuesOf(work: Work, settings: Source): JsonObject | undefined {
  const given = givenOf(work, settings, "fields", "schema", "output_schema", "attributes");
  const named = isObject(given) && isObject(given["properties"]) ? given["properties"] : given;
  if (isObject(named))
    return Object.fromEntries(Object.entries(named).map(([name, one]) => [name, aboutOf(name, one)]));
  if (!Array.isArray(named)) return undefined;
  const names = named.map((one: unknown) => (isObject(one) ? one : { name: one }));
  return Object.fromEntries(names.map((one) => [keptName(saidOf(one["name"])), aboutOf(saidOf(one["name"]), one)]));
}

function aboutOf(name: string, given: unknown): string {
  const said = isObject(given) ? given["description"] : given;
  return typeof said === "string" && said !== "" ? said : inWords(name);
}

function lengthOf(settings: Source): string | undefined {
  const given = settings.text("length", "style", "format");
  return given === undefined
    ? undefined
    : (/sentence|paragraph|bullet/i.exec(given)?.[0].toLowerCase() ?? given).replace(/^bullet$/, "bullets");
}
