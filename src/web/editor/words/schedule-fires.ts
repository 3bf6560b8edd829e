import type { Document, Trigger } from "../../../graph/index.js";
import { Problem } from "../../../shared/errors.js";
import { previewSchedule } from "../../../triggers/index.js";

/** When a schedule fires next, and what a change of the clocks does to it. */
export type ShownFires = { fires: string[]; note: string; zone: string };

const SHOWN = 5;

/** The next five fires of a schedule; null for every other trigger, and while the schedule is not complete. */
export function nextFiresOf(trigger: Trigger, document: Document, now: number, zone: string): ShownFires | null {
  if (trigger.kind !== "schedule") return null;
  const { key: _k, kind: _n, when: _w, inputs: _i, object: _o, ...spec } = trigger;
  const here = typeof spec["timezone"] === "string" ? spec["timezone"] : (document.timezone ?? zone);
  try {
    const { fires, note } = previewSchedule({ ...spec, count: SHOWN }, now, document.timezone ?? zone);
    return { fires, note: note ?? "", zone: here };
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
