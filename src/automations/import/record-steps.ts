import type { ObjectType } from "../../crm/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { RecordDeed } from "./action-name.js";
import { treeFromList } from "./conditions.js";
import { leafOf, unknownOptions } from "./expression-tree.js";
import type { Made } from "./made.js";
import { fieldNamed, isId, isIdOf, objectNamed } from "./objects.js";
import { forSearch } from "./search-tree.js";
import type { Shape } from "./shapes.js";
import { type Source, sourceOf } from "./source.js";
import { givenOf, rewritten, textOf, treeOf, Unmappable, type Work } from "./work.js";

const MOST = 1000;

/** The object an action is about: the one its name says, the one its settings name, or the run's own. */
export function objectOf(work: Work, deed: RecordDeed, settings: Source): ObjectType {
  const named = ["object", "object_type", "objectName", "record_type", "entity_type", "module", "object_id", "table"];
  const given = deed.object ? undefined : settings.text(...named);
  const object = deed.object ?? (given ? objectNamed(work.scope.objects, given) : work.scope.object);
  if (object) return object;
  throw new Unmappable(given ? `There is no object "${given}" here.` : "Nothing says which object the record is of.");
}

/** What a step on records gives on, for the names of those after it. */
export function shapeOf(verb: RecordDeed["verb"], object: ObjectType): Shape {
  switch (verb) {
    case "find":
    case "related":
    case "count":
      return { is: "found", object };
    case "first":
      return { is: "first", object };
    default:
      return { is: "record", object };
  }
}

/** A step that reads or writes records. */
export function recordStep(work: Work, deed: RecordDeed, settings: Source): Made {
  const object = objectOf(work, deed, settings);
  ignoreWorkspace(settings);
  switch (deed.verb) {
    case "get":
      return { kind: "record.get", config: { object: object.name, id: ownId(work, object, settings) } };
    case "delete":
      return { kind: "record.delete", config: target(work, object, settings) };
    case "create":
      return withValues(work, object, settings, (values) => ({
        kind: "record.create",
        config: { object: object.name, values },
      }));
    case "update": {
      const record = target(work, object, settings);
      return withValues(work, object, settings, (values) => ({ kind: "record.update", config: { ...record, values } }));
    }
    case "upsert":
      return upsert(work, object, settings);
    case "first":
      return find(work, object, settings, deed.by ? [equalTo(work, object, settings, deed.by)] : [], 1);
    case "count":
      return find(work, object, settings, [], 1);
    case "find":
      return find(work, object, settings, []);
    case "related":
      return related(work, object, deed.related ?? object, settings);
  }
}

/** `{ record }` of a config: left out when it is the run's own. */
function target(work: Work, object: ObjectType, settings: Source): JsonObject {
  const id = idOf(work, object, settings);
  if (id !== undefined) return { record: { object: object.name, id } };
  if (work.scope.object?.name === object.name) return {};
  throw new Unmappable(`Nothing says which ${object.label.toLowerCase()} is meant: the id is missing.`);
}

function ownId(work: Work, object: ObjectType, settings: Source): unknown {
  const id = idOf(work, object, settings) ?? (work.scope.object?.name === object.name ? "{{ record.id }}" : undefined);
  if (id === undefined)
    throw new Unmappable(`Nothing says which ${object.label.toLowerCase()} is meant: the id is missing.`);
  return id;
}

/** The id of a record in an action's settings: `id`, `customerId`. */
export function idOf(work: Work, object: ObjectType, settings: Source): unknown {
  const name = Object.keys(settings.value).find(
    (one) => isIdOf(work.scope.objects, object, one) && one !== "object_id",
  );
  return name === undefined ? undefined : givenOf(work, settings, name);
}

/** One import is for one workspace, which is the one it is imported into. */
function ignoreWorkspace(settings: Source): void {
  const given = settings.value["organizationId"] ?? settings.value["organization_id"];
  if (given === undefined || (typeof given === "string" && /^\{\{\s*organization_?id\s*\}\}$/i.test(given))) {
    settings.take("organizationId");
  }
}

/** The fields an action writes. Those we have go into the step; the others are kept as a step that fails. */
function withValues(work: Work, object: ObjectType, settings: Source, make: (values: JsonObject) => Made): Made {
  const wrapped = settings.object(
    "values",
    "fields",
    "data",
    "updates",
    "patch",
    "attributes",
    "field_mappings",
    "record",
  );
  const single = wrapped ? undefined : settings.text("field", "attribute", "field_name");
  const from =
    wrapped ??
    (single === undefined ? settings : sourceOf({ [single]: settings.take("value", "new_value") }, settings.path));
  const values: JsonObject = {};
  const left: JsonObject = {};
  const reasons: string[] = [];
  for (const [name] of from.rest()) {
    const field = fieldNamed(work.scope.objects, object, name);
    const raw = from.take(name);
    const wrong = field
      ? unknownOptions({ is: "field", object, field }, raw)[0]
      : `A ${object.label.toLowerCase()} has no field "${name}".`;
    if (field && wrong === undefined) {
      values[field.name] = rewritten(work, raw, from.at(name));
    } else if (raw !== undefined) {
      left[name] = raw;
      reasons.push(wrong ?? "");
      work.report(from.at(name), wrong ?? "");
    }
  }
  if (Object.keys(values).length === 0 && reasons.length > 0) throw new Unmappable(reasons.join(" "));
  const made = make(values);
  return reasons.length === 0 ? made : { ...made, rest: { original: left, reason: reasons.join(" ") } };
}

function upsert(work: Work, object: ObjectType, settings: Source): Made {
  const given = settings.take("match", "match_by", "match_on", "unique_by", "unique_field", "key");
  const names = [given].flat().filter((one) => typeof one === "string");
  const matched = isObject(given) ? given : undefined;
  return withValues(work, object, settings, (all) => {
    const match = matched ? (rewritten(work, matched, settings.at("match")) as JsonObject) : {};
    const fields = names.length > 0 ? names : matched || !("email" in all) ? [] : ["email"];
    for (const name of fields) {
      const field = fieldNamed(work.scope.objects, object, name);
      if (!field || all[field.name] === undefined) throw new Unmappable(`There is no value for "${name}" to match by.`);
      match[field.name] = all[field.name];
    }
    if (Object.keys(match).length === 0) throw new Unmappable("Nothing says by which field records match.");
    const values = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in match)));
    return { kind: "record.upsert", config: { object: object.name, match, values } };
  });
}

function related(work: Work, owner: ObjectType, object: ObjectType, settings: Source): Made {
  const fields = object.fields.filter(({ relation }) => relation === owner.name);
  const [field] = fields;
  if (!field || fields.length > 1)
    throw new Unmappable(
      `No single field connects ${object.plural.toLowerCase()} with a ${owner.label.toLowerCase()}.`,
    );
  const id = ownId(work, owner, settings);
  return find(work, object, settings, [{ fact: "record", path: field.name, operator: "equal", value: id }]);
}

function equalTo(work: Work, object: ObjectType, settings: Source, name: string): JsonObject {
  const field = fieldNamed(work.scope.objects, object, name);
  const value = givenOf(work, settings, name, "value");
  if (!field || value === undefined) throw new Unmappable(`There is no "${name}" to find the record by.`);
  return { fact: "record", path: field.name, operator: "equal", value };
}

function find(work: Work, object: ObjectType, settings: Source, leaves: JsonObject[], most?: number): Made {
  const paging = settings.object("paginationOpts", "pagination");
  const limit = limitOf(work, settings, paging);
  const sort = sortOf(work, object, settings);
  for (const [name, value] of paging?.rest() ?? []) {
    if (value !== null && value !== undefined)
      work.report(
        paging?.at(name) ?? settings.path,
        "Pages are not asked for here; a search gives on what fits its limit.",
      );
  }
  const all = [...leaves, ...asked(work, object, settings)].map(forSearch);
  return {
    kind: "record.find",
    config: {
      object: object.name,
      ...(all.length > 0 ? { when: { all } } : {}),
      ...(sort ? { sort } : {}),
      ...(limit === undefined ? (most ? { limit: most } : {}) : { limit }),
    },
  };
}

function limitOf(work: Work, settings: Source, paging: Source | undefined): unknown {
  const names = ["limit", "page_size", "per_page", "max_results", "take", "num_items"];
  const [from, given] = [settings, ...(paging ? [paging] : [])]
    .map((source): [Source, unknown] => [source, givenOf(work, source, ...names)])
    .find(([, value]) => value !== undefined) ?? [settings, undefined];
  if (typeof given !== "number" || (given >= 1 && given <= MOST && Number.isInteger(given))) return given;
  work.report(from.at(...names), `A search gives on at most ${MOST} records here.`);
  return Math.min(Math.max(Math.trunc(given), 1), MOST);
}

function sortOf(work: Work, object: ObjectType, settings: Source): string | undefined {
  const path = settings.at("sort", "sort_by", "order_by");
  const given = settings.text("sort", "sort_by", "order_by");
  const direction = settings.text("order", "sort_order", "direction") ?? "";
  if (given === undefined) return undefined;
  const [name = "", written = ""] = given.replace(/^[-+]/, "").split(/[\s:]+/);
  const kept = ["createdAt", "updatedAt", "id"].find(
    (one) => one.toLowerCase() === name.replaceAll("_", "").toLowerCase(),
  );
  const field = kept ?? fieldNamed(work.scope.objects, object, name)?.name;
  if (field === undefined) {
    work.report(path, `A ${object.label.toLowerCase()} has no field "${name}" to sort by.`);
    return undefined;
  }
  return `${given.startsWith("-") || /^desc/i.test(written || direction) ? "-" : ""}${field}`;
}

const searches = ["q", "query", "search", "search_text", "search_term", "text"];
const expressions = ["expression", "filter_expression", "filter", "where"];

/** Everything a search asks of its records. What cannot be told would find too much, so the step is kept as it was. */
function asked(work: Work, object: ObjectType, settings: Source): JsonObject[] {
  const own: Work = { ...work, scope: { ...work.scope, object } };
  const leaves: JsonObject[] = [];
  for (const [name] of settings.rest()) {
    const path = settings.at(name);
    const raw = settings.take(name);
    const group = ["filters", "filter", "where", "conditions", "query"].includes(name);
    if (raw === undefined || raw === null) continue;
    if (group && Array.isArray(raw)) leaves.push(treeFromList(own, raw, path, { values: work }));
    else if (group && isObject(raw)) leaves.push(...ofFields(work, object, sourceOf(raw, path)));
    else if (expressions.includes(name) && typeof raw === "string") leaves.push(treeOf(own, raw, path));
    else if (searches.includes(name) && typeof raw === "string" && raw !== "")
      leaves.push(searched(work, object, raw, path));
    else if (!searches.includes(name)) leaves.push(...ofFields(work, object, sourceOf({ [name]: raw }, settings.path)));
  }
  return leaves;
}

function ofFields(work: Work, object: ObjectType, source: Source): JsonObject[] {
  return source.rest().map(([name]) => {
    const raw = source.take(name);
    const path = source.at(name);
    const field = fieldNamed(work.scope.objects, object, name);
    if (!field && !isId(name) && !isIdOf(work.scope.objects, object, name))
      throw new Unmappable(`A ${object.label.toLowerCase()} has no field "${name}" to search by.`);
    if (field) for (const remark of unknownOptions({ is: "field", object, field }, raw)) work.report(path, remark);
    const place = { fact: "record", path: field?.name ?? "id" };
    if (Array.isArray(raw)) return { ...place, operator: "in", value: rewritten(work, raw, path) };
    if (isObject(raw))
      return treeFromList(
        { ...work, scope: { ...work.scope, object } },
        Object.entries(raw).map(([operator, value]) => ({ field: name, operator: operator.replace(/^\$/, ""), value })),
        path,
        { values: work },
      );
    return leafOf("==", place, rewritten(work, raw, path));
  });
}

/** A search for words looks where people would look: in what a record is called, and in its addresses. */
function searched(work: Work, object: ObjectType, text: string, path: string): JsonObject {
  const fields = object.fields.filter(({ name, type }) => name === object.labelField || type === "email");
  const value = textOf(work, sourceOf({ text }, path), "text");
  return { any: fields.map(({ name }) => ({ fact: "record", path: name, operator: "contains", value })) };
}
