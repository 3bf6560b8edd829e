import type { ActionRoom } from "../actions/index.js";
import type { Actor } from "../crm/index.js";
import { fromColumn, marks, type Row, type Tx } from "../db/index.js";
import type { Document, Form } from "../graph/index.js";
import { notFound, Problem } from "../shared/errors.js";

/** The named thing a person builds. `publishedVersion` is what runs; `latestVersion` is what the editor opens. */
export type Automation = {
  id: string;
  workspaceId: string;
  name: string;
  description: string;
  form: Form;
  object: string | null;
  folder: string | null;
  tags: string[];
  status: "draft" | "active" | "paused";
  ownerId: string | null;
  publishedVersion: number | null;
  latestVersion: number;
  createdAt: number;
  updatedAt: number;
};

/** A numbered document. A published or retired one never changes; a draft changes until it is published. */
export type Version = {
  automationId: string;
  version: number;
  state: "draft" | "published" | "retired";
  form: Form;
  document: Document;
  /** Names this very text of the version: hand it back as `ifVersion` to save only over what you have seen. */
  etag: string;
  note: string | null;
  savedBy: Actor | null;
  savedAt: number;
  publishedBy: Actor | null;
  publishedAt: number | null;
};

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
  const row = await room.db.one(
    "SELECT * FROM millrace_automations WHERE id = ? AND workspaceId = ? AND deletedAt IS NULL",
    [id, workspaceId],
    tx,
  );
  if (!row) throw notFound("automation", id);
  return readAutomation(row);
}

/** A page of automations, newest first. */
export async function listAutomations(
  room: AutomationRoom,
  workspaceId: string,
  filter: AutomationFilter = {},
): Promise<{ data: Automation[]; nextCursor: string | null }> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 50), 1), 200);
  const where = ["workspaceId = ?", "deletedAt IS NULL"];
  const params: (string | number)[] = [workspaceId];
  const narrow = (sql: string, value: string | undefined) => {
    if (value === undefined || value === "") return;
    where.push(sql);
    params.push(value);
  };
  narrow("object = ?", filter.object);
  narrow("status = ?", filter.status);
  narrow("folder = ?", filter.folder);
  narrow("id < ?", filter.cursor);
  narrow("LOWER(name) LIKE ?", filter.q && `%${filter.q.toLowerCase().replace(/[%_\\]/g, "")}%`);
  const rows = await room.db.all(
    `SELECT * FROM millrace_automations WHERE ${where.join(" AND ")} ORDER BY id DESC LIMIT ${limit + 1}`,
    params,
  );
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
  const row = await room.db.one(
    "SELECT * FROM millrace_versions WHERE automationId = ? AND version = ?",
    [automation.id, number],
    tx,
  );
  if (!row) {
    const message = `"${automation.name}" has no version ${number}; its latest is ${automation.latestVersion}.`;
    throw new Problem(404, "not_found", message);
  }
  return readVersion(row);
}

/** The latest version of each of several automations, by the automation's id. */
export async function latestVersions({ db }: AutomationRoom, automationIds: string[]): Promise<Map<string, Version>> {
  if (automationIds.length === 0) return new Map();
  const rows = await db.all(
    `SELECT v.* FROM millrace_automations a JOIN millrace_versions v ON v.automationId = a.id AND v.version = a.latestVersion WHERE a.id IN (${marks(automationIds)})`,
    automationIds,
  );
  return new Map(rows.map((row) => [String(row["automationId"]), readVersion(row)]));
}

/** All versions of an automation, newest first. */
export async function listVersions(room: AutomationRoom, workspaceId: string, id: string): Promise<Version[]> {
  const automation = await getAutomation(room, workspaceId, id);
  const rows = await room.db.all("SELECT * FROM millrace_versions WHERE automationId = ? ORDER BY version DESC", [
    automation.id,
  ]);
  return rows.map(readVersion);
}

function readAutomation(row: Row): Automation {
  return {
    id: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    name: String(row["name"]),
    description: String(row["description"] ?? ""),
    form: row["form"] as Form,
    object: row["object"] as string | null,
    folder: row["folder"] as string | null,
    tags: fromColumn<string[]>(row["tags"], []),
    status: row["status"] as Automation["status"],
    ownerId: row["ownerId"] as string | null,
    publishedVersion: row["publishedVersion"] === null ? null : Number(row["publishedVersion"]),
    latestVersion: Number(row["latestVersion"]),
    createdAt: Number(row["createdAt"]),
    updatedAt: Number(row["updatedAt"]),
  };
}

function readVersion(row: Row): Version {
  return {
    automationId: String(row["automationId"]),
    version: Number(row["version"]),
    state: row["state"] as Version["state"],
    form: row["form"] as Form,
    document: fromColumn<Document>(row["document"], { object: null, triggers: [], steps: [] }),
    etag: `${Number(row["version"])}.${Number(row["revision"])}`,
    note: row["note"] as string | null,
    savedBy: fromColumn<Actor | null>(row["savedBy"], null),
    savedAt: Number(row["savedAt"]),
    publishedBy: fromColumn<Actor | null>(row["publishedBy"], null),
    publishedAt: row["publishedAt"] === null ? null : Number(row["publishedAt"]),
  };
}
