import type { Field, ObjectType } from "../../crm/index.js";
import { snake } from "./keys.js";
import * as synonyms from "./synonyms.js";
import { byTheirs, entryOf } from "./table.js";

const objectWords = byTheirs(synonyms.objects);
const fieldWords = Object.fromEntries(
  Object.entries(synonyms.fields).map(([object, words]) => [object, byTheirs(words)] as const),
);

/** The object a name from elsewhere means, in singular or plural; undefined for none of ours. */
export function objectNamed(objects: readonly ObjectType[], name: string): ObjectType | undefined {
  const wanted = snake(name);
  const own = objects.find((one) => [one.name, one.label, one.plural].some((known) => snake(known) === wanted));
  if (own) return own;
  const meant = [wanted, ...singulars(wanted)].map((one) => entryOf(objectWords, one)).find((one) => one !== undefined);
  return objects.find((one) => one.name === meant);
}

function singulars(name: string): string[] {
  return [name.replace(/ies$/, "y"), name.replace(/s$/, "")].filter((one) => one !== name);
}

/** What tells the records a word means from the others of their object: a lead is a contact of that status. */
export type Narrowing = { field: string; value: string | boolean };

/** The narrowing a word stands for; null for a word that means every record, or when the object has no such field. */
export function narrowingOf(object: ObjectType, name: string): Narrowing | null {
  const wanted = snake(name);
  const words = entryOf(synonyms.narrower, object.name) ?? {};
  const meant = [wanted, ...singulars(wanted)].map((one) => entryOf(words, one)).find((one) => one !== undefined);
  const field = meant && object.fields.find((one) => one.name === meant.field);
  const fits =
    field && (typeof meant?.value === "boolean" || field.options?.some(({ value }) => value === meant?.value));
  return meant && fits ? meant : null;
}

/** True for a name that stands for several records of an object: `customers`. */
export function isPlural(objects: readonly ObjectType[], name: string): boolean {
  const object = objectNamed(objects, name);
  const wanted = snake(name);
  return (
    object !== undefined && wanted !== object.name && (snake(object.plural) === wanted || /s$|people$/.test(wanted))
  );
}

/** The field of an object that a name from elsewhere means: `last_contacted_at`, `customerId` for the contact of an order. */
export function fieldNamed(objects: readonly ObjectType[], object: ObjectType, name: string): Field | undefined {
  const known = object.fields.find((field) => field.name === name);
  if (known) return known;
  const wanted = snake(name);
  const meant = entryOf(entryOf(fieldWords, object.name) ?? {}, wanted);
  const alike = object.fields.find((field) => snake(field.name) === wanted || field.name === meant);
  if (alike) return alike;
  const target = objectNamed(objects, wanted.replace(/_id$/, ""));
  const relations = target ? object.fields.filter((field) => field.relation === target.name) : [];
  if (relations.length === 1) return relations[0];
  return object.fields.find((field) => field.type === "user" && `${snake(field.name)}_id` === wanted);
}

/** Names every system has for what tells records apart. */
export function isId(name: string): boolean {
  return ["id", "record_id", "entity_id", "entry_id"].includes(snake(name));
}

/** True for a name of the id of an object's record: `id`, `_id`, `customerId`. */
export function isIdOf(objects: readonly ObjectType[], object: ObjectType, name: string): boolean {
  if (isId(name)) return true;
  const wanted = snake(name);
  return wanted.endsWith("_id") && objectNamed(objects, wanted.slice(0, -3))?.name === object.name;
}

/** Records of one object that belong to a record of another: the orders of a contact, by their field `contact`. */
export type Related = { object: ObjectType; field: Field };

/** The records a plural means for a record of `owner`: `orders`, `messages`; undefined when no single field connects them. */
export function relatedNamed(objects: readonly ObjectType[], owner: ObjectType, name: string): Related | undefined {
  const object = objectNamed(objects, name);
  const fields = object?.fields.filter(({ relation }) => relation === owner.name) ?? [];
  const [field] = fields;
  return object && field && fields.length === 1 ? { object, field } : undefined;
}
