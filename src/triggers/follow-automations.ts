import { type ActiveVersion, type AutomationRoom, activityAfter } from "../automations/index.js";
import { workspaceById } from "../crm/index.js";
import type { Database } from "../db/index.js";
import { arrangeTimers } from "./arrange-timers.js";
import { timedTriggers } from "./timed-triggers.js";

/** The versions that listen now and have a schedule or a date trigger, by automation. */
export type Followed = ReadonlyMap<string, ActiveVersion>;

/** The zone of a workspace is asked for again this often; what follows from it moves then. */
const ZONES_EVERY_MS = 60_000;

/** How many automations have their timers arranged at once. */
const PORTION = 200;

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
  for (let start = 0; start < timed.length; start += PORTION)
    await arrangeTimers(room, timed.slice(start, start + PORTION));
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
  const versions = [...follower.followed.values()];
  for (const workspaceId of new Set(versions.map((version) => version.workspaceId))) {
    const zone = (await workspaceById(room, workspaceId))?.timezone ?? "UTC";
    if ((follower.zones.get(workspaceId) ?? zone) !== zone) {
      const moved = versions.filter((version) => version.workspaceId === workspaceId);
      for (let start = 0; start < moved.length; start += PORTION)
        await arrangeTimers(room, moved.slice(start, start + PORTION));
    }
    follower.zones.set(workspaceId, zone);
  }
  follower.zonesAt = room.clock.now();
}
