import type { Comparison } from "../../expressions/index.js";
import type { JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { saidOf } from "../names/said.js";
import type { Shape } from "../shapes.js";

/** A leaf about a place, with what a missing value means elsewhere: it is not equal to anything, and never larger. */
export function leafOf(operator: Comparison, place: JsonObject, value: unknown): JsonObject {
  if ((operator === "==" || operator === "!=") && (value === null || value === ""))
    return { ...place, operator: operator === "==" ? "isEmpty" : "isNotEmpty" };
  if (operator === "!=") return { not: { ...place, operator: "equal", value } };
  return { ...place, operator: operators[operator], value };
}

const operators: Record<Exclude<Comparison, "!=">, string> = {
  "==": "equal",
  ">": "greaterThan",
  "<": "lessThan",
  ">=": "greaterThanInclusive",
  "<=": "lessThanInclusive",
  contains: "contains",
  startsWith: "startsWith",
  endsWith: "endsWith",
  in: "in",
};

/** Values that a select field does not offer, each in words: records can have none of them. */
export function unknownOptions({ object, field }: Shape & { is: "field" }, value: unknown): string[] {
  const options = field.options?.map((option) => option.value) ?? [];
  if (options.length === 0 || (field.type !== "select" && field.type !== "multiSelect")) return [];
  return [value]
    .flat()
    .filter((one) => typeof one === "string" && one !== "" && !/\{[{%]/.test(one) && !options.includes(one))
    .map((one) => {
      const known = didYouMean(saidOf(one), options);
      return `"${saidOf(one)}" is none of the values "${field.name}" of a ${object.label.toLowerCase()} can have.${known}`;
    });
}
