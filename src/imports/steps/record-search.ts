import type { ObjectType } from "../../crm/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { treeFromList } from "../expressions/conditions.js";
import { leafOf, unknownOptions } from "../expressions/leaf.js";
import { forSearch } from "../expressions/search-tree.js";
import type { Made } from "../made.js";
import { fieldNamed, isId, isIdOf } from "../names/objects.js";
import { type Source, sourceOf } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { givenOf, rewritten, textOf, treeOf, type Work } from "../work.js";
import { ownId } from "./record-id.js";

/** More records than this no search gives on. */
const MOST = 1000;

/** The records of one object that belong to a record of another. */
export function relatedStep(work: Work, owner: ObjectType, object: ObjectType, settings: Source): Made {
  const fields = object.fields.filter(({ relation }) => relation === owner.name);
  const [field] = fields;
  if (!field || fields.length > 1)
    throw new Unmappable(
      `No single field connects ${object.plural.toLowerCase()} with a ${owner.label.toLowerCase()}.`,
    );
  const id = ownId(work, owner, settings);
  return searchStep(work, object, settings, [{ fact: "record", path: field.name, operator: "equal", value: id }]);
}

/** A comparison with a value the settings hold under a field's name. */
export function equalTo(work: Work, object: ObjectType, settings: Source, name: string): JsonObject {
  const field = fieldNamed(work.scope.objects, object, name);
  const value = givenOf(work, settings, name, "value");
  if (!field || value === undefined) throw new Unmappable(`There is no "${name}" to find the record by.`);
  return { fact: "record", path: field.name, operator: "equal", value };
}

/** A search for the records that the settings ask for, and that `leaves` hold for. */
export function searchStep(
  work: Work,
  object: ObjectType,
  settings: Source,
  leaves: JsonObject[],
  most?: number,
): Made {
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
