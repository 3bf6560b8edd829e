import type { ActiveVersion } from "../automations/index.js";
import type { Workspace } from "../crm/index.js";
import type { Reason } from "../runs/index.js";

/** A record at the door: what it wants to enter, and, once decided, whether it may and when. */
export type Entry = {
  active: ActiveVersion;
  workspace: Workspace;
  eventId: string;
  record: { object: string; id: string } | null;
  refused: Reason | null;
  startAt: { at: number; reason: Reason | null } | null;
  /** Where it stands in the queue of its record, with `concurrency: "queue"`. */
  queueNumber?: number;
};
