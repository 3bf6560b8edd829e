import { marks, type Tx } from "../../db/index.js";
import type { FieldError } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import type { Host } from "../host.js";
import { type Known, knownObject } from "../objects/schema.js";
import { isId, scopeOf } from "../objects/storage.js";
import { existingHostIds } from "../watch/host-records.js";

/** Rows about to be written, each with the path its errors are named by. */
type Rows = { values: JsonObject; path: string }[];

/**
 * Checks that every related record and user the rows name is there, in the same workspace: one query per object however
 * many rows there are. A user given by e-mail is replaced by their id.
 */
export async function checkReferences(
  host: Host,
  workspaceId: string,
  known: Known,
  rows: Rows,
  tx?: Tx,
): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  for (const field of known.fields.values()) {
    if (field.type !== "user" && field.type !== "relation") continue;
    const named = rows.filter(({ values }) => typeof values[field.name] === "string");
    if (named.length === 0) continue;
    const ids = [...new Set(named.map(({ values }) => String(values[field.name])))];
    const target = field.relation ?? field.name;
    const found =
      field.type === "user"
        ? await usersNamed(host, workspaceId, ids, tx)
        : await recordsNamed(host, workspaceId, target, ids, tx);
    for (const { values, path } of named) {
      const given = String(values[field.name]);
      const id = found.get(given);
      if (id !== undefined) values[field.name] = id;
      else
        errors.push({
          path: `${path}.${field.name}`,
          message: `There is no ${field.type === "user" ? "user" : target} "${given.slice(0, 80)}" in this workspace.`,
        });
    }
  }
  return errors;
}

/** The ids among `ids` that are records of `object` here, each by itself. */
async function recordsNamed(
  host: Host,
  workspaceId: string,
  object: string,
  ids: string[],
  tx?: Tx,
): Promise<Map<string, string>> {
  const { storage } = await knownObject(host, workspaceId, object, tx);
  const asked = ids.filter(isId);
  if (asked.length === 0) return new Map();
  if (storage.kind === "model") return existingHostIds(storage, asked, tx);
  const scope = scopeOf(storage, workspaceId);
  const rows = await host.db.all(
    `SELECT id FROM ${storage.table} WHERE id IN (${marks(asked)}) AND ${scope.sql}`,
    [...asked, ...scope.params],
    tx,
  );
  return new Map(rows.map((row) => [String(row["id"]), String(row["id"])]));
}

/** Users of the workspace by the id or e-mail they were named with. */
async function usersNamed(host: Host, workspaceId: string, names: string[], tx?: Tx): Promise<Map<string, string>> {
  const emails = names.filter((name) => name.includes("@")).map((name) => name.toLowerCase());
  const ids = names.filter((name) => !name.includes("@") && isId(name));
  const select = "SELECT id, email FROM millrace_users WHERE workspaceId = ? AND";
  const rows = [
    ...(ids.length > 0 ? await host.db.all(`${select} id IN (${marks(ids)})`, [workspaceId, ...ids], tx) : []),
    ...(emails.length > 0
      ? await host.db.all(`${select} email IN (${marks(emails)})`, [workspaceId, ...emails], tx)
      : []),
  ];
  const found = new Map(
    rows.flatMap(({ id, email }) => [[String(id), String(id)] as const, [String(email), String(id)] as const]),
  );
  return new Map(
    names.flatMap((name) => {
      const id = found.get(name) ?? found.get(name.toLowerCase());
      return id === undefined ? [] : [[name, id] as const];
    }),
  );
}
