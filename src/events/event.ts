import type { Database } from "../db/index.js";
import type { Clock } from "../shared/clock.js";
import type { JsonObject } from "../shared/json.js";

/** Who did it, as shown to people. A run names its automation too. */
export type Actor = {
  type: "user" | "key" | "run" | "import" | "system" | "host";
  id: string | null;
  name: string;
  automationId?: string;
};

/** One (automation, record) pair that led to an event; the record is `object:id`, empty for a global run. */
export type Ancestor = { automationId: string; record: string; runId: string };

/** Where a write comes from: the actor, the runs that led to it, and the import, bulk edit or batch it belongs to. */
export type Cause = { actor: Actor; lineage?: Ancestor[]; source?: string };

/** One field that really changed. */
export type FieldChange = { field: string; old: unknown; new: unknown };

/** What happened to a record, as the record model tells `recordChange`. `before` is null for a creation, `after` for a deletion. */
export type Change = {
  workspaceId: string;
  object: string;
  recordId: string;
  before: JsonObject | null;
  after: JsonObject | null;
  restored?: boolean;
  /** Whether two values of a field mean the same, so that there is no change; to the letter when left out. */
  same?(field: string, old: unknown, now: unknown): boolean;
};

/** Our stored, immutable row for one change or one start. `record` is the record's values right after the change. */
export type Event = {
  id: string;
  workspaceId: string;
  kind: string;
  name: string | null;
  object: string | null;
  recordId: string | null;
  actor: Actor;
  changes: FieldChange[];
  record: JsonObject | null;
  data: JsonObject;
  lineage: Ancestor[];
  source: string | null;
  at: number;
  /** Parts whose stored text is damaged; they are empty here. Absent when all can be read. */
  unreadable?: string[];
};

/** What the events room works with. `ring` tells this process, or another, that work waits; it may be called at any time. */
export type EventRoom = { db: Database; clock: Clock; ring(job: "relay" | "runs" | "schedules" | "waits"): void };
