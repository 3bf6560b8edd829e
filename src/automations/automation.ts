import { Op } from "sequelize";
import type { ActionRoom } from "../actions/index.js";
import type { Actor } from "../crm/index.js";
import {
  checked,
  code,
  type Database,
  defineTable,
  type Find,
  id,
  instant,
  integer,
  json,
  longText,
  optional,
  primary,
  type RowOf,
  type Tx,
  text,
} from "../db/index.js";
import type { Document } from "../graph/index.js";
import { idCursor } from "../shared/cursor.js";
import { notFound, Problem } from "../shared/errors.js";

/** A thing an automation used and somebody deleted all the same: a sentence, and the places that used it. */
export type Broken = { message: string; paths: string[] };

const forms = ["list", "graph"] as const;

/**
 * The named things people build. Written here alone: by saving, publishing, switching and deleting. Forgotten 32 days
 * after it was deleted, once no run of it is left.
 */
export const automations = defineTable(
  "millrace_automations",
  {
    id: primary(id),
    workspaceId: id,
    name: checked(text(190), (name) =>
      name !== "" && name.length <= 190 ? null : "Give the automation a name of 1 to 190 characters.",
    ),
    description: optional(longText),
    form: code(10, forms),
    /** That of the published document; of the draft until there is one. */
    object: optional(code(64)),
    folder: checked(optional(text(120)), (folder) =>
      folder.length <= 120 ? null : "A folder's name has up to 120 characters.",
    ),
    tags: json<string[]>(),
    status: code(10, ["draft", "active", "paused"]),
    ownerId: optional(id),
    /** What runs. */
    publishedVersion: optional(integer),
    /** What the editor opens. */
    latestVersion: integer,
    /** Raised with every change of what listens, across all automations: a follower asks for what is newer. */
    stamp: instant,
    createdAt: instant,
    updatedAt: instant,
    deletedAt: optional(instant),
    /** What it used and somebody deleted all the same; null when whole. Publishing a version mends it. */
    broken: optional(json<Broken[]>()),
  },
  {
    associate: (model, db) =>
      model.hasOne(versions(db).model, { as: "published", foreignKey: "automationId", constraints: false }),
  },
);

/**
 * The numbered documents of automations. Written here alone: a draft changes until it is published, a published or
 * retired one never. Forgotten with their automation.
 */
export const versions = defineTable(
  "millrace_versions",
  {
    automationId: primary(id),
    version: primary(integer),
    state: code(10, ["draft", "published", "retired"]),
    form: code(10, forms),
    document: json<Document>(),
    /** How often this draft was saved. */
    revision: integer,
    note: optional(longText),
    savedBy: optional(json<Actor>()),
    savedAt: instant,
    publishedBy: optional(json<Actor>()),
    publishedAt: optional(instant),
  },
  {
    associate: (model, db) =>
      model.belongsTo(automations(db).model, { as: "automation", foreignKey: "automationId", constraints: false }),
  },
);

/** A row of the table, and one with its published version beside it. */
export type AutomationRow = RowOf<typeof automations.columns>;
export type WithPublished = { published: RowOf<typeof versions.columns> | null };

/** The named thing a person builds. `publishedVersion` is what runs; `latestVersion` is what the editor opens. */
export type Automation = Omit<AutomationRow, "description" | "stamp" | "deletedAt"> & { description: string };

/**
 * A numbered document. A published or retired one never changes; a draft changes until it is published. `etag` names this
 * very text of the version: hand it back as `ifVersion` to save only over what you have seen.
 */
export type Version = Omit<RowOf<typeof versions.columns>, "revision"> & { etag: string };

/** Automations with their published versions: the one join that a key of two columns needs. */
export function withPublished(db: Database, options: Find<AutomationRow>): Promise<(AutomationRow & WithPublished)[]> {
  const of = (column: string) => ({ [Op.eq]: db.sequelize.col(`${automations.table}.${column}`) });
  const on = { automationId: of("id"), version: of("publishedVersion") };
  return automations(db).findAll<WithPublished>({ ...options, include: { association: "published", on } });
}

/** What the automations room works with: the validator asks for objects, fields and step kinds. */
export type AutomationRoom = ActionRoom;

/** Which automations a list shows. `q` searches names. */
export type AutomationFilter = {
  object?: string | undefined;
  status?: string | undefined;
  folder?: string | undefined;
  q?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

/** One automation of the workspace; 404 Problem when there is none (deleted ones included). */
export async function getAutomation(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  tx?: Tx,
): Promise<Automation> {
  const row = await automations(room.db).findOne({ where: { id, workspaceId, deletedAt: null }, transaction: tx });
  if (!row) throw notFound("automation", id);
  return readAutomation(row);
}

/** The same, kept from everybody else until `tx` ends: whoever changes it decides on what is read here. */
export async function lockAutomation(
  room: AutomationRoom,
  workspaceId: string,
  id: string,
  tx: Tx,
): Promise<Automation> {
  const row = await automations(room.db).lockRow({ id, workspaceId, deletedAt: null }, tx);
  if (!row) throw notFound("automation", id);
  return readAutomation(row);
}

/** Who built it: the one who is told about it. Null for one that a program made, and for none. */
export async function ownerOf(room: AutomationRoom, id: string, tx?: Tx): Promise<string | null> {
  const row = await automations(room.db).findOne({ attributes: ["ownerId"], where: { id }, transaction: tx });
  return row?.ownerId ?? null;
}

/** A page of automations, newest first. */
export async function listAutomations(
  room: AutomationRoom,
  workspaceId: string,
  filter: AutomationFilter = {},
): Promise<{ data: Automation[]; nextCursor: string | null }> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 50), 1), 200);
  const { q } = filter;
  const cursor = idCursor(filter.cursor);
  const { fn, col, where } = room.db.sequelize;
  const named = q && where(fn("LOWER", col("name")), { [Op.like]: `%${q.toLowerCase().replace(/[%_\\]/g, "")}%` });
  const given = Object.entries({ object: filter.object, status: filter.status, folder: filter.folder });
  const rows = await automations(room.db, workspaceId).findAll({
    where: {
      deletedAt: null,
      ...Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== "")),
      ...(cursor ? { id: { [Op.lt]: cursor } } : {}),
      ...(named ? { [Op.and]: [named] } : {}),
    },
    order: [["id", "DESC"]],
    limit: limit + 1,
  });
  const data = rows.slice(0, limit).map(readAutomation);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** One version, the latest by default; 404 Problem when there is none. */
export async function getVersion(
  room: AutomationRoom,
  automation: Automation,
  version?: number,
  tx?: Tx,
): Promise<Version> {
  const number = version ?? automation.latestVersion;
  const where = { automationId: automation.id, version: number };
  const row = await versions(room.db).findOne({ where, transaction: tx });
  if (!row) {
    const message = `"${automation.name}" has no version ${number}; its latest is ${automation.latestVersion}.`;
    throw new Problem(404, "not_found", message);
  }
  return readVersion(row);
}

/** The latest version of each of several automations, by the automation's id. */
export async function latestVersions({ db }: AutomationRoom, automationIds: string[]): Promise<Map<string, Version>> {
  if (automationIds.length === 0) return new Map();
  const latest = await automations(db).findAll({ attributes: ["id", "latestVersion"], where: { id: automationIds } });
  if (latest.length === 0) return new Map();
  const named = latest.map(({ id: automationId, latestVersion: version }) => ({ automationId, version }));
  const rows = await versions(db).findAll({ where: { [Op.or]: named } });
  return new Map(rows.map((row) => [row.automationId, readVersion(row)]));
}

/** All versions of an automation, newest first. */
export async function listVersions(room: AutomationRoom, workspaceId: string, id: string): Promise<Version[]> {
  const automation = await getAutomation(room, workspaceId, id);
  const rows = await versions(room.db).findAll({
    where: { automationId: automation.id },
    order: [["version", "DESC"]],
  });
  return rows.map(readVersion);
}

function readAutomation({ stamp: _stamp, deletedAt: _deletedAt, ...row }: AutomationRow): Automation {
  return { ...row, description: row.description ?? "" };
}

function readVersion({ revision, ...row }: RowOf<typeof versions.columns>): Version {
  return { ...row, etag: `${row.version}.${revision}` };
}
