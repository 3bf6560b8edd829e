import { type ActiveVersion, type AutomationRoom, activationsOf } from "../automations/index.js";
import type { Trigger } from "../graph/index.js";
import { fireAfter } from "./schedules/next-fire.js";
import { planOf, timedTriggers } from "./timed-triggers.js";
import { addTimers, keyOf, moveTimer, NEVER, type Timer, timersOf } from "./timer.js";

/** A date scan looks this far behind the last one: a change committed a moment late is still seen. */
export const OVERLAP_MS = 120_000;

/** Publishing ends one activation and begins the next a moment later; a longer pause is one. */
const SEAM_MS = 5_000;

/** Gives every timed trigger its row, and moves the rows of those that were published anew or resumed. */
export async function arrangeTimers(room: AutomationRoom, versions: ActiveVersion[]): Promise<void> {
  const timers = await timersOf(
    room.db,
    versions.map(({ automationId }) => automationId),
  );
  const found = new Map(timers.map((timer) => [keyOf(timer), timer]));
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
  if (!changed && begun > version.activatedAt) return replanned(room, version, trigger, begun);
  // A tick that was due before this publication is still owed; one from a time when nothing listened is not.
  const owed =
    timer.nextAt !== null && begun <= version.activatedAt && begun > (await listeningSince(room, version, begun));
  if (owed && !changed) return null;
  return { version: version.version, nextAt: owed ? begun : await firstTick(room, version, trigger, timer.fired) };
}

/** A tick ahead is moved when the plan has become another though the version has not: the workspace's zone was changed. */
async function replanned(
  room: AutomationRoom,
  version: ActiveVersion,
  trigger: Trigger,
  nextAt: number,
): Promise<Partial<Timer> | null> {
  const now = room.clock.now();
  const plan = nextAt > now && nextAt !== NEVER ? await planOf(room, version, trigger) : null;
  if (!plan) return null;
  const next = fireAfter(plan)(Math.max(now, version.activatedAt)) ?? NEVER;
  return next === nextAt ? null : { nextAt: next };
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
