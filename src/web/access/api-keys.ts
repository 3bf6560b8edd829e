import { createHash, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Host } from "../../crm/index.js";
import { iso } from "../../shared/clock.js";
import { invalid, notFound } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import { isRole, type Role, roles } from "./roles.js";

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
    revokedAt: null,
    createdBy,
  };
  await host.db.insert("millrace_api_keys", [row]);
  return { ...fromRow(row), key };
}

/** Every key of the workspace, revoked ones too, newest first. */
export async function listApiKeys(host: Host, workspaceId: string): Promise<ApiKey[]> {
  const rows = await host.db.all("SELECT * FROM millrace_api_keys WHERE workspaceId = ? ORDER BY id DESC", [
    workspaceId,
  ]);
  return rows.map(fromRow);
}

/** Makes a key useless, from the next request on (other processes: within a second). 404 when there is no such key. */
export async function revokeApiKey(host: Host, workspaceId: string, id: string): Promise<ApiKey> {
  const row = await host.db.one("SELECT * FROM millrace_api_keys WHERE id = ? AND workspaceId = ?", [id, workspaceId]);
  if (!row) throw notFound("API key", id);
  const revokedAt = row["revokedAt"] ?? host.clock.now();
  await host.db.run("UPDATE millrace_api_keys SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL", [revokedAt, id]);
  seen.get(host.db)?.clear();
  return fromRow({ ...row, revokedAt });
}

/** The key a request showed, or null when there is none such or it is revoked. */
export async function findApiKey(host: Host, key: string): Promise<ApiKey | null> {
  if (!/^mk_[A-Za-z0-9_-]{32}$/.test(key)) return null;
  const digest = hash(key);
  const known = cacheOf(host).get(digest);
  if (known) return known;
  const row = await host.db.one("SELECT * FROM millrace_api_keys WHERE hash = ? AND revokedAt IS NULL", [digest]);
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

function fromRow(row: Record<string, unknown>): ApiKey {
  return {
    id: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    name: String(row["name"]),
    role: row["role"] as Role,
    prefix: String(row["prefix"]),
    createdAt: iso(Number(row["createdAt"])),
    revokedAt: row["revokedAt"] === null ? null : iso(Number(row["revokedAt"])),
  };
}
