import type { Field, ObjectType } from "../crm/index.js";
import { snake } from "./names/keys.js";
import { fieldNamed, isId, isPlural, objectNamed, type Related, relatedNamed } from "./names/objects.js";
import * as synonyms from "./names/synonyms.js";
import { byTheirs, entryOf } from "./names/table.js";

/**
 * What is known of a value, so that names from elsewhere can be told in ours: a record here has `id` and `values`, a
 * search gives `records`. `open`: nothing is known, and names stay as they are.
 */
export type Shape =
  | { is: "open" }
  /** A record as steps give it on: `{ id, object, values }`. */
  | { is: "record"; object: ObjectType }
  /** The run's own record: `{ id, ...values }`. */
  | { is: "facts"; object: ObjectType }
  | { is: "records"; object: ObjectType }
  /** The output of a search for one record. */
  | { is: "first"; object: ObjectType }
  /** The output of a search: `{ records, total, truncated }`. */
  | { is: "found"; object: ObjectType }
  /** `live`: of the run's own record, whose relations can be followed. */
  | { is: "field"; object: ObjectType; field: Field; live?: boolean }
  /** An answer whose content lies under one name, which others call by `around`: the body of a call, a model's text. */
  | { is: "answer"; content: string; around: readonly string[]; beside: readonly string[] };

/** Where names lead: our path and what is there, `doubt` when it is there only perhaps. */
export type Followed = { path: string[]; shape: Shape; doubt?: string };

/** Records that belong to the one at `path`: they have to be looked up before they can be read. */
export type LookedUp = { lookUp: Related; of: string[]; newest: boolean; rest: string[] };

export const open: Shape = { is: "open" };

/** Follows names from elsewhere into a value of a known shape. Pure. */
export function follow(shape: Shape, names: readonly string[], objects: readonly ObjectType[]): Followed | LookedUp {
  const [name, ...rest] = names;
  if (name === undefined) return whole(shape);
  switch (shape.is) {
    case "open":
      return { path: [...names], shape: open };
    case "field":
      return intoField(shape, names, objects);
    case "answer":
      return intoAnswer(shape, names);
    case "found":
      return intoFound(shape.object, names, objects);
    case "records":
      return /^-?\d+$/.test(name) || ["first", "last"].includes(name)
        ? below([name], follow({ is: "record", object: shape.object }, rest, objects))
        : { path: [...names], shape: open };
    case "first":
      return below(["records", "0"], follow({ is: "record", object: shape.object }, names, objects));
    case "facts":
      return intoRecord(shape.object, names, objects, [], []);
    case "record":
      return intoRecord(shape.object, names, objects, ["values"], wrappers);
  }
}

/** Of what is more than others call by its name, the part they mean. */
function whole(shape: Shape): Followed {
  if (shape.is === "answer") return { path: [shape.content], shape: open };
  if (shape.is === "found") return { path: ["records"], shape: { is: "records", object: shape.object } };
  if (shape.is === "first") return { path: ["records", "0"], shape: { is: "record", object: shape.object } };
  return { path: [], shape };
}

/** What every record has beside its fields, and calls have beside their content. */
const kept = byTheirs(synonyms.stamps);
const ofCalls = byTheirs(synonyms.ofCalls);

/** Members other systems put around what they answer. */
const wrappers = ["data", "result", "record", "document"];
const lists = [...wrappers, "records", "items", "results", "page", "documents", "rows", "list", "entries"];

function intoRecord(
  object: ObjectType,
  [name = "", ...rest]: readonly string[],
  objects: readonly ObjectType[],
  inside: string[],
  around: readonly string[],
): Followed | LookedUp {
  const field = fieldNamed(objects, object, name);
  if (field)
    return below(
      [...inside, field.name],
      follow({ is: "field", object, field, live: inside.length === 0 }, rest, objects),
    );
  if (isId(name)) return { path: ["id", ...rest], shape: open };
  const stamp = entryOf(kept, snake(name));
  if (stamp) return { path: [stamp, ...rest], shape: open };
  if (name === "values" && (inside.length > 0 || rest.length > 0)) return intoRecord(object, rest, objects, inside, []);
  const self = around.includes(name) || (!isPlural(objects, name) && objectNamed(objects, name)?.name === object.name);
  if (self && inside.length > 0) return follow({ is: "record", object }, rest, objects);
  const many = relatedNamed(objects, object, name);
  if (many && isPlural(objects, name)) return { lookUp: many, of: ["id"], newest: false, rest };
  const latest = /^(?:last|latest|newest)_(.+)$/.exec(snake(name))?.[1];
  const one = latest === undefined ? undefined : relatedNamed(objects, object, latest);
  if (one) return { lookUp: one, of: ["id"], newest: true, rest };
  return {
    path: [...inside, name, ...rest],
    shape: open,
    doubt: `A ${object.label.toLowerCase()} has no field "${name}".`,
  };
}

/** A relation is an id here; what is behind it is found by that. */
const idField: Field = { name: "id", label: "Id", type: "text" };

/** What can be read of a user behind a field. */
const ofUser = ["id", "name", "email", "role"];

function intoField(
  { object, field, live }: Shape & { is: "field" },
  names: readonly string[],
  objects: readonly ObjectType[],
): Followed | LookedUp {
  const path = [...names];
  const name = names.join(".");
  if (field.type === "json" || field.type === "multiSelect" || name === "length") return { path, shape: open };
  const target = field.relation ? objects.find((one) => one.name === field.relation) : undefined;
  if (live && target) return intoRecord(target, names, objects, [], []);
  if (live && field.type === "user" && ofUser.includes(name)) return { path, shape: open };
  if (target) return { lookUp: { object: target, field: idField }, of: [], newest: true, rest: path };
  const of = `"${field.name}" of a ${object.label.toLowerCase()}`;
  return { path, shape: open, doubt: `${of} has no "${name}".` };
}

function intoFound(object: ObjectType, names: readonly string[], objects: readonly ObjectType[]): Followed | LookedUp {
  const [name = "", ...rest] = names;
  const records: Shape = { is: "records", object };
  if (/^-?\d+$/.test(name) || ["length", "first", "last"].includes(name))
    return below(["records"], follow(records, names, objects));
  const plural = isPlural(objects, name) && objectNamed(objects, name)?.name === object.name;
  // Some answer with `data.page`: what is around the list has no name here.
  if (wrappers.includes(name) && rest[0] !== undefined && !/^(?:-?\d+|length|first|last)$/.test(rest[0]))
    return intoFound(object, rest, objects);
  if (plural || lists.includes(name)) return below(["records"], follow(records, rest, objects));
  if (["total", "count", "total_count"].includes(snake(name))) return { path: ["total", ...rest], shape: open };
  if (["truncated", "has_more"].includes(snake(name))) return { path: ["truncated", ...rest], shape: open };
  return {
    path: [...names],
    shape: open,
    doubt: `A search gives on "records", "total" and "truncated", and no "${name}".`,
  };
}

function intoAnswer({ content, around, beside }: Shape & { is: "answer" }, names: readonly string[]): Followed {
  const [name = "", ...rest] = names;
  const meant = entryOf(ofCalls, snake(name)) ?? name;
  if (beside.includes(meant)) return { path: [meant, ...rest], shape: open };
  return { path: [content, ...(around.includes(name) ? rest : names)], shape: open };
}

function below(path: string[], found: Followed | LookedUp): Followed | LookedUp {
  return "lookUp" in found ? { ...found, of: [...path, ...found.of] } : { ...found, path: [...path, ...found.path] };
}
