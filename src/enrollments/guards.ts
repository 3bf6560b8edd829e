import type { ActiveVersion } from "../automations/index.js";
import type { Workspace } from "../crm/index.js";
import type { Event } from "../events/index.js";
import type { Reason } from "../runs/index.js";

/** The ancestry of an event may be this long; longer chains are taken for loops. */
const LONGEST_CHAIN = 16;

/** The kill switches of a workspace: everything, or one object. */
export function pausedReason(workspace: Workspace, object: string | null): Reason | null {
  if (workspace.settings.paused)
    return { code: "kill_switch", message: "All automations of this workspace are paused." };
  if (object && workspace.settings.pausedObjects?.includes(object)) {
    return { code: "kill_switch", message: `All automations on ${object} are paused.`, details: { object } };
  }
  return null;
}

/** Refuses an event this automation has set off itself, and chains too long to be meant. */
export function loopReason(event: Event, active: ActiveVersion): Reason | null {
  const record = event.object && event.recordId ? `${event.object}:${event.recordId}` : "";
  const visits = event.lineage.filter(
    (ancestor) => ancestor.automationId === active.automationId && ancestor.record === record,
  );
  const chain = event.lineage.map(({ automationId, record: on, runId }) => ({ automationId, record: on, runId }));
  if (visits.length > (active.document.enrollment?.allowSelf ?? 0)) {
    return {
      code: "loop_guard",
      message:
        "This change was made by this automation itself, by way of the chain below, so it does not start it again.",
      details: { chain },
    };
  }
  if (chain.length >= LONGEST_CHAIN) {
    return {
      code: "loop_guard",
      message: `Automations have set each other off ${chain.length} times in a row; the chain stops here.`,
      details: { chain },
    };
  }
  return null;
}
