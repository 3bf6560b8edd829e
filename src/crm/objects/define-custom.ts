import { isDuplicate, type Tx, toColumn } from "../../db/index.js";
import { conflict, type FieldError, invalid, notFound } from "../../shared/errors.js";
import type { Host } from "../host.js";
import type { Field, ObjectType } from "../record.js";
import { bundledObjects } from "./bundled-objects.js";
import { checkField, checkName, type FieldInput, fieldFrom, isLabel } from "./custom-field.js";
import { describeObject, knownObject, schemaChanged, schemaOf } from "./schema.js";

/** A new kind of record as an admin describes it. Without a text field it gets `name`; `labelField` is its first text field. */
export type ObjectInput = { name: string; label: string; plural?: string; labelField?: string; fields?: FieldInput[] };

/** An object has at most this many custom fields, a workspace this many custom objects. */
const MAX_FIELDS = 200;
const MAX_OBJECTS = 100;

/** Makes a custom object in a workspace. 422 naming what is wrong, 409 `taken` when the name is. Other processes see it within a second. */
export async function defineObject(host: Host, workspaceId: string, input: ObjectInput): Promise<ObjectType> {
  const { objects } = await schemaOf(host, workspaceId);
  const errors: FieldError[] = checkName(input.name, "name");
  if (!isLabel(input.label)) errors.push({ path: "label", message: "Give it a label of up to 120 characters." });
  if (input.plural !== undefined && !isLabel(input.plural))
    errors.push({ path: "plural", message: "Give it a plural of up to 120 characters." });
  const known = new Set([...objects.keys(), input.name]);
  const given = input.fields ?? [];
  given.forEach((field, at) => {
    errors.push(...checkField(field, known, `fields[${at}]`));
    if (given.findIndex((other) => other.name === field.name) < at)
      errors.push({ path: `fields[${at}].name`, message: `There are two fields "${field.name}".` });
  });
  if (given.length > MAX_FIELDS)
    errors.push({ path: "fields", message: `An object has at most ${MAX_FIELDS} fields.` });
  const text = given.find((field) => field.name === input.labelField) ?? given.find((field) => field.type === "text");
  if (input.labelField !== undefined && text?.name !== input.labelField)
    errors.push({ path: "labelField", message: `There is no field "${input.labelField}".` });
  if (errors.length > 0) throw invalid(errors);
  if (objects.has(input.name) || input.name === "user" || bundledObjects.some(({ name }) => name === input.name))
    throw taken("object", input.name);
  if ([...objects.values()].filter(({ type }) => type.custom).length >= MAX_OBJECTS)
    throw conflict("too_many", `A workspace has at most ${MAX_OBJECTS} objects of its own.`);
  const name: Field = { name: "name", label: "Name", type: "text", required: true };
  const fields = [...(text ? [] : [name]), ...given.map((field) => fieldFrom(field))].map((field) => ({
    ...field,
    custom: true,
  }));
  const plural = input.plural ?? `${input.label}s`;
  const type: ObjectType = {
    name: input.name,
    label: input.label,
    plural,
    labelField: text?.name ?? "name",
    fields,
    host: false,
    custom: true,
  };
  await unlessTaken("object", input.name, () =>
    host.db.inTransaction(async (tx) => {
      const row = { workspaceId, name: type.name, definition: toColumn(type), createdAt: host.clock.now() };
      await host.db.insert("crm_custom_objects", [row], tx);
      await schemaChanged(host, workspaceId, tx);
    }),
  );
  return describeObject(host, workspaceId, type.name);
}

/** Adds a custom field to a bundled or custom object; existing records have it blank. 404, 422, 409 `taken`. */
export async function defineField(host: Host, workspaceId: string, object: string, input: FieldInput): Promise<Field> {
  const known = await knownObject(host, workspaceId, object);
  if (known.type.host)
    throw invalid([
      { path: "object", message: `${known.type.label} belongs to the host application: add the field to its model.` },
    ]);
  const { objects } = await schemaOf(host, workspaceId);
  const errors = checkField(input, new Set(objects.keys()), "");
  if (errors.length > 0) throw invalid(errors);
  if (known.fields.has(input.name)) throw taken("field", input.name);
  if (known.type.fields.filter((field) => field.custom).length >= MAX_FIELDS)
    throw conflict("too_many", `An object has at most ${MAX_FIELDS} custom fields.`);
  const field: Field = { ...fieldFrom(input), custom: true };
  await unlessTaken("field", input.name, () =>
    host.db.inTransaction(async (tx) => {
      const row = {
        workspaceId,
        object,
        name: field.name,
        position: known.type.fields.length,
        definition: toColumn(field),
        createdAt: host.clock.now(),
      };
      await host.db.insert("crm_custom_fields", [row], tx);
      await schemaChanged(host, workspaceId, tx);
    }),
  );
  return field;
}

/**
 * Removes a custom field: no form, rule or answer has it any more. What records hold in it stays in their rows, out of
 * sight, and is there again should the same field be defined anew. 404 when there is none; 422 for the label field.
 */
export async function removeField(host: Host, workspaceId: string, object: string, name: string): Promise<void> {
  const known = await knownObject(host, workspaceId, object);
  const field = known.fields.get(name);
  if (!field?.custom) throw notFound("custom field", name);
  if (known.type.labelField === name)
    throw invalid([
      { path: "field", message: `${field.label} labels the records of ${known.type.label}; it has to stay.` },
    ]);
  await host.db.inTransaction(async (tx) => {
    const params = [workspaceId, object, name];
    const { changes } = await host.db.run(
      "DELETE FROM crm_custom_fields WHERE workspaceId = ? AND object = ? AND name = ?",
      params,
      tx,
    );
    if (changes === 0) await removeOwn(host, workspaceId, known.type, name, tx);
    await schemaChanged(host, workspaceId, tx);
  });
}

/** A field a custom object was defined with is part of its definition. */
async function removeOwn(host: Host, workspaceId: string, type: ObjectType, name: string, tx: Tx): Promise<void> {
  const added = await host.db.all(
    "SELECT name FROM crm_custom_fields WHERE workspaceId = ? AND object = ?",
    [workspaceId, type.name],
    tx,
  );
  const later = new Set(added.map((row) => row["name"]));
  const definition = { ...type, fields: type.fields.filter((field) => field.name !== name && !later.has(field.name)) };
  await host.db.run(
    "UPDATE crm_custom_objects SET definition = ? WHERE workspaceId = ? AND name = ?",
    [toColumn(definition), workspaceId, type.name],
    tx,
  );
}

function taken(what: string, name: string): Error {
  return conflict("taken", `There is a ${what} "${name}" already.`);
}

async function unlessTaken(what: string, name: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isDuplicate(error) ? taken(what, name) : error;
  }
}
