import type { ObjectType } from "../../crm/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { unknownOptions } from "../expressions/leaf.js";
import type { Made } from "../made.js";
import type { RecordDeed } from "../names/action-name.js";
import { snake } from "../names/keys.js";
import { fieldNamed, objectNamed } from "../names/objects.js";
import * as synonyms from "../names/synonyms.js";
import type { Shape } from "../shapes.js";
import { type Source, sourceOf } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { rewritten, type Work } from "../work.js";
import { ownId, targetOf } from "./record-id.js";
import { equalTo, relatedStep, searchStep } from "./record-search.js";

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
  const { narrow } = deed;
  const some = narrow ? [{ fact: "record", path: narrow.field, operator: "equal", value: narrow.value }] : [];
  switch (deed.verb) {
    case "get":
      return { kind: "record.get", config: { object: object.name, id: ownId(work, object, settings) } };
    case "delete":
      return { kind: "record.delete", config: targetOf(work, object, settings) };
    case "create":
      return withValues(work, object, settings, (values) => ({
        kind: "record.create",
        config: { object: object.name, values: { ...(narrow ? { [narrow.field]: narrow.value } : {}), ...values } },
      }));
    case "update": {
      const record = targetOf(work, object, settings);
      return withValues(work, object, settings, (values) => ({ kind: "record.update", config: { ...record, values } }));
    }
    case "upsert":
      return upsert(work, object, settings);
    case "first":
      return searchStep(
        work,
        object,
        settings,
        [...some, ...(deed.by ? [equalTo(work, object, settings, deed.by)] : [])],
        1,
      );
    case "count":
      return searchStep(work, object, settings, some, 1);
    case "find":
      return searchStep(work, object, settings, some);
    case "related":
      return relatedStep(work, object, deed.related ?? object, settings);
  }
}

/** One import is for one workspace, which is the one it is imported into. */
function ignoreWorkspace(settings: Source): void {
  const given = settings.value["organizationId"] ?? settings.value["organization_id"];
  if (given === undefined || (typeof given === "string" && /^\{\{\s*organization_?id\s*\}\}$/i.test(given))) {
    settings.skip("organizationId");
  }
}

/** The fields an action writes. Those we have go into the step; the others are kept as a step that fails. */
function withValues(work: Work, object: ObjectType, settings: Source, make: (values: JsonObject) => Made): Made {
  const wrapped = wrappedIn(settings);
  const single = wrapped ? undefined : settings.text("field", "attribute", "field_name", "update_field");
  const from =
    wrapped ??
    (single === undefined
      ? settings
      : sourceOf({ [single]: settings.take("value", "new_value", "update_value") }, settings.path));
  const values: JsonObject = {};
  const left: [string, unknown][] = [];
  const reasons: string[] = [];
  const name = fullName(object, from);
  if (name) values[object.labelField] = rewritten(work, name, from.path);
  for (const [name] of from.rest()) {
    const field = fieldNamed(work.scope.objects, object, name);
    const raw = from.take(name);
    const wrong = field
      ? unknownOptions({ is: "field", object, field }, raw)[0]
      : `A ${object.label.toLowerCase()} has no field "${name}".`;
    if (field && wrong === undefined) {
      values[field.name] = rewritten(work, raw, from.at(name));
      if (field.type === "json" && isObject(raw))
        work.report(
          from.at(name),
          `"${field.label}" is written whole here: what it held before goes, unless it is named.`,
        );
    } else if (raw !== undefined) {
      left.push([name, raw]);
      reasons.push(wrong ?? "");
      work.report(from.at(name), wrong ?? "");
    }
  }
  if (Object.keys(values).length === 0 && reasons.length > 0) throw new Unmappable(reasons.join(" "));
  const made = make(values);
  return reasons.length === 0
    ? made
    : { ...made, rest: { original: Object.fromEntries(left), reason: reasons.join(" ") } };
}

const wrappers = [
  ...["values", "fields", "data", "updates", "patch", "attributes", "record", "properties"],
  ...["field_mappings", "field_values", "field_updates", "record_data", "update_data"],
];

/** The fields under a name of their own, also as a list of `{ field, value }`. */
function wrappedIn(settings: Source): Source | undefined {
  const found = settings.object(...wrappers);
  if (found) return found;
  const path = settings.at(...wrappers);
  const list = wrappers.map((name) => settings.value[name]).find(Array.isArray);
  if (!list) return undefined;
  settings.take(...wrappers);
  const entries = list.filter(isObject).map((one): [string, unknown] => {
    const source = sourceOf(one, path);
    return [source.text("field", "attribute", "name", "field_name", "key") ?? "", source.take("value", "new_value")];
  });
  return sourceOf(Object.fromEntries(entries), path);
}

/** A first and a last name, for an object that has one field for both; undefined when it has fields for them. */
function fullName(object: ObjectType, from: Source): string | undefined {
  const parts = Object.values(synonyms.nameParts).map((words) => words.split(" "));
  const isApart = parts.flat().some((name) => object.fields.some((field) => snake(field.name) === name));
  if (isApart || object.name !== "contact") return undefined;
  const given = parts.flatMap((names) => from.text(...names) ?? []);
  return given.length > 0 ? given.join(" ") : undefined;
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
