import { getRecords } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { Engine } from "./engine.js";
import type { Walk } from "./walk.js";

/**
 * Reads and locks the records of a batch, one statement an object, in the order of workspaces, objects and ids: two workers that touch the same records
 * queue instead of deadlocking. Each walk sees its record as the walks before it left it, so walks on one record share it.
 */
export async function lockRecords(engine: Engine, walks: Walk[], tx: Tx): Promise<void> {
  const shared: Walk["records"] = new Map();
  const wanted = new Map<string, { workspaceId: string; object: string; ids: Set<string> }>();
  for (const walk of walks) {
    const { workspaceId, object, recordId } = walk.run;
    walk.records = shared;
    if (!object || !recordId) continue;
    const group = wanted.get(`${workspaceId}/${object}`) ?? { workspaceId, object, ids: new Set<string>() };
    group.ids.add(recordId);
    wanted.set(`${workspaceId}/${object}`, group);
  }
  for (const [, { workspaceId, object, ids }] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = await getRecords(engine, workspaceId, object, [...ids].sort(), tx, true);
    for (const [id, record] of found) shared.set(`${object}:${id}`, record);
  }
}
