import { randomBytes } from "node:crypto";
import { type Database, fromColumn, type Row, toColumn } from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
import { invalid, notFound, Problem } from "../../shared/errors.js";
import { didYouMean } from "../../shared/nearest.js";
import { readHosts } from "../http/opened-hosts.js";
import type { KeyRing } from "./key-ring.js";
import { open, seal } from "./sealed-box.js";

/** What the secrets' verbs work with. */
export type SecretsRoom = { db: Database; clock: Clock; effects: { keys: KeyRing } };

/** A secret as people see it: never its value. Empty `hosts`: it may be used for every host that may be called. */
export type Secret = { name: string; version: number; hosts: string[]; updatedAt: number; updatedBy: string | null };

/** A secret opened for an effect. One that cannot be opened has no value, and `fault` says why. */
export type OpenedSecret = { name: string; value: string; hosts: string[]; fault?: Problem };

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/**
 * Stores a value under a name, encrypted with the workspace's own key; an earlier value is replaced and its version
 * raised. `hosts` binds it: it is sent nowhere else. Throws `invalid` for a name, value or host that is not usable.
 */
export async function writeSecret(
  room: SecretsRoom,
  workspaceId: string,
  name: string,
  value: string,
  options: { hosts?: string[] },
  by: string | null,
): Promise<Secret> {
  if (!NAME.test(name))
    throw invalid([{ path: "name", message: "Use letters, digits and underscores, beginning with a letter." }]);
  if (typeof value !== "string" || value.length < 4 || value.length > 20_000) {
    throw invalid([
      {
        path: "value",
        message: "A secret has 4 to 20,000 characters; anything shorter could not be kept out of logs.",
      },
    ]);
  }
  const hosts = options.hosts ?? [];
  readHosts(hosts, "hosts");
  const key = await workspaceKey(room, workspaceId);
  const updatedAt = room.clock.now();
  for (;;) {
    const old = await room.db.one("SELECT version FROM millrace_secrets WHERE workspaceId = ? AND name = ?", [
      workspaceId,
      name,
    ]);
    const version = Number(old?.["version"] ?? 0) + 1;
    const cipher = seal(key, Buffer.from(value), binding(workspaceId, name, version));
    const row: Row = { workspaceId, name, version, cipher, hosts: toColumn(hosts), updatedAt, updatedBy: by };
    // Two writers at once: the version decides, and the one that came second seals again under the next.
    const written = old
      ? await room.db.run(
          "UPDATE millrace_secrets SET version = ?, cipher = ?, hosts = ?, updatedAt = ?, updatedBy = ? WHERE workspaceId = ? AND name = ? AND version = ?",
          [version, cipher, row["hosts"] ?? null, updatedAt, by, workspaceId, name, version - 1],
        )
      : await room.db.insert("millrace_secrets", [row], undefined, true);
    if (written.changes > 0) return { name, version, hosts, updatedAt, updatedBy: by };
  }
}

/** The workspace's secrets by name, without their values. */
export async function listSecrets(room: Pick<SecretsRoom, "db">, workspaceId: string): Promise<Secret[]> {
  const rows = await room.db.all(
    "SELECT name, version, hosts, updatedAt, updatedBy FROM millrace_secrets WHERE workspaceId = ? ORDER BY name",
    [workspaceId],
  );
  return rows.map((row) => ({
    name: String(row["name"]),
    version: Number(row["version"]),
    hosts: fromColumn<string[]>(row["hosts"], []),
    updatedAt: Number(row["updatedAt"]),
    updatedBy: row["updatedBy"] === null ? null : String(row["updatedBy"]),
  }));
}

/** Forgets a secret. Throws `not_found`. */
export async function removeSecret(room: Pick<SecretsRoom, "db">, workspaceId: string, name: string): Promise<void> {
  const { changes } = await room.db.run("DELETE FROM millrace_secrets WHERE workspaceId = ? AND name = ?", [
    workspaceId,
    name,
  ]);
  if (changes === 0) throw notFound("secret", name);
}

/** Every secret of the workspace with its value, for an effect about to leave. One that cannot be opened stops nobody else. */
export async function openSecrets(room: SecretsRoom, workspaceId: string): Promise<OpenedSecret[]> {
  const rows = await room.db.all(
    "SELECT s.name, s.version, s.cipher, s.hosts, k.ring, k.wrapped FROM millrace_secrets s JOIN millrace_workspace_keys k ON k.workspaceId = s.workspaceId WHERE s.workspaceId = ? ORDER BY s.name",
    [workspaceId],
  );
  return rows.map((row) => {
    const name = String(row["name"]);
    const secret = { name, value: "", hosts: fromColumn<string[]>(row["hosts"], []) };
    const key = unwrap(room.effects.keys, workspaceId, row);
    if (key instanceof Problem) return { ...secret, fault: key };
    const value = open(key, String(row["cipher"]), binding(workspaceId, name, Number(row["version"])));
    if (value) return { ...secret, value: value.toString() };
    const message = `The stored secret "${name}" cannot be opened. Write it again.`;
    return { ...secret, fault: new Problem(500, "secret_damaged", message) };
  });
}

/** The values of the named secrets. Throws a Problem naming the first that is missing or cannot be opened. */
export async function secretValues(
  room: SecretsRoom,
  workspaceId: string,
  names: string[],
): Promise<Record<string, string>> {
  if (names.length === 0) return {};
  const secrets = await openSecrets(room, workspaceId);
  return Object.fromEntries(names.map((name) => [name, secretNamed(secrets, name).value]));
}

/** The secret of that name. Throws a Problem: there is none (and which was meant), or it cannot be opened. */
export function secretNamed(secrets: OpenedSecret[], name: string): OpenedSecret {
  const found = secrets.find((secret) => secret.name === name);
  if (found?.fault) throw found.fault;
  if (found) return found;
  const hint = didYouMean(
    name,
    secrets.map((secret) => secret.name),
  );
  throw new Problem(422, "secret_missing", `There is no secret "${name}" in this workspace.${hint}`);
}

/**
 * Wraps every workspace key with the ring's current key, one row at a time: it may be stopped anywhere and run again.
 * Returns how many were changed. Afterwards the older keys may leave SECRET_KEY. Throws when a key is not in the ring.
 */
export async function rotateKeys(room: SecretsRoom): Promise<number> {
  const { keys } = room.effects;
  const rows = await room.db.all("SELECT workspaceId, ring, wrapped FROM millrace_workspace_keys WHERE ring <> ?", [
    keys.current,
  ]);
  let changed = 0;
  for (const row of rows) {
    const workspaceId = String(row["workspaceId"]);
    const unwrapped = unwrap(keys, workspaceId, row);
    if (unwrapped instanceof Problem) throw unwrapped;
    const { key, sealed } = keys.seal(unwrapped, keyBinding(workspaceId));
    const { changes } = await room.db.run(
      "UPDATE millrace_workspace_keys SET ring = ?, wrapped = ? WHERE workspaceId = ? AND ring = ?",
      [key, sealed, workspaceId, String(row["ring"])],
    );
    changed += changes;
  }
  return changed;
}

async function workspaceKey(room: SecretsRoom, workspaceId: string): Promise<Buffer> {
  const read = () =>
    room.db.one("SELECT ring, wrapped FROM millrace_workspace_keys WHERE workspaceId = ?", [workspaceId]);
  let row = await read();
  if (!row) {
    const { key, sealed } = room.effects.keys.seal(randomBytes(32), keyBinding(workspaceId));
    await room.db.insert("millrace_workspace_keys", [{ workspaceId, ring: key, wrapped: sealed }], undefined, true);
    row = await read();
  }
  const key = unwrap(room.effects.keys, workspaceId, row ?? {});
  if (key instanceof Problem) throw key;
  return key;
}

function unwrap(keys: KeyRing, workspaceId: string, row: Row): Buffer | Problem {
  const key = keys.open(String(row["ring"]), String(row["wrapped"]), keyBinding(workspaceId));
  const message = `SECRET_KEY does not hold the key "${row["ring"]}" that this workspace's secrets were written with.`;
  return key ?? new Problem(500, "secret_key", message);
}

const keyBinding = (workspaceId: string): string => `workspace key|${workspaceId}`;
const binding = (workspaceId: string, name: string, version: number): string => `${workspaceId}|${name}|${version}`;
