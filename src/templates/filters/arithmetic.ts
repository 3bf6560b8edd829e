import { asNumber, exactOf, rounded, workedOut } from "../../expressions/index.js";
import { TemplateError } from "../template-error.js";
import { isBlank, wrongInput } from "./filter-error.js";

type Exact = NonNullable<ReturnType<typeof exactOf>>;

/** Liquid's arithmetic by the rules of calculations: exact decimals, and an error for what is empty or no number. */
export const arithmetic = {
  plus: withTwo("plus", (value, by) => workedOut("+", value, by)),
  minus: withTwo("minus", (value, by) => workedOut("-", value, by)),
  times: withTwo("times", (value, by) => workedOut("*", value, by)),
  divided_by: withTwo("divided_by", (value, by, whole) => {
    const result = workedOut("/", value, by);
    return whole === true ? result.floor() : result;
  }),
  // As Liquid has it, the sign is that of the divisor.
  modulo: withTwo("modulo", (value, by) => workedOut("%", workedOut("%", value, by).plus(by), by)),
  at_least: withTwo("at_least", (value, least) => (value.lessThan(least) ? least : value)),
  at_most: withTwo("at_most", (value, most) => (value.greaterThan(most) ? most : value)),
  round: (value: unknown, digits: unknown = 0) =>
    written("round", () => rounded(numberFor("round", value), numberFor("round", digits).toNumber())),
  ceil: (value: unknown) => written("ceil", () => numberFor("ceil", value).ceil()),
  floor: (value: unknown) => written("floor", () => numberFor("floor", value).floor()),
  abs: (value: unknown) => written("abs", () => numberFor("abs", value).abs()),
};

function withTwo(filter: string, of: (value: Exact, by: Exact, more: unknown) => Exact) {
  return (value: unknown, by: unknown, more?: unknown) =>
    written(filter, () => of(numberFor(filter, value), numberFor(filter, by), more));
}

function numberFor(filter: string, value: unknown): Exact {
  if (isBlank(value)) throw wrongInput(filter, "a number, and the value is empty; put default: 0 before it");
  const number = typeof value === "string" ? exactOf(value.trim()) : exactOf(value);
  if (!number) throw wrongInput(filter, "a number");
  return number;
}

function written(filter: string, of: () => Exact): number {
  try {
    return asNumber(of());
  } catch (error) {
    if (error instanceof RangeError)
      throw new TemplateError("template_filter", `The filter "${filter}": ${error.message}`);
    throw error;
  }
}
