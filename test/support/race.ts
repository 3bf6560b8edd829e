import { EventEmitter } from "node:events";
import type { Database } from "../../src/db/index.js";
import { deadlock } from "./repeated.js";

/** Which statement: its text, and whether work is stopped right before it is sent or right after its answer. */
export type HoldPoint = { at: RegExp; when?: "before" | "after" };

/** Work of one process that stands still at a statement until it is let go. */
export type Held = {
  /** Resolves when the statement has been met. */
  reached: Promise<void>;
  release(): void;
};

type Callback = (...answer: unknown[]) => void;
type Statement = (...given: unknown[]) => unknown;
type Watch = { at: RegExp; meet(go: () => void): void; when: "before" | "after" | "instead" };
type Manager = { getConnection(options: unknown): Promise<Record<string, unknown>> };

const counters = new WeakMap<Database, { n: number }>();
const watches = new WeakMap<Database, Set<Watch>>();
const tapped = new WeakSet<object>();

/**
 * Stops whatever sends the next statement like this over connections of `db`, models and bound SQL alike; only that one.
 * The connections of another `Database` on the same schema go on: so two processes meet at exactly this place.
 */
export function hold(db: Database, { at, when = "after" }: HoldPoint): Held {
  let goOn: (() => void) | undefined;
  let released = false;
  let meet: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    meet = resolve;
  });
  const watch: Watch = {
    at,
    when,
    meet(go) {
      watchesOf(db).delete(watch);
      goOn = go;
      if (released) go();
      meet();
    },
  };
  watchesOf(db).add(watch);
  return {
    reached,
    release() {
      released = true;
      watchesOf(db).delete(watch);
      goOn?.();
    },
  };
}

/** Lets the next statement like this come to a deadlock, with all that it brings: its whole transaction is undone. */
export function deadlockAt(db: Database, at: RegExp): { happened(): boolean } {
  let met = false;
  const watch: Watch = {
    at,
    when: "instead",
    meet(go) {
      met = true;
      watchesOf(db).delete(watch);
      go();
    },
  };
  watchesOf(db).add(watch);
  return { happened: () => met };
}

/** Counts what is sent to the server over connections of `db`, from now until it is stopped. */
export function countingStatements(db: Database): { stop(): number } {
  watchesOf(db);
  const counter = { n: 0 };
  counters.set(db, counter);
  return {
    stop() {
      counters.delete(db);
      return counter.n;
    },
  };
}

/**
 * Lets `first` come to a statement and stand there while `second`, of another process, does all it can: it ends, or waits
 * for what `first` holds. Then `first` goes on. Returns how both ended. Throws when `first` ends without coming there.
 */
export async function race<A, B>(
  db: Database,
  point: HoldPoint,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
  const held = hold(db, point);
  const one = first();
  const missed = one.then(
    () => Promise.reject(new Error(`It ended without a statement like ${point.at}.`)),
    (error: unknown) => Promise.reject(new Error(`It failed before a statement like ${point.at}.`, { cause: error })),
  );
  await Promise.race([held.reached, missed]);
  missed.catch(() => undefined);
  const other = second();
  await endedOrStuck(db, other);
  held.release();
  const [a, b] = await Promise.allSettled([one, other]);
  return [a, b];
}

/** A statement of ours takes less; one that waits longer than this waits for a lock. */
const STUCK_MS = 1_000;

async function endedOrStuck(db: Database, work: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  const until = performance.now() + (db.dialect === "mysql" ? STUCK_MS : 100);
  while (!ended && performance.now() < until && !(await waitsForLock(db)))
    await new Promise((resolve) => setTimeout(resolve, 5));
}

async function waitsForLock(db: Database): Promise<boolean> {
  if (db.dialect === "sqlite") return false;
  const row = await db.one(
    "SELECT COUNT(*) AS n FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()",
  );
  return Number(row?.["n"]) > 0;
}

function watchesOf(db: Database): Set<Watch> {
  const known = watches.get(db);
  if (known) return known;
  const mine = new Set<Watch>();
  watches.set(db, mine);
  const manager = db.sequelize.connectionManager as unknown as Manager;
  const open = manager.getConnection.bind(manager);
  manager.getConnection = async (options) => {
    const connection = await open(options);
    if (!tapped.has(connection)) for (const verb of verbs(connection)) tap(db, connection, verb, mine);
    tapped.add(connection);
    return connection;
  };
  return mine;
}

/** What statements are sent by: mysql2's two, or the three of SQLite's driver. */
const verbs = (connection: object) => ["query", "execute", "all", "run", "exec"].filter((verb) => verb in connection);

function tap(db: Database, connection: Record<string, unknown>, verb: string, mine: Set<Watch>): void {
  const send = (connection[verb] as Statement).bind(connection);
  connection[verb] = (...given: unknown[]) => {
    const sql = typeof given[0] === "string" ? given[0] : String((given[0] as { sql?: string })?.sql ?? "");
    const counter = counters.get(db);
    if (counter) counter.n += 1;
    const watch = [...mine].find(({ at }) => at.test(sql));
    if (!watch) return send(...given);
    if (watch.when === "before") {
      watch.meet(() => void send(...given));
      return new EventEmitter();
    }
    const place = given.findLastIndex((one) => typeof one === "function");
    const answered = given[place] as Callback;
    if (watch.when === "instead") {
      const fail = () => answered(deadlock());
      // SQLite gives no transaction up by itself.
      watch.meet(() => void ("execute" in connection ? (connection["query"] as Statement)("ROLLBACK", fail) : fail()));
      return new EventEmitter();
    }
    return send(
      ...given.with(place, function (this: unknown, ...answer: unknown[]) {
        watch.meet(() => answered.apply(this, answer));
      }),
    );
  };
}
