import type { ObjectType } from "../../crm/index.js";
import type { DocumentProblem, Step } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { didYouMean, nearest } from "../../shared/nearest.js";
import type { Context } from "./document-context.js";

/** What is wrong with the objects a step names, and with the fields it writes or matches by. `root` is its config's path. */
export function checkFields({ kind, config }: Step, context: Context, root: string): DocumentProblem[] {
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
  return [...unknown, ...["values", "match"].flatMap((part) => unknownFields(object, config[part], `${root}.${part}`))];
}

/** The object whose fields a step writes; null when it writes none, or which one is seen only when it runs. */
function writtenObject(kind: string, config: JsonObject, { object, objects }: Context): ObjectType | null {
  const named = (name: unknown) => objects.find((one) => one.name === name) ?? null;
  if (kind === "record.create" || kind === "record.upsert") return named(config["object"]);
  if (kind !== "record.update") return null;
  const { record } = config;
  if (record === undefined) return object;
  return isObject(record) ? named(record["object"]) : null;
}

function unknownFields({ label, fields }: ObjectType, values: unknown, path: string): DocumentProblem[] {
  if (!isObject(values)) return [];
  const known = fields.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !known.includes(name) && !isTemplate(name));
  return unknown.map((name) => {
    const hint = nearest(name, known) ? didYouMean(name, known) : ` Known: ${known.join(", ")}.`;
    return {
      severity: "error",
      path: `${path}.${name}`,
      message: `A ${label.toLowerCase()} has no field "${name}".${hint}`,
    };
  });
}

const isTemplate = (text: string) => text.includes("{{") || text.includes("{%");
