import { isObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";
import { toBoolean, toNumber } from "./compare.js";
import type { FieldTypeName } from "./field-types.js";
import { toInstant } from "./instants.js";
import { isWindow } from "./operators-date.js";
import { patternProblem } from "./operators-text.js";
import type { Operator } from "./reading.js";

/**
 * What is wrong with a literal value for an operator on a field of `type`, in words. A template is known only when
 * rendered. With `options` the value compared with must be one of them; with `blanks` the values are those of a run, where
 * a blank one is no fault: it compares as `decide` says.
 */
export function checkValue(
  operator: Operator,
  type: FieldTypeName | undefined,
  given: unknown,
  { options, blanks = false }: { options?: readonly string[] | undefined; blanks?: boolean | undefined } = {},
): string[] {
  const value = blanks && Array.isArray(given) ? given.filter((one) => !isBlank(one)) : given;
  if (isTemplate(value) || (blanks && (isBlank(value) || isPart(given, value)))) return [];
  const { value: shape, name } = operator;
  if (shape === "none") {
    const none = value === undefined || value === null || value === true || value === "";
    return none ? [] : [`"${name}" takes no value.`];
  }
  if (value === undefined) return ["Give a value to compare with."];
  if (value === null)
    return operator.allowsMissing || name === "notEqual" ? [] : ["A missing value is asked for with isEmpty."];
  switch (shape) {
    case "list":
      return once([...checkList(type, value), ...unknownOptions(value, options)]);
    case "range":
      return checkRange(type, value, blanks);
    case "text":
      return typeof value === "string" || typeof value === "number" ? [] : ["The value must be text."];
    case "pattern":
      return typeof value === "string" ? [patternProblem(value) ?? []].flat() : ["The value must be a pattern."];
    case "instant":
    case "day":
      return toInstant(value, "UTC", 0) === undefined ? [notADate] : [];
    case "window":
      return isWindow(value) ? [] : ["The value must be a duration such as 7d or 36h, or a whole number of days."];
    default: {
      const wrong = operator.left && Array.isArray(value) ? checkList(type, value) : checkSingle(type, value);
      return once([...wrong, ...unknownOptions(value, options)]);
    }
  }
}

function once(messages: string[]): string[] {
  return [...new Set(messages)];
}

function unknownOptions(value: unknown, options: readonly string[] | undefined): string[] {
  if (!options || options.length === 0) return [];
  return [value].flat().flatMap((one: unknown) => {
    if (one === null || isTemplate(one) || options.includes(String(one))) return [];
    return [`"${String(one).slice(0, 80)}" is not one of the options.${didYouMean(String(one).slice(0, 80), options)}`];
  });
}

const notADate = "The value must be a date such as 2025-03-01, or an instant such as 2025-03-01T09:00:00Z.";

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** A list that lost its blanks, and with them what could be wrong with its length. */
function isPart(given: unknown, value: unknown): boolean {
  return Array.isArray(given) && Array.isArray(value) && (value.length === 0 || value.length < given.length);
}

function isTemplate(value: unknown): boolean {
  return typeof value === "string" && /\{[{%]/.test(value);
}

function checkList(type: FieldTypeName | undefined, value: unknown): string[] {
  if (!Array.isArray(value)) return ["The value must be a list."];
  if (value.length === 0) return ["The list is empty."];
  const element = type === "multiSelect" ? undefined : type;
  return [
    ...new Set(value.flatMap((one: unknown) => (isTemplate(one) || one === null ? [] : checkSingle(element, one)))),
  ];
}

/** Ends that a run has the wrong way round are an answer, and no mistake of the document: nothing lies between them. */
function checkRange(type: FieldTypeName | undefined, value: unknown, blanks: boolean): string[] {
  if (!Array.isArray(value) || value.length !== 2) return ["The value must be a list of the lower and the upper end."];
  const wrong = checkList(type, value);
  if (wrong.length > 0 || blanks || value.some((one) => isTemplate(one) || one === null)) return wrong;
  const [low, high] = value.map((one: unknown) =>
    type === "date" || type === "datetime" ? toInstant(one, "UTC", 0) : (toNumber(one) ?? toInstant(one, "UTC", 0)),
  );
  return low !== undefined && high !== undefined && low > high
    ? ["The lower end is above the upper one, so nothing lies between them. Write the lower end first."]
    : [];
}

function checkSingle(type: FieldTypeName | undefined, value: unknown): string[] {
  switch (type) {
    case "number":
    case "money":
      return toNumber(value) === undefined ? ["The value must be a number."] : [];
    case "boolean":
      return toBoolean(value) === undefined ? ["The value must be true or false."] : [];
    case "date":
    case "datetime":
      return toInstant(value, "UTC") === undefined ? [notADate] : [];
    case undefined:
    case "json":
    case "multiSelect":
      return [];
    default:
      return isObject(value) || Array.isArray(value) ? ["The value must be text."] : [];
  }
}
