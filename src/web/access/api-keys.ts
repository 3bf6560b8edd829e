import { createHash, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Host } from "../../crm/index.js";
import { code, defineTable, id, instant, optional, primary, type RowOf, text } from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import { invalid, notFound } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import { isRole, type Role, roles } from "./roles.js";

/** Keys for programs. Written here alone. Never forgotten, since the audit log names them: they are revoked instead. */
const apiKeys = defineTable("millrace_api_keys", {
  id: primary(id),
  workspaceId: id,
  name: text(120),
  role: code(20, roles),
  /** The SHA-256 of the key, which is stored nowhere. */
  hash: code(64),
  /** How the key begins. */
  prefix: code(16),
  createdAt: instant,
  revokedAt: optional(instant),
  /** The person who answers for it. */
  createdBy: optional(id),
});

/** A key as it may be shown: never the key itself, only how it begins. */
export type ApiKey = {
  id: string;
  workspaceId: string;
  name: string;
  role: Role;
  prefix: string;
  createdAt: string;
  revokedAt: string | null;
};

/** How long another process may still accept a key revoked here. In this process revoking counts at once. */
const SEEN_FOR_MS = 1000;
const seen = new WeakMap<Host["db"], LRUCache<string, ApiKey>>();

/**
 * Makes a key for a workspace; `createdBy`: the person who answers for it. The key itself (`mk_…`, 192 random bits) is in the answer and nowhere else: only its
 * SHA-256 is stored. 422 for an unknown role or a missing name.
 */
export async function createApiKey(
  host: Host,
  workspaceId: string,
  { name, role, createdBy = null }: { name: string; role: string; createdBy?: string | null },
): Promise<ApiKey & { key: string }> {
  if (!isRole(role)) throw invalid([{ path: "role", message: `"${role}" is no role. Known: ${roles.join(", ")}.` }]);
  if (name.trim() === "" || name.length > 120)
    throw invalid([{ path: "name", message: "Give the key a name of 1 to 120 characters." }]);
  const key = `mk_${randomBytes(24).toString("base64url")}`;
  const row = {
    id: newId(),
    workspaceId,
    name,
    role,
    hash: hash(key),
    prefix: key.slice(0, 9),
    createdAt: host.clock.now(),
    createdBy,
  };
  return { ...fromRow(await apiKeys(host.db).create(row)), key };
}

/** Every key of the workspace, revoked ones too, newest first. */
export async function listApiKeys(host: Host, workspaceId: string): Promise<ApiKey[]> {
  const rows = await apiKeys(host.db, workspaceId).findAll({ order: [["id", "DESC"]] });
  return rows.map(fromRow);
}

/** Makes a key useless, from the next request on (other processes: within a second). 404 when there is no such key. */
export async function revokeApiKey(host: Host, workspaceId: string, id: string): Promise<ApiKey> {
  const mine = apiKeys(host.db, workspaceId);
  await mine.update({ revokedAt: host.clock.now() }, { where: { id, revokedAt: null } });
  const row = await mine.findOne({ where: { id } });
  if (!row) throw notFound("API key", id);
  seen.get(host.db)?.clear();
  return fromRow(row);
}

/** The key a request showed, or null when there is none such or it is revoked. */
export async function findApiKey(host: Host, key: string): Promise<ApiKey | null> {
  if (!/^mk_[A-Za-z0-9_-]{32}$/.test(key)) return null;
  const digest = hash(key);
  const known = cacheOf(host).get(digest);
  if (known) return known;
  const row = await apiKeys(host.db).findOne({ where: { hash: digest, revokedAt: null } });
  if (!row) return null;
  const found = fromRow(row);
  cacheOf(host).set(digest, found);
  return found;
}

function cacheOf(host: Host): LRUCache<string, ApiKey> {
  let cache = seen.get(host.db);
  if (!cache) {
    cache = new LRUCache({ max: 500, ttl: SEEN_FOR_MS });
    seen.set(host.db, cache);
  }
  return cache;
}

function hash(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function fromRow({ hash: _hash, createdBy: _createdBy, ...row }: RowOf<typeof apiKeys.columns>): ApiKey {
  return { ...row, createdAt: iso(row.createdAt), revokedAt: row.revokedAt === null ? null : iso(row.revokedAt) };
}
