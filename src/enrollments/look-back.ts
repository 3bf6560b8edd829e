import { type Param, type Tx, toColumn } from "../db/index.js";
import { damageOf, type Event, readEvent } from "../events/index.js";
import { answerWait, type Engine, unfinished } from "../runs/index.js";
import { type Awaited, answerBy, changedNow, goalNow, readAwaited, selectAwaited } from "./awaited.js";
import { watchRelated } from "./related-watches.js";

/** How many waits one look takes. */
const WAITS_AT_ONCE = 50;

/** As many past events one wait may look at. */
const EVENTS_AT_MOST = 2_000;

/** A wait on people beside its record, whose changes are no events, is looked at this often. */
const RELATED_MS = 300_000;

/** Should whoever looks at a goal die, another does after this long. */
const TAKEN_MS = 60_000;

const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * Looks once at every new wait for an event, a goal or a date: what came between the run's start and the commit of its
 * wait had nobody to tell. From then on `wakeWaits` does, so that between the two nothing is missed. Returns how many it looked at.
 */
export async function lookBack(engine: Engine): Promise<number> {
  const rows = await engine.db.all(
    `${selectAwaited} WHERE w.kind IN ('event','goal','date') AND w.lookAt <= ? AND w.answer IS NULL ORDER BY w.lookAt LIMIT ${WAITS_AT_ONCE}`,
    [engine.clock.now()],
  );
  let looked = 0;
  for (const wait of rows.map(readAwaited)) if (await look(engine, wait)) looked += 1;
  return looked;
}

async function look(engine: Engine, wait: Awaited): Promise<boolean> {
  const over = !unfinished.some((status) => status === wait.runStatus);
  const isRelated = !over && (wait.details.related?.length ?? 0) > 0;
  // Taken first: a change that comes while it is looked at asks for another look, which is not forgotten then.
  const lookAt = isRelated ? engine.clock.now() + TAKEN_MS : wait.lookAt;
  if (isRelated && !(await setLookAt(engine, wait.token, wait.lookAt, lookAt))) return false;
  // Watched first, looked at second: a change in between is seen, or wakes it.
  const complete = !isRelated || (await watchRelated(engine, wait));
  const now = isRelated && wait.details.fresh ? await goalNow(engine, wait) : null;
  const answer = over ? null : now && wait.details.held === false ? now : await answerFor(engine, wait);
  const next = complete ? NEVER : engine.clock.now() + RELATED_MS;
  return engine.db.inTransaction(async (tx) => {
    if (over)
      return (
        (await engine.db.run("DELETE FROM millrace_waits WHERE token = ? AND runId = ?", [wait.token, wait.runId], tx))
          .changes > 0
      );
    const isMine = await setLookAt(engine, wait.token, lookAt, next, tx);
    if (isMine && isRelated && wait.details.fresh)
      await engine.db.run(
        "UPDATE millrace_waits SET details = ? WHERE token = ?",
        [toColumn({ ...wait.details, held: now !== null }), wait.token],
        tx,
      );
    if (isMine && answer) await answerWait(engine, wait.runId, wait.token, answer, tx);
    return isMine;
  });
}

async function setLookAt(engine: Engine, token: string, from: number, to: number, tx?: Tx): Promise<boolean> {
  const { changes } = await engine.db.run(
    "UPDATE millrace_waits SET lookAt = ? WHERE token = ? AND lookAt = ?",
    [to, token, from],
    tx,
  );
  return changes > 0;
}

async function answerFor(engine: Engine, wait: Awaited) {
  if (wait.kind === "date") return changedNow(engine, wait);
  if (wait.kind === "goal" && !wait.details.fresh) return goalNow(engine, wait);
  const received = await receivedBefore(engine, wait.runId);
  for (const event of await eventsBefore(engine, wait)) {
    const answer = received.has(event.id) ? null : await answerBy(engine, wait, event);
    if (answer) return answer;
  }
  return null;
}

/** An event is received once by a run: a second wait waits for a second one. */
async function receivedBefore(engine: Engine, runId: string): Promise<Set<string>> {
  const rows = await engine.db.all(
    "SELECT output FROM millrace_steps WHERE runId = ? AND kind = 'wait_for_event' AND output IS NOT NULL",
    [runId],
  );
  return new Set(rows.map((row) => /"eventId":"(\d+)"/.exec(String(row["output"]))?.[1] ?? ""));
}

/** What has happened to the record, or under the name, oldest first: since the run began, or since its lookback. */
async function eventsBefore(engine: Engine, wait: Awaited): Promise<Event[]> {
  const { workspaceId, object, recordId, startedBy, details } = wait;
  const named = wait.kind === "event" && !details.event?.startsWith("record.");
  const since = details.since === null || wait.kind === "goal" ? "id > ?" : "at >= ?";
  const from = since === "id > ?" ? startedBy : (details.since ?? 0);
  const select = (where: string, params: Param[]) =>
    engine.db.all(
      `SELECT * FROM millrace_events WHERE workspaceId = ? AND ${where} AND ${since} ORDER BY id DESC LIMIT ${EVENTS_AT_MOST}`,
      [workspaceId, ...params, from],
    );
  const own = object && recordId ? await select("object = ? AND recordId = ?", [object, recordId]) : [];
  const free = named ? await select(`name = ?${recordId ? " AND recordId IS NULL" : ""}`, [details.event ?? ""]) : [];
  const any = !recordId && !named ? await select("kind = ?", [details.event ?? ""]) : [];
  const events = [...own, ...free, ...any].map(readEvent).filter((event) => damageOf(event) === null);
  return events.sort((a, b) => Number(a.id) - Number(b.id));
}
