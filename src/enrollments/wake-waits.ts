import { marks, type Param, type Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import { answerWait, type Engine } from "../runs/index.js";
import { type Awaited, answerBy, readAwaited, selectAwaited } from "./awaited.js";

/** Ends the waits these events end. Where nobody waits it costs one statement, whose every arm reads an index. */
export async function wakeWaits(engine: Engine, events: Event[], tx: Tx): Promise<void> {
  const tokens = await tokensFor(engine, events, tx);
  if (tokens.length === 0) return;
  const rows = await engine.db.all(
    `${selectAwaited} WHERE w.token IN (${marks(tokens)}) AND w.answer IS NULL AND r.status IN ('waiting','running')`,
    tokens,
    tx,
  );
  for (const wait of rows.map(readAwaited)) {
    if (wait.details.related?.length) await lookAgain(engine, wait, events, tx);
    for (const event of events) {
      const answer = await answerBy(engine, wait, event, tx);
      if (!answer) continue;
      await answerWait(engine, wait.runId, wait.token, answer, tx);
      break;
    }
  }
}

/** A wait that reads related records is looked at again by `lookBack` when one of them, or what it is related to, changes. */
async function lookAgain(
  engine: Engine,
  { token, recordId, details }: Awaited,
  events: Event[],
  tx: Tx,
): Promise<void> {
  const relations = new Set(details.related?.map((path) => path.split(".")[0]));
  const matters = events.some(
    (event) => event.recordId !== recordId || event.changes.some(({ field }) => relations.has(field)),
  );
  if (!matters) return;
  await engine.db.run("UPDATE millrace_waits SET lookAt = 0 WHERE token = ?", [token], tx);
  tx.afterCommit(() => engine.ring("waits"));
}

/** The waits that watch one of these records, or wait for a named event or for any record of their own workspace. */
async function tokensFor(engine: Engine, events: Event[], tx: Tx): Promise<string[]> {
  const byObject = new Map<string, Set<string>>();
  for (const { object, recordId } of events) {
    if (object && recordId) byObject.set(object, (byObject.get(object) ?? new Set()).add(recordId));
  }
  const arms: string[] = [];
  const values: Param[] = [];
  const arm = (where: string, ...params: Param[]) => {
    arms.push(`SELECT token FROM millrace_waits WHERE ${where} AND kind IN ('event','goal','date')`);
    values.push(...params);
  };
  for (const [object, ids] of byObject) {
    arm(`object = ? AND recordId IN (${marks([...ids])})`, object, ...ids);
    arms.push(`SELECT token FROM millrace_watches WHERE object = ? AND recordId IN (${marks([...ids])})`);
    values.push(object, ...ids);
  }
  for (const workspaceId of new Set(events.map((event) => event.workspaceId))) {
    const own = events.filter((event) => event.workspaceId === workspaceId);
    const keys = [...new Set(own.map(keyOf))];
    const named = `workspaceId = ? AND eventKind IN (${marks(keys)})`;
    arm(`${named} AND object IS NULL AND recordId IS NULL`, workspaceId, ...keys);
    const everywhere = [...new Set(own.filter(({ recordId, name }) => !recordId && name).map(keyOf))];
    if (everywhere.length > 0)
      for (const token of await heardBy(engine, workspaceId, everywhere, tx)) arm("token = ?", token);
  }
  const rows = await engine.db.all(arms.join(" UNION "), values, tx);
  return rows.map((row) => String(row["token"]));
}

/** More waits than this are not answered while other events stand behind: they are looked at by themselves, in portions. */
const HEARD_AT_ONCE = 100;

/** Who waits for these names, whatever their record. Many are asked to look for themselves (see `lookBack`). */
async function heardBy(engine: Engine, workspaceId: string, keys: string[], tx: Tx): Promise<string[]> {
  const where = `workspaceId = ? AND eventKind IN (${marks(keys)})`;
  const rows = await engine.db.all(
    `SELECT token FROM millrace_waits WHERE ${where} LIMIT ${HEARD_AT_ONCE + 1}`,
    [workspaceId, ...keys],
    tx,
  );
  if (rows.length <= HEARD_AT_ONCE) return rows.map(({ token }) => String(token));
  await engine.db.run(
    `UPDATE millrace_waits SET lookAt = 0 WHERE ${where} AND answer IS NULL`,
    [workspaceId, ...keys],
    tx,
  );
  return [];
}

/** How `actions/wait-for-event.ts` files a wait for such an event. */
function keyOf({ kind, name }: Event): string {
  return (name ? `event:${name}` : kind).slice(0, 40);
}
