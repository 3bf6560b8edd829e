import { isObject, type JsonObject } from "../../../shared/json.js";

/** How a field is drawn; the partial `field` has one part for each. */
export type Control =
  | "text"
  | "longText"
  | "code"
  | "number"
  | "check"
  | "select"
  | "choices"
  | "multi"
  | "date"
  | "datetime"
  | "email"
  | "record"
  | "pairs"
  | "rows"
  | "conditions"
  | "group";

/** More choices than these are a list to pick from instead of boxes to tick. */
const MOST_BOXES = 24;

/**
 * How a part of a schema is drawn for the value it has: a value that its usual control could not show whole (a template
 * where a number belongs, several lines where there is one) gets a text field instead, so that nothing is lost.
 * `offered` is how many choices there are.
 */
export function controlOf(part: JsonObject, value: unknown, offered: number): Control {
  const control = usualControl(part, value, offered);
  if (value === undefined || value === null) return control;
  const text = typeof value === "string" ? value : null;
  switch (control) {
    case "conditions":
    case "pairs":
    case "group":
      return isObject(value) ? control : text === null ? "code" : "text";
    case "rows":
      return Array.isArray(value) && value.every(isObject) ? control : text === null ? "code" : "text";
    case "record":
      return isObject(value) || text !== null ? control : "code";
    case "check":
      return typeof value === "boolean" ? control : "text";
    case "date":
      return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) ? control : "text";
    case "datetime":
      return text !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? control : "text";
    case "email":
      return text?.includes("{{") ? "text" : control;
    case "choices":
    case "multi":
      return [value].flat().every(isOneLine) && !(text?.includes("{{") && control === "choices") ? control : "code";
    case "text":
      return typeof value === "object" ? "code" : text?.includes("\n") ? "longText" : control;
    default:
      return typeof value === "object" ? "code" : control;
  }
}

function usualControl(part: JsonObject, value: unknown, offered: number): Control {
  const hint = part["x-hint"];
  const types = typesOf(part);
  if (hint === "conditions" || hint === "record") return hint;
  if (hint === "values") return "pairs";
  if (Array.isArray(part["enum"])) return "select";
  if (types.includes("object") && isObject(part["properties"]) && !Array.isArray(value)) return "group";
  if (part["x-rows"] === true) return "rows";
  if (hint === "template" && types.includes("array") && part["items"] === undefined) return "text";
  if (types.includes("array")) return holdsTexts(part) ? boxes(offered) : "code";
  if (types.includes("boolean") && !types.includes("string")) return "check";
  if ((hint === "object" || hint === "secret" || hint === "automation" || part["x-types"]) && offered > 0)
    return "select";
  if (hint === "markdown") return "longText";
  if (isNumeric(part)) return "number";
  if (types.includes("object")) return "code";
  if (part["format"] === "date") return "date";
  if (part["format"] === "date-time") return "datetime";
  if (part["format"] === "email") return "email";
  if (types.length === 0) return "code";
  return Number(part["maxLength"] ?? 0) > 400 ? "longText" : "text";
}

function boxes(offered: number): Control {
  return offered > 0 && offered <= MOST_BOXES ? "choices" : "multi";
}

function isOneLine(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value !== "" && !/[\r\n]|^\s|\s$/.test(value));
}

/** The types a part of a schema allows; none when it does not say. */
export function typesOf(part: JsonObject): unknown[] {
  return part["type"] === undefined ? [] : [part["type"]].flat();
}

/** True for a number that is never written as text. */
export function isNumeric(part: JsonObject): boolean {
  const types = typesOf(part);
  return (types.includes("number") || types.includes("integer")) && !types.includes("string");
}

/** True for a list that can be typed line by line, or ticked. */
export function holdsTexts(part: JsonObject): boolean {
  const items = isObject(part["items"]) ? part["items"] : null;
  return items !== null && !typesOf(items).some((type) => type === "object" || type === "array");
}

/** A part that may be one choice or several of them (`anyOf`), as the list of choices it comes to. */
export function plainPart(part: JsonObject): JsonObject {
  const branches = Array.isArray(part["anyOf"]) ? part["anyOf"].filter(isObject) : [];
  const list = branches.find((branch) => typesOf(branch).includes("array"));
  if (!list || part["type"] !== undefined) return part;
  const { anyOf: _, ...rest } = part;
  return { ...rest, ...list, type: ["string", "array"] };
}
