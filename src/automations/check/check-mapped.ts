import type { Document, DocumentProblem, Trigger } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { checkInputs } from "./declared-inputs.js";

/** These are asked for the inputs, or handed them, when they start a run. */
const areAsked = ["manual", "automation", "event"];

/** What a trigger's mapping gets wrong: inputs that are not declared, constants that do not fit, required ones it cannot give. */
export function checkMapped(trigger: Trigger, { inputs }: Document, path: string): DocumentProblem[] {
  const declared = isObject(inputs?.["properties"]) ? inputs["properties"] : {};
  const given = trigger.inputs ?? {};
  const error = (name: string, message: string): DocumentProblem => ({
    severity: "error",
    path: `${path}.${name}`,
    message,
  });
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  const required = Array.isArray(inputs?.["required"]) ? inputs["required"].map(String) : [];
  const missing = required.filter((name) => {
    const schema = declared[name];
    return !Object.hasOwn(given, name) && !(isObject(schema) && schema["default"] !== undefined);
  });
  const unfit = Object.entries(given).flatMap(([name, value]) => {
    const schema = declared[name];
    if (!isObject(schema) || /\{[{%]/.test(JSON.stringify(value) ?? "")) return [];
    const [fault] = checkInputs({ type: "object", properties: { [name]: schema } }, { [name]: value });
    return fault ? [error(name, fault.message)] : [];
  });
  return [
    ...unknown.map((name) =>
      error(
        name,
        `There is no input "${name}" to fill.${didYouMean(name, Object.keys(declared)) || " Declare it first."}`,
      ),
    ),
    ...unfit,
    ...(areAsked.includes(trigger.kind) ? [] : missing).map((name) =>
      error(name, `The input "${name}" is required, and this trigger does not fill it. Map it, or give it a default.`),
    ),
  ];
}
