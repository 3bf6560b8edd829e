import { isObject } from "../../shared/json.js";
import type { Made } from "../made.js";
import { defined } from "../made.js";
import { snake } from "../names/keys.js";
import { objectNamed } from "../names/objects.js";
import { saidOf } from "../names/said.js";
import type { Shape } from "../shapes.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { textOf, type Work } from "../work.js";

const systemNames = ["systemPrompt", "system", "system_message", "instructions", "role"];
const promptNames = ["userPrompt", "prompt", "user_message", "user", "message", "input"];

/** A question to a language model. */
export function modelStep(work: Work, config: Source): Made {
  const system = textOf(work, config, ...systemNames);
  const prompt = textOf(work, config, ...promptNames);
  if (system === undefined && prompt === undefined) throw new Unmappable("The model is asked nothing.");
  const json = asksJson(config);
  config.skip("outputFormat", "format", "response_format", "output_type");
  const schema = config.take("outputSchema", "schema", "json_schema", "response_schema");
  const temperature = config.take("temperature");
  const most = config.take("maxTokens", "max_output_tokens");
  const calls = config.take("maxToolCalls", "maxSteps", "max_iterations");
  const tools = toolsOf(work, config);
  return {
    kind: "llm",
    config: defined({
      system,
      prompt,
      format: json ? "json" : undefined,
      schema: json && isObject(schema) ? schema : undefined,
      temperature: typeof temperature === "number" ? temperature : undefined,
      maxTokens: typeof most === "number" ? most : undefined,
      tools: tools.length > 0 ? tools : undefined,
      maxToolCalls: typeof calls === "number" && tools.length > 0 ? calls : undefined,
    }),
  };
}

/** What a model's answer is called in the output of its step. */
export function answerShape(config: Source): Shape {
  const beside = ["usage", "toolCalls", "model", "truncated"];
  if (asksJson(config)) return { is: "answer", content: "data", around: ["data"], beside };
  const around = ["text", "content", "message", "response", "data", "result", "output", "answer"];
  return { is: "answer", content: "text", around, beside };
}

function asksJson({ value }: Source): boolean {
  const names = ["outputFormat", "output_format", "format", "responseFormat", "response_format", "outputType"];
  const given = names.map((name) => value[name]).find((one) => one !== undefined);
  const named = isObject(given) ? given["type"] : given;
  if (typeof named === "string") return /json|object|structured/i.test(named);
  return isObject(value["outputSchema"] ?? value["output_schema"]);
}

const verbs: [RegExp, string][] = [
  [/^(?:get|get_by_id|read|fetch|find_by_id)$/, "get"],
  [/^(?:search|query|find|filter)$/, "search"],
  [/^(?:list|list_all|get_all)$/, "list"],
];

const ofTools = ["name", "id", "type", "description"];

/** Tools look things up in records; others are listed. */
function toolsOf(work: Work, config: Source): string[] {
  const path = config.at("tools");
  const given = config.take("tools");
  return (Array.isArray(given) ? given : []).flatMap((one: unknown, at) => {
    const name = snake(isObject(one) ? saidOf(one["name"] ?? one["id"] ?? "") : saidOf(one));
    const tool = toolNamed(work, name);
    const more = isObject(one) ? Object.keys(one).filter((member) => !ofTools.includes(member)) : [];
    for (const member of more) work.report(`${path}[${at}].${member}`, `A tool has no "${member}" here.`);
    if (!tool)
      work.report(
        `${path}[${at}]`,
        `There is no tool "${name}": a model can look up records here, such as contact_get.`,
      );
    return tool ? [tool] : [];
  });
}

function toolNamed(work: Work, name: string): string | undefined {
  const words = name.split("_");
  for (let at = 1; at < words.length; at++) {
    const [front, back] = [words.slice(0, at).join("_"), words.slice(at).join("_")];
    for (const [subject, verb] of [
      [front, back],
      [back, front],
    ] as const) {
      const object = objectNamed(work.scope.objects, subject);
      const meant = verbs.find(([pattern]) => pattern.test(verb))?.[1];
      if (object && meant) return `${object.name.toLowerCase().replace(/[.\s-]+/g, "_")}_${meant}`;
    }
  }
  return undefined;
}
