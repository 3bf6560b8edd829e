import type { DocumentProblem } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { checkInputs } from "./declared-inputs.js";

/** The inputs a step hands to an automation that declares which it takes; what a template makes is known in a run only. */
export function checkHanded(
  given: unknown,
  declared: unknown,
  place: { path: string; step: string },
  name: string,
): DocumentProblem[] {
  if (!isObject(declared) || !isObject(declared["properties"])) return [];
  if (given !== undefined && !isObject(given)) return [];
  const handed: JsonObject = given ?? {};
  const { properties } = declared;
  const required = Array.isArray(declared["required"]) ? declared["required"].map(String) : [];
  const say = (severity: "error" | "warning", member: string, message: string): DocumentProblem => ({
    severity,
    path: `${place.path}.${member}`,
    step: place.step,
    message,
  });
  const missing = required
    .filter((one) => !(one in handed) && !hasDefault(properties[one]))
    .map((one) => say("error", one, `"${name}" needs the input "${one}".`));
  const isClosed = declared["additionalProperties"] === false;
  const rest = Object.entries(handed).flatMap(([member, value]): DocumentProblem[] => {
    const schema = properties[member];
    if (schema === undefined) {
      const message = `"${name}" has no input "${member}".${didYouMean(member, Object.keys(properties))}`;
      return [say(isClosed ? "error" : "warning", member, message)];
    }
    if (!isObject(schema) || /\{[{%]/.test(JSON.stringify(value))) return [];
    const [wrong] = checkInputs({ type: "object", properties: { [member]: schema } }, { [member]: value });
    return wrong ? [say("error", member, `It does not fit the input of "${name}": ${wrong.message}`)] : [];
  });
  return [...missing, ...rest];
}

function hasDefault(schema: unknown): boolean {
  return isObject(schema) && schema["default"] !== undefined;
}
