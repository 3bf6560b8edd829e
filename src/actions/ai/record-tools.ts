import { factsOf, findRecords, getRecord, type ObjectType, objectsOf, type RecordRow } from "../../crm/index.js";
import type { ChatTool } from "../../effects/index.js";
import { Problem } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { StepContext } from "../action.js";
import { plainName, type ToolVerb, toolNamed, toolNameFaults } from "./tool-names.js";

/** What a use of a tool came to: what the model is told, and for the log the ids found or why there are none. */
export type ToolResult = { told: string; records: string[] } | { told: string; error: string };

/** A tool over the records of one object, and what carries it out. */
export type RecordTool = { tool: ChatTool; use(given: JsonObject): Promise<ToolResult> };

/** Most records one use hands over, and the characters they may take; values longer than this are cut. */
const MOST_RECORDS = 25;
const MOST_CHARACTERS = 20_000;
const LONGEST_VALUE = 4_000;

/**
 * The tools of those names, by name, over the records of the step's workspace; they read and never write. Throws a 422
 * Problem that names what is no tool.
 */
export async function recordTools(step: StepContext, names: readonly string[]): Promise<Map<string, RecordTool>> {
  if (names.length === 0) return new Map();
  const objects = await objectsOf(step.host, step.workspaceId);
  const faults = toolNameFaults(names, objects).map(({ path, message }) => ({ path: `config.${path}`, message }));
  const first = faults[0];
  if (first) throw new Problem(422, "invalid_config", `${first.path}: ${first.message}`, faults);
  return new Map(
    names.flatMap((written) => {
      const name = plainName(written);
      const known = toolNamed(written, objects);
      return known ? [[name, recordTool(step, name, known.verb, known.object)] as const] : [];
    }),
  );
}

function recordTool(step: StepContext, name: string, verb: ToolVerb, object: ObjectType): RecordTool {
  const use = verb === "get" ? getOne : findSome;
  return {
    tool: { name, description: descriptionOf(verb, object), parameters: parametersOf(verb) },
    use: (given) =>
      use(step, object, given).catch((error: unknown) => {
        if (error instanceof Problem) return toolError(error.message);
        throw error;
      }),
  };
}

/** A use that came to nothing, as the model is told and as the log says. */
export function toolError(error: string): ToolResult {
  return { told: JSON.stringify({ error }), error };
}

async function getOne(
  { host, workspaceId, tx }: StepContext,
  object: ObjectType,
  given: JsonObject,
): Promise<ToolResult> {
  const id = given["id"];
  if ((typeof id !== "string" && typeof id !== "number") || id === "") return toolError("Give the id of a record.");
  const record = await getRecord(host, workspaceId, object.name, String(id), tx);
  if (!record) return toolError(`There is no ${object.name} "${String(id).slice(0, 80)}".`);
  return { told: JSON.stringify(shown(record)), records: [record.id] };
}

async function findSome(step: StepContext, object: ObjectType, given: JsonObject): Promise<ToolResult> {
  const { query, where, sort, limit } = given;
  const { records, nextCursor } = await findRecords(
    step.host,
    step.workspaceId,
    object.name,
    {
      q: typeof query === "string" ? query : undefined,
      when: isObject(where) ? equalTo(where) : undefined,
      sort: typeof sort === "string" && sort !== "" ? sort : undefined,
      limit: Math.min(Math.max(Math.trunc(Number(limit)) || 10, 1), MOST_RECORDS),
      timezone: step.timezone,
    },
    step.tx,
  );
  const fitting = records.map(shown);
  let told = JSON.stringify({ records: fitting, more: nextCursor !== null });
  while (told.length > MOST_CHARACTERS && fitting.length > 1) {
    fitting.pop();
    told = JSON.stringify({ records: fitting, more: true });
  }
  return { told, records: records.slice(0, fitting.length).map(({ id }) => id) };
}

function equalTo(where: JsonObject): JsonObject | undefined {
  const leaves = Object.entries(where).map(([path, value]) => {
    if (value === null || value === "") return { fact: "record", path, operator: "isEmpty", value: true };
    return { fact: "record", path, operator: "equal", value };
  });
  return leaves.length > 0 ? { all: leaves } : undefined;
}

/** A record as the model reads it: without what is empty, and without long tails. */
function shown(record: RecordRow): JsonObject {
  const filled = Object.entries(factsOf(record)).filter(
    ([name, value]) => name !== "version" && value !== null && value !== undefined && value !== "",
  );
  return Object.fromEntries(filled.map(([name, value]) => [name, shortened(value)]));
}

function shortened(value: unknown): unknown {
  const text = typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : "";
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : value;
}

function descriptionOf(verb: ToolVerb, object: ObjectType): string {
  const many = object.plural.toLowerCase();
  const fields = object.fields.slice(0, 60).map(({ name, type, relation, options = [] }) => {
    const choices = options.slice(0, 20).map(({ value }) => value);
    return `${name} (${relation ? `id of a ${relation}` : choices.length > 0 ? choices.join(", ") : type})`;
  });
  const does = {
    get: `Reads one ${object.label.toLowerCase()} by its id.`,
    search: `Searches ${many} by text in their ${object.labelField} or e-mail address.`,
    list: `Lists ${many}.`,
  }[verb];
  return `${does} Fields: ${fields.join("; ")}.`;
}

function parametersOf(verb: ToolVerb): JsonObject {
  if (verb === "get")
    return {
      type: "object",
      properties: { id: { type: "string", description: "The record's id." } },
      required: ["id"],
      additionalProperties: false,
    };
  return {
    type: "object",
    properties: {
      ...(verb === "search" ? { query: { type: "string", description: "The text to look for." } } : {}),
      where: { type: "object", description: "Only records with exactly these values, by field name." },
      sort: { type: "string", description: "A field to sort by; with a minus before it, largest first." },
      limit: { type: "integer", minimum: 1, maximum: MOST_RECORDS, description: "10 when left out." },
    },
    required: verb === "search" ? ["query"] : [],
    additionalProperties: false,
  };
}
