import { checkWritten, type ObjectType } from "../../crm/index.js";
import type { DocumentProblem, Step } from "../../graph/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { didYouMean, nearest } from "../../shared/nearest.js";
import type { AutomationRoom } from "../automation.js";
import type { Context } from "./document-context.js";

/**
 * What is wrong with the objects a step names, and with the fields it writes or matches by: names, types, options, people
 * and records that are not there, required fields that a new record would lack. `root` is its config's path.
 */
export async function checkFields(
  room: AutomationRoom,
  workspaceId: string,
  step: Step,
  context: Context,
  root: string,
): Promise<DocumentProblem[]> {
  const { kind, config } = step;
  const { record, to } = config;
  const named: [path: string, name: unknown][] = [
    ...(kind.startsWith("record.") ? [["object", config["object"]] satisfies [string, unknown]] : []),
    ["record.object", isObject(record) ? record["object"] : undefined],
    ["to.object", isObject(to) ? to["object"] : undefined],
  ];
  const known = context.objects.map(({ name }) => name);
  const unknown = named.flatMap(([path, name]): DocumentProblem[] => {
    if (typeof name !== "string" || isTemplate(name) || known.includes(name)) return [];
    return [
      {
        severity: "error",
        path: `${root}.${path}`,
        message: `There is no object "${name}".${didYouMean(name, known)}`,
      },
    ];
  });
  const object = writtenObject(kind, config, context);
  if (!object) return unknown;
  const parts = await Promise.all(
    ["values", "match"].map((part) => checkPart(room, workspaceId, object, step, part, `${root}.${part}`)),
  );
  return [...unknown, ...parts.flat()];
}

/** The object whose fields a step writes; null when it writes none, or which one is seen only when it runs. */
function writtenObject(kind: string, config: JsonObject, { object, objects }: Context): ObjectType | null {
  const named = (name: unknown) => objects.find((one) => one.name === name) ?? null;
  if (kind === "record.create" || kind === "record.upsert") return named(config["object"]);
  if (kind !== "record.update") return null;
  const { record } = config;
  if (record === undefined) return object;
  return isObject(record) ? named(record["object"]) : object;
}

async function checkPart(
  room: AutomationRoom,
  workspaceId: string,
  object: ObjectType,
  { kind, config }: Step,
  part: string,
  path: string,
): Promise<DocumentProblem[]> {
  const values = config[part];
  const creates = part === "values" && (kind === "record.create" || kind === "record.upsert");
  if (values !== undefined && !isObject(values)) return [];
  if (values === undefined && !creates) return [];
  const given: JsonObject = values ?? {};
  const unknown = unknownFields(object, given);
  const made = Object.keys(given).filter((name) => isTemplate(name) || isTemplate(JSON.stringify(given[name])));
  const left = Object.fromEntries(
    Object.entries(given).filter(([name]) => !unknown.some((one) => one.path === name) && !isTemplate(name)),
  );
  // What an upsert matches by is written as well when it makes the record.
  const matched = isObject(config["match"]) && creates ? Object.keys(config["match"]) : [];
  const faults = await checkWritten(room, workspaceId, object.name, left, {
    creating: creates,
    later: new Set([...made, ...matched.filter((name) => !(name in left))]),
  });
  return [...unknown, ...faults].map(({ path: name, message }) => ({
    severity: "error",
    path: name in given || values !== undefined ? `${path}.${name}` : path,
    message,
  }));
}

function unknownFields({ label, fields }: ObjectType, values: JsonObject): FieldError[] {
  const known = fields.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !known.includes(name) && !isTemplate(name));
  return unknown.map((name) => {
    const hint = nearest(name, known) ? didYouMean(name, known) : ` Known: ${known.join(", ")}.`;
    return { path: name, message: `A ${label.toLowerCase()} has no field "${name}".${hint}` };
  });
}

const isTemplate = (text: string) => text.includes("{{") || text.includes("{%");
