import { evaluateExpression, faultIn, operandsOf, ours, readExpression } from "../../expressions/index.js";
import { type ActionKind, done, failed } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";

/** Works out a number, a text or a yes-or-no. The expression is parsed; values are never pasted into it. */
export const calculate: ActionKind = {
  kind: "calculate",
  title: "Calculate",
  group: "Flow",
  description:
    "Works out a value: + - * / %, comparisons, && || !, a ? b : c, and round floor ceil abs min max days if.",
  config: configOf(
    {
      expression: {
        title: "Expression",
        description: "For example round(record.amount * 1.19, 2), or days(now, record.closeDate).",
        type: "string",
        minLength: 1,
      },
      as: {
        title: "Remember as",
        description: "The variable that takes the result.",
        type: "string",
        pattern: "^[A-Za-z_][A-Za-z0-9_]{0,63}$",
      },
    },
    ["expression"],
  ),
  output: outputOf({ result: { type: ["number", "string", "boolean", "null"], title: "Result" } }),
  ports: ["success", "error"],
  effect: "none",
  raw: ["expression"],
  operands({ expression }) {
    const read = readExpression(String(expression), ours);
    return "problem" in read ? {} : { expression: operandsOf(read.expression) };
  },
  check({ expression }) {
    const message = typeof expression === "string" ? faultOf(expression) : null;
    return message ? [{ path: "expression", message }] : [];
  },
  sentence: (config) =>
    config["as"]
      ? `calculate ${inWords(config["as"])} = ${inWords(config["expression"])}`
      : `calculate ${inWords(config["expression"])}`,
  async perform(config, step) {
    const expression = String(config["expression"]);
    const name = config["as"];
    const read = readExpression(expression, ours);
    if ("problem" in read) return failed("expression", `${expression}: ${read.problem}`);
    const operands = operandsOf(read.expression);
    const values = await step.resolve(operands);
    const byOperand = new Map(operands.map((one, at) => [one, Array.isArray(values) ? values[at] : undefined]));
    try {
      const result = evaluateExpression(read.expression, byOperand, step.timezone);
      return typeof name === "string"
        ? { type: "done", output: { result }, variables: { [name]: result } }
        : done({ result });
    } catch (error) {
      if (error instanceof RangeError) return failed("expression", `${expression}: ${error.message}`);
      throw error;
    }
  },
};

function faultOf(expression: string): string | null {
  const read = readExpression(expression, ours);
  return "problem" in read ? read.problem : faultIn(read.expression);
}
