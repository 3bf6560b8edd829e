import type { Transaction } from "sequelize";
import { ambientTransaction, type Tx } from "../../db/index.js";
import { type Cause, recordChange } from "../../events/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Host } from "../host.js";
import { bookkeepingOf } from "../objects/describe-model.js";
import { knownObject } from "../objects/schema.js";
import type { Watched } from "../objects/watched.js";
import { factsOf, type RecordRow } from "../record.js";
import { sameValue } from "../values/stored-value.js";
import { workspaceBySlug } from "../workspace.js";
import { readRows } from "./host-records.js";
import { recordFromHost } from "./host-values.js";

/** What a host hands to its model's write methods. `millrace` names who did it; the host application when left out. */
export type WriteOptions = { transaction?: Transaction | null; millrace?: Cause; [name: string]: unknown };

/** One write on a watched model: which rows it will touch, the write itself, which rows it made. */
export type HostWrite<T> = {
  touches(tx: Tx): Promise<readonly unknown[]>;
  write(tx: Tx): Promise<T>;
  made?(result: T, tx: Tx): Promise<readonly unknown[]> | readonly unknown[];
};

/** A row as far as people can see it: null when there is none, `deleted` when it is only softly so. */
type Seen = { record: RecordRow; deleted: boolean };

/** What was last told about a row in a transaction, and when: a write inside another one is told by the inner one. */
type Told = { turn: number; seen: Seen | undefined };
type Ledger = { turn: number; rows: Map<string, Told> };

const ledgers = new WeakMap<Tx, Ledger>();
const hostCause: Cause = { actor: { type: "host", id: null, name: "Host application" } };

/**
 * Does a host's write and records what really changed, in the same transaction: the host's own, or one opened around
 * the write. Rows are read before (and locked) and after, complete and past every scope, so that neither partly loaded
 * instances nor values the database makes up can deceive.
 */
export function captured<T>(host: Host, watched: Watched, options: WriteOptions, step: HostWrite<T>): Promise<T> {
  return withTransaction(host, options, async (tx) => {
    const ledger = ledgerOf(tx);
    const turn = ++ledger.turn;
    const keys = await step.touches(tx);
    const was = await see(host, watched, keys, tx, true);
    const result = await step.write(tx);
    const is = await see(host, watched, [...keys, ...((await step.made?.(result, tx)) ?? [])], tx, false);
    for (const id of new Set([...was.keys(), ...is.keys()])) {
      const entry = `${watched.options.object}:${id}`;
      const told = ledger.rows.get(entry);
      await tell(
        host,
        watched,
        id,
        told && told.turn > turn ? told.seen : was.get(id),
        is.get(id),
        options.millrace ?? hostCause,
        tx,
      );
      ledger.rows.set(entry, { turn: ++ledger.turn, seen: is.get(id) });
    }
    return result;
  });
}

async function tell(
  host: Host,
  watched: Watched,
  id: string,
  was: Seen | undefined,
  is: Seen | undefined,
  cause: Cause,
  tx: Tx,
): Promise<void> {
  const before = was && !was.deleted ? facts(was) : null;
  const after = is && !is.deleted ? facts(is) : null;
  if (!before && !after) return;
  const workspaceId = await workspaceIdOf(host, watched, tx);
  const restored = was?.deleted === true && after !== null;
  const { object } = watched.options;
  const { fields } = await knownObject(host, workspaceId, object, tx);
  const same = (name: string, old: unknown, now: unknown) => sameValue(fields.get(name), old, now);
  await recordChange(host, { workspaceId, object, recordId: id, before, after, restored, same }, cause, tx);
}

function facts(seen: Seen): JsonObject {
  return factsOf(seen.record);
}

async function see(
  host: Host,
  watched: Watched,
  keys: readonly unknown[],
  tx: Tx,
  lock: boolean,
): Promise<Map<string, Seen>> {
  if (keys.length === 0) return new Map();
  const { fields } = await knownObject(host, await workspaceIdOf(host, watched, tx), watched.options.object, tx);
  const { deletedAt } = bookkeepingOf(watched.model);
  const rows = await readRows(watched, keys, { tx, lock, deleted: true });
  return new Map(
    rows.map((row) => {
      const record = recordFromHost(watched, fields.values(), row);
      return [record.id, { record, deleted: deletedAt !== undefined && row[deletedAt] !== null }] as const;
    }),
  );
}

async function workspaceIdOf(host: Host, watched: Watched, tx: Tx): Promise<string> {
  const workspace = await workspaceBySlug(host, watched.workspace, tx);
  if (workspace) return workspace.id;
  throw new Error(
    `The watched model "${watched.options.object}" belongs to the workspace "${watched.workspace}", which does not exist.`,
  );
}

function ledgerOf(tx: Tx): Ledger {
  const known = ledgers.get(tx);
  if (known) return known;
  const ledger = { turn: 0, rows: new Map() };
  ledgers.set(tx, ledger);
  return ledger;
}

/** The host's transaction (an ambient one too), else one of our own; then a failure is never tried again. */
async function withTransaction<T>(host: Host, options: WriteOptions, work: (tx: Tx) => Promise<T>): Promise<T> {
  const given = options.transaction === undefined ? ambientTransaction(host.db.sequelize) : options.transaction;
  if (given) {
    await host.db.becomeWriter(given);
    return work(given);
  }
  // A write of the host's may have changed its instances in memory: repeating it would write something else.
  let failure: { error: unknown } | undefined;
  try {
    return await host.db.inTransaction(async (tx) => {
      if (failure) throw new Error("Not repeated.");
      failure = { error: new Error("The transaction could not be committed.") };
      const result = await work(tx).catch((error: unknown) => {
        failure = { error };
        throw new Error("Not repeated.");
      });
      failure = undefined;
      return result;
    });
  } catch (error) {
    throw failure ? failure.error : error;
  }
}
