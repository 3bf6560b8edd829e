import { code, defineTable, id, instant, integer, json, primary, type Tx } from "../../db/index.js";
import { Problem } from "../../shared/errors.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Host } from "../host.js";
import type { Field, ObjectType } from "../record.js";
import { workspaceById, workspaces } from "../workspace.js";
import { describeModel, tableNameOf } from "./describe-model.js";
import { fresh, type Kept, type ObjectTable } from "./object-table.js";
import { type Pipeline, readPipelines } from "./pipeline.js";
import { type Table, tableOf } from "./storage.js";
import type { Watched } from "./watched.js";

/** Objects of a workspace's own. Written by `define-custom.ts`. Never forgotten. */
export const customObjects = defineTable("crm_custom_objects", {
  workspaceId: primary(id),
  name: primary(code(64)),
  definition: json<ObjectType>(),
  createdAt: instant,
});

/** Fields added to objects, bundled or own. Written by `define-custom.ts`. Forgotten when one is removed. */
export const customFields = defineTable("crm_custom_fields", {
  workspaceId: primary(id),
  object: primary(code(64)),
  name: primary(code(64)),
  position: integer,
  definition: json<Field>(),
  createdAt: instant,
});

/** How often what describes a workspace's records has changed. Written here alone, by every such change. Never forgotten. */
const schemaStamps = defineTable("crm_schema_stamps", { workspaceId: primary(id), stamp: instant });

/** An object as one workspace has it: its description, its fields by name, where its rows lie. */
export type Known = {
  type: ObjectType;
  fields: ReadonlyMap<string, Field>;
  storage: Table | Watched;
  /** The ways a deal may take; null for every other object. */
  pipelines: Pipeline[] | null;
};

/** Everything that describes a workspace's records. `stamp` changes whenever a part of it does. */
export type Schema = { stamp: number; objects: ReadonlyMap<string, Known>; pipelines: Pipeline[] };

/** What a process knows of its workspaces' objects, by id; a moment old at most. */
const schemasByTable = new WeakMap<ObjectTable, Map<string, Kept<Schema>>>();

function schemasOf({ objects }: Host): Map<string, Kept<Schema>> {
  const schemas = schemasByTable.get(objects) ?? new Map<string, Kept<Schema>>();
  schemasByTable.set(objects, schemas);
  return schemas;
}

/** Has every workspace's objects read again: a host's model is watched from now on. */
export function forgetSchemas(host: Host): void {
  schemasOf(host).clear();
}

/** The objects of a workspace, bundled, custom and watched, with their custom fields and options. */
export async function objectsOf(host: Host, workspaceId: string): Promise<ObjectType[]> {
  return [...(await schemaOf(host, workspaceId)).objects.values()].map((known) => known.type);
}

/** One object of a workspace. 404 with the nearest known name when there is none. */
export async function describeObject(host: Host, workspaceId: string, name: string): Promise<ObjectType> {
  return (await knownObject(host, workspaceId, name)).type;
}

/** Like `describeObject`, with what the record model itself needs to know. */
export async function knownObject(host: Host, workspaceId: string, name: string, tx?: Tx): Promise<Known> {
  return objectIn(await schemaOf(host, workspaceId, tx), name);
}

/** The same of a schema that was read already. */
export function objectIn({ objects }: Schema, name: string): Known {
  const known = objects.get(name);
  if (known) return known;
  throw new Problem(404, "not_found", `There is no object "${name}".${didYouMean(String(name), [...objects.keys()])}`);
}

/**
 * What describes a workspace's records, at most a second behind other processes: then one small row says whether to read
 * it again. A change made in this process is seen at once.
 */
export async function schemaOf(host: Host, workspaceId: string, tx?: Tx): Promise<Schema> {
  const schemas = schemasOf(host);
  const now = host.clock.now();
  const known = fresh(schemas.get(workspaceId), now);
  if (known) return known;
  const stamp = (await schemaStamps(host.db).findOne({ where: { workspaceId }, transaction: tx }))?.stamp ?? 0;
  const kept = schemas.get(workspaceId)?.value;
  const value = kept?.stamp === stamp ? kept : await load(host, workspaceId, stamp, tx);
  schemas.set(workspaceId, { value, checkedAt: now });
  return value;
}

/**
 * Changes what describes a workspace's records, one change at a time: `work` is given it as it is, read under a lock, and
 * every process hears of the change; this one forgets what it knew at the commit.
 */
export function changeSchema<T>(
  host: Host,
  workspaceId: string,
  work: (schema: Schema, tx: Tx) => Promise<T>,
): Promise<T> {
  return host.db.inTransaction(async (tx) => {
    await workspaces(host.db).lockRow({ id: workspaceId }, tx);
    const result = await work(await load(host, workspaceId, 0, tx), tx);
    const stamped = schemaStamps(host.db);
    await stamped.bulkCreate([{ workspaceId, stamp: 0 }], { ignoreDuplicates: true, transaction: tx });
    await stamped.increment("stamp", { where: { workspaceId }, transaction: tx });
    tx.afterCommit(() => {
      schemasOf(host).delete(workspaceId);
    });
    return result;
  });
}

async function load(host: Host, workspaceId: string, stamp: number, tx?: Tx): Promise<Schema> {
  const { objects } = host;
  const workspace = await workspaceById(host, workspaceId, tx);
  const pipelines = await readPipelines(host, workspaceId, tx);
  const custom = await customObjects(host.db, workspaceId).findAll({ order: [["name", "ASC"]], transaction: tx });
  const order: [string, string][] = [
    ["object", "ASC"],
    ["position", "ASC"],
    ["name", "ASC"],
  ];
  const added = await customFields(host.db, workspaceId).findAll({ order, transaction: tx });
  const types = [...objects.bundled.values(), ...custom.map(({ definition }) => definition)];
  const all = new Map<string, Known>();
  for (const type of types) {
    const fields = added.filter(({ object }) => object === type.name).map(({ definition }) => definition);
    const known = { ...type, fields: [...type.fields, ...fields] };
    all.set(type.name, knownFrom(known, tableOf(host, type.name), pipelines));
  }
  const watched = [...objects.watched].filter(([, one]) => one.workspace === workspace?.slug);
  const objectOf = (table: string) => watched.find(([, { model }]) => tableNameOf(model) === table)?.[0];
  for (const [name, one] of watched)
    all.set(name, knownFrom(describeModel(one.model, one.options, objectOf), one, null));
  return { stamp, objects: withoutDeadRelations(all), pipelines };
}

function knownFrom(type: ObjectType, storage: Table | Watched, pipelines: Pipeline[] | null): Known {
  const staged = type.name === "deal" && storage.kind === "table" ? pipelines : null;
  const filled = staged ? { ...type, fields: type.fields.map((field) => withOptions(field, staged)) } : type;
  return {
    type: filled,
    fields: new Map(filled.fields.map((field) => [field.name, field])),
    storage,
    pipelines: staged,
  };
}

function withOptions(field: Field, pipelines: Pipeline[]): Field {
  const optionsOf = (list: { name: string; label: string }[]) => [
    ...new Map(list.map(({ name, label }) => [name, { value: name, label }])).values(),
  ];
  if (field.name === "pipeline") return { ...field, options: optionsOf(pipelines) };
  if (field.name === "stage") return { ...field, options: optionsOf(pipelines.flatMap((pipeline) => pipeline.stages)) };
  return field;
}

/** A relation to an object this host leaves out would only be a dead end in forms and rules. */
function withoutDeadRelations(all: Map<string, Known>): Map<string, Known> {
  for (const [name, known] of all) {
    const fields = known.type.fields.filter((field) => !field.relation || all.has(field.relation));
    if (fields.length < known.type.fields.length)
      all.set(name, { ...known, ...knownFrom({ ...known.type, fields }, known.storage, known.pipelines) });
  }
  return all;
}
