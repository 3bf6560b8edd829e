import { createObjectTable, type ObjectType } from "../../crm/index.js";
import type { FieldError } from "../../shared/errors.js";
import { didYouMean } from "../../shared/nearest.js";

/** What a tool does with the records of an object. */
export type ToolVerb = "get" | "search" | "list";

const verbs: readonly ToolVerb[] = ["get", "search", "list"];

/** Names that other systems give to objects of ours. */
const aliases: Record<string, string> = { customer: "contact", customers: "contacts" };

/** A tool's name as it goes to the model: `Contact.Get` as `contact_get`. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[.\s-]+/g, "_");
}

/**
 * The verb and the object of a tool among the objects of a workspace: `contact_get`, `list_products`, and
 * `customer_search` unless there are customers of its own. Null for a tool there is not.
 */
export function toolNamed(name: string, objects: readonly ObjectType[]): { verb: ToolVerb; object: ObjectType } | null {
  const parts = partsOf(plainName(name));
  const object = parts && (called(parts.object, objects) ?? called(aliases[parts.object] ?? "", objects));
  return parts && object ? { verb: parts.verb, object } : null;
}

/** Names that are no tool's, each with the nearest one; of a workspace whose objects are known, or of any at all. */
export function toolNameFaults(names: unknown, objects?: readonly ObjectType[]): FieldError[] {
  if (!Array.isArray(names)) return [];
  return names.flatMap((name: unknown, place) => {
    if (typeof name !== "string" || name.includes("{{")) return [];
    const fine = objects ? toolNamed(name, objects) : partsOf(plainName(name));
    if (fine) return [];
    const known = toolNames(objects ?? [...createObjectTable().bundled.values()]);
    const suggestion =
      didYouMean(plainName(name), known) ||
      " Name an object and what to do: contact_get, contact_search or contact_list.";
    return [{ path: `tools[${place}]`, message: `There is no tool "${name.slice(0, 80)}".${suggestion}` }];
  });
}

function toolNames(objects: readonly ObjectType[]): string[] {
  const singular = [
    ...objects.map(({ name }) => name),
    ...Object.keys(aliases).filter((alias) => !alias.endsWith("s")),
  ];
  return singular.flatMap((object) => verbs.map((verb) => `${object}_${verb}`));
}

function partsOf(name: string): { verb: ToolVerb; object: string } | null {
  for (const verb of verbs) {
    const object = name.endsWith(`_${verb}`)
      ? name.slice(0, -verb.length - 1)
      : name.startsWith(`${verb}_`)
        ? name.slice(verb.length + 1)
        : "";
    if (/^[a-z0-9_]{1,57}$/.test(object)) return { verb, object };
  }
  return null;
}

function called(word: string, objects: readonly ObjectType[]): ObjectType | undefined {
  return (
    objects.find(({ name }) => plainName(name) === word) ??
    objects.find(({ name, plural }) => plainName(plural) === word || `${plainName(name)}s` === word)
  );
}
