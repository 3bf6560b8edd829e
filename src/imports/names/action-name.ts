import type { ObjectType } from "../../crm/index.js";
import { snake } from "./keys.js";
import { isPlural, type Narrowing, narrowingOf, objectNamed } from "./objects.js";
import * as synonyms from "./synonyms.js";
import { byTheirs, entryOf } from "./table.js";

const verbs = byTheirs(synonyms.verbs);
const deeds = byTheirs(synonyms.deeds);

/** What an action does to records. `first`: the one that has a value; `related`: those that belong to another one. */
export type RecordVerb = keyof typeof synonyms.verbs | "related";

/** An action on records; without an object it is the one its settings name, or the run's own. */
export type RecordDeed = {
  verb: RecordVerb;
  object: ObjectType | null;
  related?: ObjectType;
  by?: string;
  /** The action is about some records of the object only. */
  narrow?: Narrowing;
};

/** The deed an action's name stands for; undefined when it stands for none but perhaps one on records. */
export function deedNamed(name: string): string | undefined {
  return entryOf(deeds, snake(saidOnce(name)));
}

/** `approval.create_approval` says twice what it is about. */
function saidOnce(name: string): string {
  const [front = "", back, ...more] = name.split(".");
  const twice = back !== undefined && more.length === 0 && snake(back).split("_").includes(snake(front));
  return twice && back !== undefined ? back : name;
}

/** What a name such as `customer.get_by_id`, `customer_get`, `list_customers` or `createRecord` does; undefined for none of these. */
export function recordDeedNamed(objects: readonly ObjectType[], name: string): RecordDeed | undefined {
  const words = snake(saidOnce(name)).split("_");
  for (let at = words.length - 1; at > 0; at--) {
    const [front, back] = [words.slice(0, at).join("_"), words.slice(at).join("_")];
    const found = deedOn(objects, back, front, true) ?? deedOn(objects, front, back, false);
    const narrow = found?.object && (narrowingOf(found.object, back) ?? narrowingOf(found.object, front));
    if (found) return narrow ? { ...found, narrow } : found;
  }
  return undefined;
}

/** `subject` is what the record is, `verb` what happens to it: `customer` and `get_by_id`. */
function deedOn(
  objects: readonly ObjectType[],
  subject: string,
  verb: string,
  verbFirst: boolean,
): RecordDeed | undefined {
  const own = ["record", "records", "entry", "entity", "object"].includes(subject);
  const object = own ? null : objectNamed(objects, subject);
  if (object === undefined) return undefined;
  const by = /^(?:get|find|read|fetch)_by_(?!id$)(.+)$/.exec(verb)?.[1];
  if (by !== undefined) return { verb: "first", object, by };
  const meant = entryOf(verbs, verb);
  if (meant === "get" && verbFirst && (own ? subject.endsWith("s") : isPlural(objects, subject)))
    return { verb: "find", object };
  if (meant) return { verb: meant, object };
  if (object === null || verbFirst) return undefined;
  const rest = verb.replace(/^(?:get|list|query|find|search|fetch)_/, "");
  const related = isPlural(objects, rest) ? objectNamed(objects, rest) : undefined;
  return related ? { verb: "related", object, related } : undefined;
}
