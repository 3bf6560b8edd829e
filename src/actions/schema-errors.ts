import type { ErrorObject } from "ajv";
import { isDuration } from "../shared/duration.js";
import type { FieldError } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";

/** What a text must look like, and how to say so. */
export const formats: Record<string, { validate: (text: string) => boolean; like: string }> = {
  duration: { validate: isDuration, like: "a duration such as 90s, 15m, 2h, 3d, 2w or PT36H" },
  offset: {
    validate: (text) => isDuration(text.replace(/^[+-]/, "")),
    like: "a duration with a sign, such as -3d or +2h",
  },
  "time-of-day": {
    validate: (text) => /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text),
    like: "a time of day such as 09:00",
  },
};

/** Ajv's errors (made with `verbose`) in words, one a place. */
export function fieldErrors(all: ErrorObject[]): FieldError[] {
  const errors = all.filter((error) => error.keyword !== "if" && error.keyword !== "propertyNames");
  const told = new Map<string, FieldError>();
  for (const error of withoutOtherBranches(errors)) {
    const path = pathOf(error);
    if (!told.has(path)) told.set(path, { path, message: messageFor(error) });
  }
  return [...told.values()];
}

/** Of an `anyOf`, only the branch somebody meant: the one that got furthest into the value; else that none fits. */
function withoutOtherBranches(errors: ErrorObject[]): ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === "anyOf" || error.keyword === "oneOf");
  return errors.filter((error) => {
    const choice = choices.find((other) => other !== error && error.schemaPath.startsWith(`${other.schemaPath}/`));
    if (choice) return error.instancePath.length > choice.instancePath.length || error.keyword === "required";
    const inside = errors.filter((other) => other !== error && other.schemaPath.startsWith(`${error.schemaPath}/`));
    return !choices.includes(error) || !inside.some((other) => other.instancePath.length > error.instancePath.length);
  });
}

function pathOf({ instancePath, keyword, params, propertyName }: ErrorObject): string {
  const parts = instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const more = { required: params["missingProperty"], additionalProperties: params["additionalProperty"] }[keyword] as
    | string
    | undefined;
  if (more ?? propertyName) parts.push(more ?? propertyName ?? "");
  return parts.reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path ? `${path}.${part}` : part), "");
}

const messages: Record<string, (error: ErrorObject) => string> = {
  required: () => "It is required.",
  additionalProperties: ({ params, parentSchema }) =>
    `There is no such setting.${didYouMean(String(params["additionalProperty"]), Object.keys((parentSchema?.["properties"] as object | undefined) ?? {}))}`,
  type: ({ params }) => `It must be ${[params["type"]].flat().map(typeInWords).join(" or ")}.`,
  enum: ({ params }) => `It must be one of ${(params["allowedValues"] as unknown[]).join(", ")}.`,
  anyOf: ({ parentSchema }) => optionsOf(parentSchema?.["anyOf"]),
  minLength: ({ params }) =>
    params["limit"] === 1 ? "It must not be empty." : `It must have at least ${params["limit"]} characters.`,
  maxLength: ({ params }) => `It must have at most ${params["limit"]} characters.`,
  minimum: ({ params }) => `It must be at least ${params["limit"]}.`,
  maximum: ({ params }) => `It must be at most ${params["limit"]}.`,
  minItems: ({ params }) =>
    params["limit"] === 1 ? "It must not be empty." : `It needs at least ${params["limit"]} entries.`,
  minProperties: () => "It must not be empty.",
  maxProperties: ({ params }) =>
    params["limit"] === 1 ? "Choose only one." : `It may have at most ${params["limit"]} members.`,
  format: ({ params }) => `It must be ${formats[String(params["format"])]?.like ?? `a valid ${params["format"]}`}.`,
  pattern: ({ propertyName }) => (propertyName ? "Use a name of letters, digits and _." : "It has not the right form."),
};

function messageFor(error: ErrorObject): string {
  return messages[error.keyword]?.(error) ?? `It ${error.message ?? "is not valid"}.`;
}

function typeInWords(type: unknown): string {
  const words: Record<string, string> = {
    string: "text",
    object: "an object",
    array: "a list",
    integer: "a whole number",
    boolean: "true or false",
  };
  return words[String(type)] ?? `a ${type}`;
}

/** What the branches of a choice take, for a value that none of them takes. */
function optionsOf(branches: unknown): string {
  const named = (Array.isArray(branches) ? branches : []).flatMap((branch: JsonObject) =>
    Array.isArray(branch["enum"])
      ? [`one of ${branch["enum"].join(", ")}`]
      : branch["type"]
        ? [[branch["type"]].flat().map(typeInWords).join(" or ")]
        : [],
  );
  return named.length > 0 ? `It must be ${named.join(", or ")}.` : "It has none of the forms it may have.";
}
