import { createHash } from "node:crypto";
import type { Tx } from "../../db/index.js";
import { canonicalJson, isObject, type JsonObject } from "../../shared/json.js";
import { getRecord } from "../find/get-record.js";
import type { Host } from "../host.js";
import { knownObject } from "../objects/schema.js";
import { isId } from "../objects/storage.js";
import { factsOf } from "../record.js";
import { getUser } from "../user.js";

/** Relations are followed this far; beyond it a path leads nowhere. */
const MAX_HOPS = 3;

/**
 * A copy of `facts` in which the records that `paths` go through lie under `$related` by relation field, each with its
 * own below it: `company.owner.name` reads the company and its owner. A path that goes through no relation costs nothing;
 * one that leads to nothing leaves no trace.
 */
export async function withRelated(
  host: Host,
  workspaceId: string,
  object: string,
  facts: JsonObject,
  paths: readonly string[],
  tx?: Tx,
): Promise<JsonObject> {
  return follow(
    host,
    workspaceId,
    object,
    facts,
    paths.map((path) => path.split(/[.[\]]+/).filter(Boolean)),
    MAX_HOPS,
    tx,
  );
}

async function follow(
  host: Host,
  workspaceId: string,
  object: string,
  facts: JsonObject,
  paths: string[][],
  hops: number,
  tx?: Tx,
): Promise<JsonObject> {
  const through = paths.filter((path) => path.length > 1);
  if (through.length === 0 || hops === 0) return { ...facts };
  const { fields } = await knownObject(host, workspaceId, object, tx);
  const related: JsonObject = isObject(facts["$related"]) ? { ...facts["$related"] } : {};
  for (const name of new Set(through.map(([first = ""]) => first))) {
    const field = fields.get(name);
    const id = facts[name];
    if (!field || !isId(id)) continue;
    if (field.type === "user") {
      const user = await userFacts(host, workspaceId, id, tx);
      if (user) related[name] = user;
    } else if (field.relation) {
      const record = await getRecord(host, workspaceId, field.relation, id, tx);
      const rest = through.filter(([first]) => first === name).map((path) => path.slice(1));
      if (record) related[name] = await follow(host, workspaceId, field.relation, factsOf(record), rest, hops - 1, tx);
    }
  }
  return Object.keys(related).length > 0 ? { ...facts, $related: related } : { ...facts };
}

/** A short text for what `withRelated` put beside a record's own values: another when any of it has changed. Null: nothing. */
export function relatedStamp(facts: JsonObject | null | undefined): string | null {
  const related = facts?.["$related"];
  return isObject(related) ? createHash("sha256").update(canonicalJson(related)).digest("hex").slice(0, 32) : null;
}

async function userFacts(host: Host, workspaceId: string, id: string, tx?: Tx): Promise<JsonObject | null> {
  const user = await getUser(host, workspaceId, id, tx);
  return user && { id: user.id, name: user.name, email: user.email, role: user.role };
}
