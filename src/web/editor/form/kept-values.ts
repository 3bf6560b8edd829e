import type { FieldError } from "../../../shared/errors.js";
import { canonicalJson, isObject, type JsonObject } from "../../../shared/json.js";
import { conditionForm } from "../../pages/conditions/condition-form.js";
import { conditionNode, isGroupNode } from "../../pages/conditions/condition-nodes.js";
import { readCondition, readConditions } from "../../pages/conditions/condition-values.js";
import type { FormKnown } from "../../pages/forms/form-known.js";
import { type FieldView, objectAbout, schemaForm } from "../../pages/forms/schema-form.js";
import { type FormValues, readSchemaForm } from "../../pages/forms/schema-values.js";
import { withRowKeys } from "./row-keys.js";
import { untouched, untouchedConditions } from "./sent-fields.js";

/** What a form is read with: what it was drawn with. */
export type Reader = { known: FormKnown; object: string | null };

/**
 * Reads a schema form over the values it was drawn from. A field that comes back as it was drawn keeps its very value,
 * so that nothing a form cannot show is lost by looking at it; members the schema does not know stay as well. Numbers
 * and JSON that cannot be read stay as typed, and are reported.
 */
export function readKept(schema: JsonObject, raw: unknown, was: unknown, reader: Reader): FormValues {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const old = isObject(was) ? was : {};
  const sent = isObject(raw) ? raw : {};
  const object = objectAbout(schema, sent, reader.object);
  const drawn = new Map(
    schemaForm(schema, old, { name: "x", known: reader.known, object: reader.object }).map((view) => [view.name, view]),
  );
  const values: JsonObject = Object.fromEntries(Object.entries(old).filter(([key]) => !isObject(properties[key])));
  const problems: FieldError[] = [];
  for (const [key, part] of Object.entries(properties)) {
    const view = drawn.get(`x.${key}`);
    if (!isObject(part) || !view) continue;
    const member = readMember(key, part, view, sent[key], old, { ...reader, object });
    if (member.value !== undefined) values[key] = member.value;
    problems.push(...member.problems);
  }
  return { values, problems };
}

type Member = { value: unknown; problems: FieldError[] };

function readMember(
  key: string,
  part: JsonObject,
  view: FieldView,
  raw: unknown,
  old: JsonObject,
  reader: Reader,
): Member {
  const was = old[key];
  if (same(untouched(view), raw) || (raw === undefined && alwaysSends(view))) return { value: was, problems: [] };
  if (view.control === "conditions" && isObject(raw)) {
    return { value: readKeptConditions(raw, was, reader), problems: [] };
  }
  if (view.control === "group" && isObject(raw)) {
    const { values, problems } = readKept(part, raw, was, reader);
    const value = Object.keys(values).length > 0 || isObject(was) ? values : undefined;
    return { value, problems: problems.map(({ path, message }) => ({ path: `${key}.${path}`, message })) };
  }
  if (view.control === "rows" && isObject(raw)) return readRows(key, part, raw, was, reader);
  const read = (one: unknown) =>
    readSchemaForm({ properties: { [key]: part } }, { [key]: one }, reader.known.fieldsOf, reader.object);
  const { values, problems } = read(raw);
  if (view.control === "pairs" && isObject(values[key]) && isObject(raw)) {
    return { value: keptPairs(view, raw, values[key], isObject(was) ? was : {}), problems };
  }
  return { value: values[key], problems };
}

/** Each row is read over the item it was drawn from; a new one that has to have a key and has none gets one. */
function readRows(key: string, part: JsonObject, raw: JsonObject, was: unknown, reader: Reader): Member {
  const items = isObject(part["items"]) ? part["items"] : {};
  const drawn = Array.isArray(was) ? was : [];
  const rows = [raw["rows"] ?? []].flat().filter(isObject);
  const read = rows.map((row) => readKept(items, row, drawn[Number(row["at"])], reader));
  const values = read.map((one) => one.values);
  const keyed = isObject(items["properties"]) && isObject(items["properties"]["key"]);
  return {
    value: rows.length > 0 ? (keyed ? withRowKeys(values, key) : values) : undefined,
    problems: read.flatMap(({ problems }, at) =>
      problems.map(({ path, message }) => ({ path: `${key}[${at}].${path}`, message })),
    ),
  };
}

/** A field that sends nothing was not in the form, except boxes: those send nothing when none is ticked. */
function alwaysSends(view: FieldView): boolean {
  if (view.control === "group") return view.fields.some(alwaysSends);
  return view.control !== "choices" && !(view.control === "multi" && view.options.length > 0);
}

/** Of rows that were drawn, those that came back the same keep their values. */
function keptPairs(view: FieldView, raw: JsonObject, read: JsonObject, was: JsonObject): JsonObject {
  const drawn = untouched(view) as { rows: { field: string; value: string }[] };
  const sent = [raw["rows"] ?? []].flat().filter(isObject);
  const unchanged = (key: string) =>
    drawn.rows.some(
      (row) => row.field === key && sent.filter((one) => one["field"] === key).every((one) => same(one, row)),
    );
  return Object.fromEntries(
    Object.entries(read).map(([key, value]) => [key, Object.hasOwn(was, key) && unchanged(key) ? was[key] : value]),
  );
}

/** Reads rows of conditions over the tree they were drawn from: each row or group that is one of those keeps its node. */
export function readKeptConditions(raw: JsonObject, was: unknown, { known, object }: Reader): JsonObject {
  const tree = isObject(was) ? was : {};
  const nodes = new Map<string, JsonObject>();
  const root = conditionNode(tree, "");
  const view = conditionForm(tree, { name: "x", known, object });
  const note = (node: typeof root, drawn: Parameters<typeof untouchedConditions>[0]) => {
    nodes.set(canonicalJson(untouchedConditions(drawn)), node.stored);
    if (isGroupNode(node) && drawn.group) {
      for (const [at, item] of drawn.items.entries()) {
        const inner = node.items[at];
        if (inner) note(inner, item);
      }
    }
  };
  if (isGroupNode(root)) note(root, view);
  else if (view.items[0]) note(root, view.items[0]);
  const readNode = (one: JsonObject): JsonObject =>
    nodes.get(canonicalJson(one)) ?? ("join" in one ? readConditions(one, readNode) : readCondition(one));
  return readNode(raw);
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
