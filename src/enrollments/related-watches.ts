import { describeObject, factsOf, getRecord } from "../crm/index.js";
import type { Engine } from "../runs/index.js";
import { isObject, type JsonObject } from "../shared/json.js";
import type { Awaited } from "./awaited.js";

/** Relations a path may go through. */
const MAX_HOPS = 3;

type Watched = { object: string; recordId: string };

/**
 * Notes the records a goal or a date reads beside its own, as they are related now, so that their changes wake it. False when a path
 * goes to people, whose changes are no events.
 */
export async function watchRelated(engine: Engine, wait: Awaited): Promise<boolean> {
  const { token, runId, workspaceId, object, recordId, details } = wait;
  const own = object && recordId ? await getRecord(engine, workspaceId, object, recordId) : null;
  if (!object || !own) return true;
  const watched = new Map<string, Watched>();
  let complete = true;
  for (const path of details.related ?? []) {
    const fields = path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .slice(0, -1);
    if (!(await follow(engine, workspaceId, { object, facts: factsOf(own) }, fields.slice(0, MAX_HOPS), watched)))
      complete = false;
  }
  const rows = [...watched.values()].map((one) => ({ token, runId, ...one }));
  await engine.db.inTransaction(async (tx) => {
    // With those of waits of this run that are over: one that follows a date begins anew with each change.
    await engine.db.run(
      "DELETE FROM millrace_watches WHERE runId = ? AND (token = ? OR token NOT IN (SELECT token FROM millrace_waits WHERE runId = ?))",
      [runId, token, runId],
      tx,
    );
    if (rows.length > 0) await engine.db.insert("millrace_watches", rows, tx, true);
  });
  return complete;
}

async function follow(
  engine: Engine,
  workspaceId: string,
  from: { object: string; facts: JsonObject },
  [name, ...rest]: string[],
  watched: Map<string, Watched>,
): Promise<boolean> {
  if (name === undefined) return true;
  const { fields } = await describeObject(engine, workspaceId, from.object);
  const field = fields.find((one) => one.name === name);
  if (field?.type === "user") return false;
  const id = from.facts[name];
  if (!field?.relation || typeof id !== "string") return true;
  const record = await getRecord(engine, workspaceId, field.relation, id);
  watched.set(`${field.relation}:${id}`, { object: field.relation, recordId: id });
  const facts = record && factsOf(record);
  return isObject(facts) ? follow(engine, workspaceId, { object: field.relation, facts }, rest, watched) : true;
}
