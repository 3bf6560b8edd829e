import { type ActionKind, done, failed } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { inWords } from "../words.js";
import { evaluateExpression, unknownCall } from "./evaluate-expression.js";
import { parseExpression } from "./parse-expression.js";

/** Works out a number, a text or a yes-or-no. The expression is parsed; values are never pasted into it. */
export const calculate: ActionKind = {
  kind: "calculate",
  title: "Calculate",
  group: "Flow",
  description: "Works out a value: + - * / %, comparisons, and round floor ceil abs min max days if.",
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
  operands: ({ expression }) =>
    faultOf(String(expression)) ? {} : { expression: parseExpression(String(expression)).operands },
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
    try {
      const parsed = parseExpression(expression);
      const values = (await step.resolve(parsed.operands)) as unknown[];
      const result = evaluateExpression(parsed, values, step.timezone);
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
  try {
    return unknownCall(parseExpression(expression).tree);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
