import type { ChatAnswer, ChatMessage, EffectFailure, Remembered } from "../../effects/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { ActionKind, Outcome, StepContext } from "../action.js";
import { effectOutcome } from "../outside/effect-outcome.js";
import { bodyFaults, schemaFault } from "../outside/expected-body.js";
import { quoted } from "../words.js";
import { askModelConfig, askModelOutput, DEFAULT_TOOL_CALLS } from "./ask-model-schema.js";
import { recordTools } from "./record-tools.js";
import { answerOf, type Request, startTalk, type Talk } from "./talk-to-model.js";
import { toolNameFaults } from "./tool-names.js";

/** Asks an AI model for a text or for JSON; it may look up records, and remembers what was said in the run's thread. */
export const askModel: ActionKind = {
  kind: "llm",
  title: "Ask an AI model",
  group: "Outside",
  description:
    "Asks a language model for a text or for JSON of a given shape. It may look up records; runs with the same thread share what was said.",
  config: askModelConfig,
  output: askModelOutput,
  ports: ["success", "error"],
  effect: "outside",
  timeoutMs: 300_000,
  raw: ["schema"],
  check: (config) => [...promptFaults(config), ...schemaFaults(config), ...toolNameFaults(config["tools"])],
  sentence: (config) => `ask an AI model ${quoted(config["prompt"] || config["system"])}`,
  perform,
};

async function perform(config: JsonObject, step: StepContext): Promise<Outcome> {
  const wrong = [...promptFaults(config), ...schemaFaults(config)][0];
  if (wrong) return effectOutcome(fault("invalid_config", `config.${wrong.path}: ${wrong.message}`, false));
  const names = Array.isArray(config["tools"]) ? config["tools"].map(String) : [];
  const tools = await recordTools(step, names);
  const mostCalls = Number(config["maxToolCalls"] ?? DEFAULT_TOOL_CALLS);
  const { threadId } = step.run;
  const talk = startTalk(openingOf(config, threadId === null ? [] : await step.outside.recall(threadId)));
  const request = requestOf(config);
  let result = await answerOf(talk, request, step, tools, mostCalls);
  const faults = result.ok ? faultsOf(result.answer, request) : [];
  if (result.ok && faults.length > 0) {
    // The look-ups are done; what is asked for now is only another wording.
    talk.messages.push(...correction(result.answer, faults));
    result = await answerOf(talk, request, step, tools, Math.min(mostCalls, talk.toolCalls.length));
  }
  if (!result.ok) return withCosts(result, talk);
  const left = faults.length > 0 ? faultsOf(result.answer, request) : [];
  if (left.length > 0) return withCosts(invalidAnswer(result.answer, left), talk);
  if (threadId !== null) await step.outside.remember(threadId, exchangeOf(config, result.answer));
  return { type: "done", output: outputOf(result.answer, talk, request) };
}

function promptFaults(config: JsonObject): FieldError[] {
  const empty = (text: unknown) => typeof text !== "string" || text.trim() === "";
  return empty(config["prompt"]) && empty(config["system"])
    ? [{ path: "prompt", message: "Say what the model is asked, or who it is." }]
    : [];
}

function schemaFaults({ format, schema }: JsonObject): FieldError[] {
  if (!isObject(schema)) return [];
  if (format !== "json" && !(typeof format === "string" && format.includes("{{")))
    return [{ path: "schema", message: 'A schema goes with "format": "json".' }];
  const broken = schemaFault(schema);
  return broken ? [{ path: "schema", message: `It is not a JSON Schema that can be used: ${broken}` }] : [];
}

function requestOf({ format, schema, temperature, maxTokens }: JsonObject): Request {
  return {
    format: format === "json" ? "json" : "text",
    ...(isObject(schema) ? { schema } : {}),
    ...(typeof temperature === "number" ? { temperature } : {}),
    ...(typeof maxTokens === "number" ? { maxTokens } : {}),
  };
}

/** The role, what was said before in the thread, and the prompt. That JSON is wanted is said in words too: not every provider knows the setting. */
function openingOf(config: JsonObject, earlier: Remembered[]): ChatMessage[] {
  const { system = "", prompt = "", format, schema } = config;
  const wanted =
    format !== "json"
      ? ""
      : isObject(schema)
        ? `Answer with one JSON value and nothing else. It must match this JSON Schema:\n${JSON.stringify(schema)}`
        : "Answer with one JSON object and nothing else.";
  const role = [String(system).trim(), wanted].filter(Boolean).join("\n\n");
  const question = String(prompt);
  return [
    ...(role ? [{ role: "system" as const, content: role }] : []),
    ...earlier,
    ...(question.trim() ? [{ role: "user" as const, content: question }] : []),
  ];
}

/** What is wrong with an answer. A simulated one is made from the schema, and not judged by it. */
function faultsOf(answer: ChatAnswer, { format, schema }: Request): string[] {
  if (answer.simulated) return [];
  if (format === "text") return answer.text.trim() === "" ? ["It is empty."] : [];
  const cut = answer.cut ? " It was cut at the longest answer allowed." : "";
  if (!("data" in answer)) return [`It is not JSON.${cut}`];
  if (!schema) return isObject(answer.data) || Array.isArray(answer.data) ? [] : ["It is not a JSON object."];
  return bodyFaults(schema, answer.data).map(({ path, message }) => `${path.replace(/^body/, "data")} ${message}.`);
}

function correction(answer: ChatAnswer, faults: string[]): ChatMessage[] {
  const asked = `Your answer cannot be used: ${faults.join(" ")} Answer again, in full, and as it was asked for.`;
  const said = answer.text.trim() === "" ? [] : [{ role: "assistant" as const, content: answer.text }];
  return [...said, { role: "user", content: asked }];
}

function invalidAnswer(answer: ChatAnswer, faults: string[]): EffectFailure {
  return {
    ...fault("invalid_answer", `The model's answer cannot be used: ${faults.join(" ")}`, true),
    output: { text: answer.text.slice(0, 2_000), errors: faults, model: answer.model },
  };
}

function fault(code: string, message: string, retryable: boolean): EffectFailure {
  return { ok: false, code, message, retryable };
}

/** A failed attempt may have been dear, and what it looked up may say why it failed. */
function withCosts(failure: EffectFailure, { usage, toolCalls }: Talk): Outcome {
  const spent = usage.inputTokens + usage.outputTokens > 0 || toolCalls.length > 0;
  return effectOutcome(spent ? { ...failure, output: { ...failure.output, usage, toolCalls } } : failure);
}

function exchangeOf(config: JsonObject, answer: ChatAnswer): Remembered[] {
  const question = String(config["prompt"] ?? "");
  return [
    ...(question.trim() ? [{ role: "user" as const, content: question }] : []),
    { role: "assistant", content: answer.text },
  ];
}

function outputOf(answer: ChatAnswer, { usage, toolCalls }: Talk, { format }: Request): JsonObject {
  return {
    ...(format === "json" ? { data: answer.data } : { text: answer.text }),
    ...(answer.cut ? { truncated: true } : {}),
    model: answer.model,
    usage,
    toolCalls,
    ...(answer.simulated ? { simulated: true } : {}),
  };
}
