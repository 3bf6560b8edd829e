import { type ActiveVersion, type AutomationRoom, activationsOf, activityAfter } from "../automations/index.js";
import { workspaceById } from "../crm/index.js";
import type { Database } from "../db/index.js";
import { readSchedule, type SchedulePlan } from "../shared/schedule.js";
import { fireAfter } from "./next-fire.js";
import { addTimers, moveTimer, NEVER, type Timer, timersOf } from "./timer.js";

/** A trigger of a document. */
export type Trigger = ActiveVersion["document"]["triggers"][number];

/** The versions that listen now and have a schedule or a date trigger, by automation. */
export type Followed = ReadonlyMap<string, ActiveVersion>;

/** A date scan looks this far behind the last one: a change committed a moment late is still seen. */
export const OVERLAP_MS = 120_000;

/** Publishing ends one activation and begins the next a moment later; a longer pause is one. */
const SEAM_MS = 5_000;

/** The zone of a workspace is asked for again this often; what follows from it moves then. */
const ZONES_EVERY_MS = 60_000;

type Follower = {
  stamp: number;
  followed: Map<string, ActiveVersion>;
  zones: Map<string, string>;
  zonesAt: number;
  busy: Promise<Followed> | null;
};

const followers = new WeakMap<Database, Follower>();

/**
 * What listens now, with its timers brought up to date first: one SELECT while nothing was published, paused or resumed
 * anywhere. Safe beside other processes doing the same.
 */
export function followAutomations(room: AutomationRoom): Promise<Followed> {
  const follower = followers.get(room.db) ?? {
    stamp: 0,
    followed: new Map(),
    zones: new Map(),
    zonesAt: 0,
    busy: null,
  };
  followers.set(room.db, follower);
  follower.busy ??= catchUp(room, follower).finally(() => {
    follower.busy = null;
  });
  return follower.busy;
}

async function catchUp(room: AutomationRoom, follower: Follower): Promise<Followed> {
  const change = await activityAfter(room, follower.stamp);
  const timed = change.active.filter((version) => timedTriggers(version).length > 0);
  for (let start = 0; start < timed.length; start += 200) await arrangeTimers(room, timed.slice(start, start + 200));
  // Not before the timers stand: should that have failed, the next poll sees the same changes again.
  for (const { automationId } of change.active) follower.followed.delete(automationId);
  for (const automationId of change.stopped) follower.followed.delete(automationId);
  for (const version of timed) follower.followed.set(version.automationId, version);
  follower.stamp = change.stamp;
  if (Math.abs(room.clock.now() - follower.zonesAt) >= ZONES_EVERY_MS) await followZones(room, follower);
  return follower.followed;
}

/** Moves the schedules of workspaces whose zone was changed; dates are looked at within the hour anyway. */
async function followZones(room: AutomationRoom, follower: Follower): Promise<void> {
  for (const workspaceId of new Set([...follower.followed.values()].map((version) => version.workspaceId))) {
    const zone = (await workspaceById(room, workspaceId))?.timezone ?? "UTC";
    const before = follower.zones.get(workspaceId);
    const moved = before === undefined || before === zone ? [] : [...follower.followed.values()];
    for (const version of moved) if (version.workspaceId === workspaceId) await moveToZone(room, version);
    follower.zones.set(workspaceId, zone);
  }
  follower.zonesAt = room.clock.now();
}

async function moveToZone(room: AutomationRoom, version: ActiveVersion): Promise<void> {
  const now = room.clock.now();
  for (const timer of await timersOf(room.db, [version.automationId])) {
    const trigger = timedTriggers(version).find(({ key, kind }) => key === timer.triggerKey && kind === "schedule");
    const plan = trigger ? await planOf(room, version, trigger) : null;
    if (!plan || timer.nextAt === null || timer.nextAt <= now || timer.nextAt === NEVER) continue;
    await moveTimer(room.db, timer, { nextAt: fireAfter(plan)(now) ?? NEVER });
  }
}

/** The schedules and date triggers of a version. */
export function timedTriggers({ document }: ActiveVersion): Trigger[] {
  return document.triggers.filter(({ kind }) => kind === "schedule" || kind === "date");
}

/** The zone of a version: its document's, else its workspace's. */
export async function zoneOf(room: AutomationRoom, { document, workspaceId }: ActiveVersion): Promise<string> {
  return document.timezone ?? (await workspaceById(room, workspaceId))?.timezone ?? "UTC";
}

/** The plan of a schedule trigger in its version's zone; null when it is no valid schedule. */
export async function planOf(
  room: AutomationRoom,
  version: ActiveVersion,
  trigger: Trigger,
): Promise<SchedulePlan | null> {
  return readSchedule(trigger, await zoneOf(room, version)).plan;
}

/** Gives every timed trigger its row, and moves the rows of those that were published anew or resumed. */
async function arrangeTimers(room: AutomationRoom, versions: ActiveVersion[]): Promise<void> {
  const timers = await timersOf(
    room.db,
    versions.map(({ automationId }) => automationId),
  );
  const found = new Map(timers.map((timer) => [`${timer.automationId} ${timer.triggerKey}`, timer]));
  const missing: Timer[] = [];
  for (const version of versions) {
    for (const trigger of timedTriggers(version)) {
      const timer = found.get(`${version.automationId} ${trigger.key}`);
      if (!timer) missing.push(await newTimer(room, version, trigger));
      else if (timer.version <= version.version) await rearrange(room, version, trigger, timer);
    }
  }
  await addTimers(room.db, missing);
}

async function newTimer(room: AutomationRoom, version: ActiveVersion, trigger: Trigger, fired = 0): Promise<Timer> {
  const { activatedAt } = version;
  const isDate = trigger.kind === "date";
  return {
    automationId: version.automationId,
    triggerKey: trigger.key,
    version: version.version,
    nextAt: isDate ? activatedAt : await firstTick(room, version, trigger, fired),
    // The first scan begins at the activation itself, not before it.
    scannedAt: isDate ? activatedAt + OVERLAP_MS : null,
    fired,
  };
}

async function firstTick(
  room: AutomationRoom,
  version: ActiveVersion,
  trigger: Trigger,
  fired: number,
): Promise<number> {
  const plan = await planOf(room, version, trigger);
  if (!plan || (plan.times !== null && fired >= plan.times)) return NEVER;
  return fireAfter(plan)(version.activatedAt) ?? NEVER;
}

/** Moves a timer to where its version wants it; reads it again when another process moved it in between. */
async function rearrange(room: AutomationRoom, version: ActiveVersion, trigger: Trigger, timer: Timer): Promise<void> {
  let seen: Timer | undefined = timer;
  for (let tries = 0; seen && seen.version <= version.version && tries < 5; tries++) {
    const next = await placeFor(room, version, trigger, seen);
    if (!next || (await moveTimer(room.db, seen, next))) return;
    seen = (await timersOf(room.db, [version.automationId])).find(({ triggerKey }) => triggerKey === trigger.key);
  }
}

/** Where a timer belongs under this version; null when it stands there already. */
async function placeFor(
  room: AutomationRoom,
  version: ActiveVersion,
  trigger: Trigger,
  timer: Timer,
): Promise<Partial<Timer> | null> {
  const changed = timer.version < version.version;
  if ((trigger.kind === "date") !== (timer.scannedAt !== null)) {
    return changed ? newTimer(room, version, trigger) : null;
  }
  const begun = timer.nextAt ?? 0;
  if (timer.scannedAt !== null) {
    const since = await listeningSince(room, version, timer.scannedAt - OVERLAP_MS);
    const scannedAt = since > timer.scannedAt - OVERLAP_MS ? since + OVERLAP_MS : timer.scannedAt;
    if (!changed && timer.nextAt !== null && scannedAt === timer.scannedAt) return null;
    // Another `nextAt` than before, so that compare and set tells two nodes apart.
    return { version: version.version, scannedAt, nextAt: Math.min(timer.nextAt ?? NEVER, version.activatedAt) - 1 };
  }
  if (!changed && begun > version.activatedAt) return null;
  // A tick that was due before this publication is still owed; one from a time when nothing listened is not.
  const owed =
    timer.nextAt !== null && begun <= version.activatedAt && begun > (await listeningSince(room, version, begun));
  if (owed && !changed) return null;
  return { version: version.version, nextAt: owed ? begun : await firstTick(room, version, trigger, timer.fired) };
}

/** Since when the automation has listened without a pause, across publications; no further back than `back`. */
async function listeningSince(room: AutomationRoom, version: ActiveVersion, back: number): Promise<number> {
  let since = version.activatedAt;
  if (since <= back) return since;
  for (const { fromAt, untilAt } of await activationsOf(room, version.automationId)) {
    if (fromAt >= since) continue;
    if (untilAt !== null && untilAt < since - SEAM_MS) break;
    since = fromAt;
    if (since <= back) break;
  }
  return since;
}
