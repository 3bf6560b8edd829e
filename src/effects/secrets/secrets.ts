import { randomBytes } from "node:crypto";
import { Op } from "sequelize";
import {
  code,
  type Database,
  defineTable,
  id,
  instant,
  integer,
  isDuplicate,
  json,
  longText,
  optional,
  primary,
  type RowOf,
  text,
} from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
import { invalid, notFound, Problem } from "../../shared/errors.js";
import { didYouMean } from "../../shared/nearest.js";
import { readHosts } from "../opened-hosts.js";
import type { KeyRing } from "./key-ring.js";
import { open, seal } from "./sealed-box.js";

/** What the secrets' verbs work with. */
export type SecretsRoom = { db: Database; clock: Clock; effects: { keys: KeyRing } };

/** A secret as people see it: never its value. Empty `hosts`: it may be used for every host that may be called. */
export type Secret = { name: string; version: number; hosts: string[]; updatedAt: number; updatedBy: string | null };

/** A secret opened for an effect. One that cannot be opened has no value, and `fault` says why. */
export type OpenedSecret = { name: string; value: string; hosts: string[]; fault?: Problem };

/** The key each workspace's secrets are encrypted with, wrapped by one of SECRET_KEY. Written here. Never forgotten. */
const workspaceKeys = defineTable("millrace_workspace_keys", {
  workspaceId: primary(id),
  ring: code(20),
  wrapped: code(200),
});

/** Secrets, each encrypted for its workspace, name and version. Written by `writeSecret`. Forgotten by `removeSecret`. */
const secrets = defineTable(
  "millrace_secrets",
  {
    workspaceId: primary(id),
    name: primary(code(64)),
    version: integer,
    cipher: longText,
    hosts: json<string[]>(),
    updatedAt: instant,
    updatedBy: optional(text(120)),
  },
  {
    associate: (model, db) =>
      model.belongsTo(workspaceKeys(db).model, { as: "key", foreignKey: "workspaceId", constraints: false }),
  },
);

type WrappedKey = RowOf<typeof workspaceKeys.columns>;

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
    const old = await secrets(room.db, workspaceId).findOne({ attributes: ["version"], where: { name } });
    const version = (old?.version ?? 0) + 1;
    const cipher = seal(key, Buffer.from(value), binding(workspaceId, name, version));
    const row = { version, cipher, hosts, updatedAt, updatedBy: by };
    // Two writers at once: the version decides, and the one that came second seals again under the next.
    const isWritten = old
      ? (await secrets(room.db, workspaceId).update(row, { where: { name, version: old.version } })) === 1
      : await isAdded(room.db, { workspaceId, name, ...row });
    if (isWritten) return { name, version, hosts, updatedAt, updatedBy: by };
  }
}

/** Adds a secret; false when somebody else has just added it. */
async function isAdded(db: Database, row: RowOf<typeof secrets.columns>): Promise<boolean> {
  try {
    await secrets(db).create(row);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** The workspace's secrets by name, without their values. */
export async function listSecrets(room: Pick<SecretsRoom, "db">, workspaceId: string): Promise<Secret[]> {
  const rows = await secrets(room.db, workspaceId).findAll({
    attributes: ["name", "version", "hosts", "updatedAt", "updatedBy"],
    order: ["name"],
  });
  return rows.map(({ name, version, hosts, updatedAt, updatedBy }) => ({ name, version, hosts, updatedAt, updatedBy }));
}

/** Forgets a secret. Throws `not_found`. */
export async function removeSecret(room: Pick<SecretsRoom, "db">, workspaceId: string, name: string): Promise<void> {
  if ((await secrets(room.db, workspaceId).destroy({ where: { name } })) === 0) throw notFound("secret", name);
}

/** Every secret of the workspace with its value, for an effect about to leave. One that cannot be opened stops nobody else. */
export async function openSecrets(room: SecretsRoom, workspaceId: string): Promise<OpenedSecret[]> {
  const rows = await secrets(room.db, workspaceId).findAll<{ key: WrappedKey | null }>({
    include: { association: "key", required: true },
    order: ["name"],
  });
  return rows.map(({ name, version, cipher, hosts, key: wrapped }) => {
    const secret = { name, value: "", hosts };
    const key = unwrap(room.effects.keys, workspaceId, wrapped);
    if (key instanceof Problem) return { ...secret, fault: key };
    const value = open(key, cipher, binding(workspaceId, name, version));
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
  const opened = await openSecrets(room, workspaceId);
  return Object.fromEntries(names.map((name) => [name, secretNamed(opened, name).value]));
}

/** The secret of that name. Throws a Problem: there is none (and which was meant), or it cannot be opened. */
export function secretNamed(opened: OpenedSecret[], name: string): OpenedSecret {
  const found = opened.find((secret) => secret.name === name);
  if (found?.fault) throw found.fault;
  if (found) return found;
  const hint = didYouMean(
    name,
    opened.map((secret) => secret.name),
  );
  throw new Problem(422, "secret_missing", `There is no secret "${name}" in this workspace.${hint}`);
}

/**
 * Wraps every workspace key with the ring's current key, one row at a time: it may be stopped anywhere and run again.
 * Returns how many were changed. Afterwards the older keys may leave SECRET_KEY. Throws when a key is not in the ring.
 */
export async function rotateKeys(room: SecretsRoom): Promise<number> {
  const { keys } = room.effects;
  let changed = 0;
  for (const row of await workspaceKeys(room.db).findAll({ where: { ring: { [Op.ne]: keys.current } } })) {
    const unwrapped = unwrap(keys, row.workspaceId, row);
    if (unwrapped instanceof Problem) throw unwrapped;
    const { key, sealed } = keys.seal(unwrapped, keyBinding(row.workspaceId));
    const where = { workspaceId: row.workspaceId, ring: row.ring };
    changed += await workspaceKeys(room.db).update({ ring: key, wrapped: sealed }, { where });
  }
  return changed;
}

async function workspaceKey(room: SecretsRoom, workspaceId: string): Promise<Buffer> {
  const read = () => workspaceKeys(room.db, workspaceId).findOne({});
  let row = await read();
  if (!row) {
    const { key, sealed } = room.effects.keys.seal(randomBytes(32), keyBinding(workspaceId));
    const made = { workspaceId, ring: key, wrapped: sealed };
    await workspaceKeys(room.db).bulkCreate([made], { ignoreDuplicates: true });
    row = await read();
  }
  const key = unwrap(room.effects.keys, workspaceId, row);
  if (key instanceof Problem) throw key;
  return key;
}

function unwrap(keys: KeyRing, workspaceId: string, row: WrappedKey | null): Buffer | Problem {
  const key = row && keys.open(row.ring, row.wrapped, keyBinding(workspaceId));
  const message = `SECRET_KEY does not hold the key "${row?.ring}" that this workspace's secrets were written with.`;
  return key ?? new Problem(500, "secret_key", message);
}

const keyBinding = (workspaceId: string): string => `workspace key|${workspaceId}`;
const binding = (workspaceId: string, name: string, version: number): string => `${workspaceId}|${name}|${version}`;
