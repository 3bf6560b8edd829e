import { code, defineTable, id, instant, isDuplicate, json, primary, type RowOf, type Tx, text } from "../db/index.js";
import { type RetentionSetting, retentionFaults } from "../retention/index.js";
import { conflict, type FieldError, invalid, notFound } from "../shared/errors.js";
import { newId } from "../shared/ids.js";
import type { Host } from "./host.js";
import { fresh, type Kept, type ObjectTable } from "./objects/object-table.js";
import { addDefaultPipeline } from "./objects/pipeline.js";

/** What a workspace may be told to hold back or allow. `paused` and `pausedObjects` are the kill switches. */
export type WorkspaceSettings = {
  paused?: boolean;
  pausedObjects?: string[];
  limits?: { runsPerMonth?: number; perMinute?: number };
  /** How long this workspace keeps things, where it differs from the installation. */
  retention?: RetentionSetting;
};

/**
 * Customers' worlds. Written here alone, and locked by whoever decides about a workspace as a whole: its settings, its
 * admins. Never forgotten.
 */
export const workspaces = defineTable("millrace_workspaces", {
  id: primary(id),
  slug: code(64),
  name: text(120),
  timezone: code(64),
  settings: json<WorkspaceSettings>(),
  createdAt: instant,
});

/** A customer's own world: nothing in it can be reached from another one. */
export type Workspace = Omit<RowOf<typeof workspaces.columns>, "createdAt">;

/** What a process knows of workspaces, by slug and by id; a moment old at most. */
const workspacesByTable = new WeakMap<ObjectTable, Map<string, Kept<Workspace>>>();

function workspacesOf({ objects }: Host): Map<string, Kept<Workspace>> {
  const workspaces = workspacesByTable.get(objects) ?? new Map<string, Kept<Workspace>>();
  workspacesByTable.set(objects, workspaces);
  return workspaces;
}

/** The workspace with that slug, at most a second old; null when there is none. */
export function workspaceBySlug(host: Host, slug: string, tx?: Tx): Promise<Workspace | null> {
  return find(host, "slug", slug, tx);
}

/** The workspace with that id, at most a second old; null when there is none. */
export function workspaceById(host: Host, id: string, tx?: Tx): Promise<Workspace | null> {
  return find(host, "id", id, tx);
}

/** Every workspace, by slug. */
export async function listWorkspaces(host: Host): Promise<Workspace[]> {
  return (await workspaces(host.db).findAll({ order: [["slug", "ASC"]] })).map(fromRow);
}

/** Makes a workspace with the default pipeline. 409 `taken` when the slug is; 422 for a bad slug, name or zone. */
export async function createWorkspace(
  host: Host,
  values: { slug: string; name: string; timezone?: string; settings?: WorkspaceSettings },
  within?: Tx,
): Promise<Workspace> {
  const workspace: Workspace = { id: newId(), timezone: "UTC", settings: {}, ...values };
  check(workspace);
  try {
    await host.db.inTransaction(async (tx) => {
      await workspaces(host.db).create({ ...workspace, createdAt: host.clock.now() }, { transaction: tx });
      await addDefaultPipeline(host, workspace.id, tx);
    }, within);
  } catch (error) {
    if (isDuplicate(error)) throw conflict("taken", `The workspace "${workspace.slug}" exists already.`);
    throw error;
  }
  return workspace;
}

/** The workspace with that slug, made when there is none: a host's one workspace, whoever starts first. */
export async function ensureWorkspace(host: Host, slug: string, name = slug): Promise<Workspace> {
  const known = await workspaceBySlug(host, slug);
  if (known) return known;
  try {
    return await createWorkspace(host, { slug, name });
  } catch (error) {
    const made = await workspaceBySlug(host, slug);
    if (made) return made;
    throw error;
  }
}

/** Changes name, zone or settings (settings are merged one level deep). 404 when there is no such workspace. */
export async function updateWorkspace(
  host: Host,
  id: string,
  values: { name?: string; timezone?: string; settings?: WorkspaceSettings },
): Promise<Workspace> {
  const workspace = await host.db.inTransaction(async (tx) => {
    const row = await workspaces(host.db).lockRow({ id }, tx);
    if (!row) throw notFound("workspace", id);
    const before = fromRow(row);
    const after = { ...before, ...values, settings: { ...before.settings, ...values.settings } };
    check(after);
    const { name, timezone, settings } = after;
    await workspaces(host.db).update({ name, timezone, settings }, { where: { id }, transaction: tx });
    return after;
  });
  // Not kept as it is here: of two changes at once the later one may have been kept already.
  workspacesOf(host).delete(workspace.id);
  workspacesOf(host).delete(workspace.slug);
  return workspace;
}

async function find(host: Host, column: "id" | "slug", value: string, tx?: Tx): Promise<Workspace | null> {
  const kept = fresh(workspacesOf(host).get(value), host.clock.now());
  if (kept && kept[column] === value) return kept;
  if (!/^[\w-]{1,64}$/.test(value)) return null;
  const row = await workspaces(host.db).findOne({ where: { [column]: value }, transaction: tx });
  return row ? keep(host, fromRow(row)) : null;
}

function keep(host: Host, workspace: Workspace): Workspace {
  const kept = { value: workspace, checkedAt: host.clock.now() };
  workspacesOf(host).set(workspace.id, kept).set(workspace.slug, kept);
  return workspace;
}

function fromRow({ createdAt: _createdAt, ...workspace }: RowOf<typeof workspaces.columns>): Workspace {
  return workspace;
}

function check({ slug, name, timezone, settings }: Workspace): void {
  const errors: FieldError[] = [];
  const fault = (path: string, message: string) => errors.push({ path, message });
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(slug)) fault("slug", "Use small letters, digits and dashes.");
  if (typeof name !== "string" || !name.trim() || name.length > 120)
    fault("name", "Give it a name of up to 120 characters.");
  if (!isZone(timezone)) fault("timezone", `"${timezone}" is not a time zone. Write it as Europe/Berlin.`);
  for (const [key, limit] of Object.entries(settings.limits ?? {})) {
    if (!Number.isInteger(limit) || limit < 0) fault(`settings.limits.${key}`, "Write a whole number, 0 or more.");
  }
  errors.push(...retentionFaults(settings.retention, "settings.retention"));
  if (errors.length > 0) throw invalid(errors);
}

/** True for an IANA zone (`Europe/Berlin`, `UTC`) this machine knows. */
export function isZone(name: unknown): boolean {
  if (typeof name !== "string" || !/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
