import type { Tx } from "../../db/index.js";
import { conflict, type FieldError, invalid, notFound } from "../../shared/errors.js";
import type { Host } from "../host.js";
import type { Field, ObjectType } from "../record.js";
import { bundledObjects } from "./bundled-objects.js";
import { checkField, checkName, type FieldInput, fieldFrom, isLabel } from "./custom-field.js";
import { changeSchema, customFields, customObjects, describeObject, objectIn } from "./schema.js";

/** A new kind of record as an admin describes it. Without a text field it gets `name`; `labelField` is its first text field. */
export type ObjectInput = { name: string; label: string; plural?: string; labelField?: string; fields?: FieldInput[] };

/** An object has at most this many custom fields, a workspace this many custom objects. */
const MAX_FIELDS = 200;
const MAX_OBJECTS = 100;

/** Makes a custom object in a workspace. 422 naming what is wrong, 409 `taken` when the name is. Other processes see it within a second. */
export async function defineObject(host: Host, workspaceId: string, input: ObjectInput): Promise<ObjectType> {
  await changeSchema(host, workspaceId, async ({ objects }, tx) => {
    const errors = checkObject(input, new Set([...objects.keys(), input.name]));
    if (errors.length > 0) throw invalid(errors);
    if (objects.has(input.name) || input.name === "user" || bundledObjects.some(({ name }) => name === input.name))
      throw taken("object", input.name);
    if ([...objects.values()].filter(({ type }) => type.custom).length >= MAX_OBJECTS)
      throw conflict("too_many", `A workspace has at most ${MAX_OBJECTS} objects of its own.`);
    const row = { workspaceId, name: input.name, definition: objectFrom(input), createdAt: host.clock.now() };
    await customObjects(host.db).create(row, { transaction: tx });
  });
  return describeObject(host, workspaceId, input.name);
}

function checkObject(input: ObjectInput, known: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = checkName(input.name, "name");
  if (!isLabel(input.label)) errors.push({ path: "label", message: "Give it a label of up to 120 characters." });
  if (input.plural !== undefined && !isLabel(input.plural))
    errors.push({ path: "plural", message: "Give it a plural of up to 120 characters." });
  const given = input.fields ?? [];
  given.forEach((field, at) => {
    errors.push(...checkField(field, known, `fields[${at}]`));
    if (given.findIndex((other) => other.name === field.name) < at)
      errors.push({ path: `fields[${at}].name`, message: `There are two fields "${field.name}".` });
  });
  if (given.length > MAX_FIELDS)
    errors.push({ path: "fields", message: `An object has at most ${MAX_FIELDS} fields.` });
  if (input.labelField !== undefined && labelOf(input)?.name !== input.labelField)
    errors.push({ path: "labelField", message: `There is no field "${input.labelField}".` });
  return errors;
}

function labelOf({ fields = [], labelField }: ObjectInput): FieldInput | undefined {
  return fields.find((field) => field.name === labelField) ?? fields.find((field) => field.type === "text");
}

function objectFrom(input: ObjectInput): ObjectType {
  const label = labelOf(input);
  const name: Field = { name: "name", label: "Name", type: "text", required: true };
  const fields = [...(label ? [] : [name]), ...(input.fields ?? []).map((field) => fieldFrom(field))];
  return {
    name: input.name,
    label: input.label,
    plural: input.plural ?? `${input.label}s`,
    labelField: label?.name ?? "name",
    fields: fields.map((field) => ({ ...field, custom: true })),
    host: false,
    custom: true,
  };
}

/** Adds a custom field to a bundled or custom object; existing records have it blank. 404, 422, 409 `taken`. */
export function defineField(host: Host, workspaceId: string, object: string, input: FieldInput): Promise<Field> {
  return changeSchema(host, workspaceId, async (schema, tx) => {
    const { type, fields } = objectIn(schema, object);
    if (type.host)
      throw invalid([
        { path: "object", message: `${type.label} belongs to the host application: add the field to its model.` },
      ]);
    const errors = checkField(input, new Set(schema.objects.keys()), "");
    if (errors.length > 0) throw invalid(errors);
    if (fields.has(input.name)) throw taken("field", input.name);
    if (type.fields.filter((field) => field.custom).length >= MAX_FIELDS)
      throw conflict("too_many", `An object has at most ${MAX_FIELDS} custom fields.`);
    const field: Field = { ...fieldFrom(input), custom: true };
    const place = { workspaceId, object, name: field.name, position: type.fields.length };
    const row = { ...place, definition: field, createdAt: host.clock.now() };
    await customFields(host.db).create(row, { transaction: tx });
    return field;
  });
}

/**
 * Removes a custom field: no form, rule or answer has it any more. What records hold in it stays in their rows, out of
 * sight, and is there again should the same field be defined anew. 404 when there is none; 422 for the label field.
 */
export async function removeField(host: Host, workspaceId: string, object: string, name: string): Promise<void> {
  await changeSchema(host, workspaceId, async (schema, tx) => {
    const { type, fields } = objectIn(schema, object);
    const field = fields.get(name);
    if (!field?.custom) throw notFound("custom field", name);
    if (type.labelField === name)
      throw invalid([
        { path: "field", message: `${field.label} labels the records of ${type.label}; it has to stay.` },
      ]);
    const added = await customFields(host.db, workspaceId).destroy({ where: { object, name }, transaction: tx });
    if (added === 0) await removeOwn(host, workspaceId, object, name, tx);
  });
}

/** A field a custom object was defined with is part of its definition. */
async function removeOwn(host: Host, workspaceId: string, object: string, name: string, tx: Tx): Promise<void> {
  const own = customObjects(host.db, workspaceId);
  const row = await own.findOne({ where: { name: object }, transaction: tx });
  if (!row) return;
  const definition = { ...row.definition, fields: row.definition.fields.filter((field) => field.name !== name) };
  await own.update({ definition }, { where: { name: object }, transaction: tx });
}

function taken(what: string, name: string): Error {
  return conflict("taken", `There is a ${what} "${name}" already.`);
}
