import { type ActiveVersion, runnableVersion } from "../automations/index.js";
import { fieldTypes, type Workspace, withRelated } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import { declaredTypes, type Trigger, triggerMatches } from "../graph/index.js";
import { type Conditions, type Explanation, type Facts, isAlike, pathsOf } from "../rules/index.js";
import { type Engine, type Reason, triggerFacts } from "../runs/index.js";
import type { JsonObject } from "../shared/json.js";
import { relatedPaths as pathsInTemplates } from "../templates/index.js";
import { answer, missMessage, Unanswerable } from "./answer-conditions.js";
import { triggersFor } from "./children.js";
import { loopReason, pausedReason } from "./guards.js";

/** What the values of an event decide, before anything about the past is asked. */
export type Verdict = { trigger: Trigger | null; refused: Reason | null; conditions: Explanation | null; facts: Facts };

/**
 * Decides by the values of the event alone, in the order of the specification: kill switch, trigger filter, loop guard,
 * exclusion, conditions. Given the same event and version it decides the same for ever, so a refusal can be explained
 * later without having been stored (unless it read related records, which change).
 */
export async function consider(
  engine: Engine,
  event: Event,
  active: ActiveVersion,
  workspace: Workspace,
  tx?: Tx,
): Promise<Verdict> {
  const { document } = active;
  const facts = await factsAt(engine, event, active, workspace, tx);
  const verdict: Verdict = { trigger: null, refused: null, conditions: null, facts };
  const types = event.object ? await fieldTypes(engine, event.workspaceId, event.object) : undefined;
  const declared = declaredTypes(document);
  const options = {
    timezone: document.timezone ?? workspace.timezone,
    types: (fact: string, path: string) => (fact === "record" || fact === "old" ? types?.(path) : declared(fact, path)),
  };
  const alike = (field: string, wanted: unknown, value: unknown) =>
    isAlike(wanted, value, types?.(field), options.timezone);
  const holds = (tree: Conditions | undefined, seen: Facts) => (tree ? answer(tree, seen, options) : null);

  const paused = pausedReason(workspace, event.object);
  try {
    return await decide();
  } catch (error) {
    // Nobody but this automation is to suffer from a question that has no answer.
    if (!(error instanceof Unanswerable)) throw error;
    const code = verdict.trigger ? "conditions" : "trigger_filter";
    return {
      ...verdict,
      refused: paused ?? { code, message: `The conditions could not be evaluated: ${error.message}` },
    };
  }

  async function decide(): Promise<Verdict> {
    const misses: string[] = [];
    for (const trigger of triggersFor(event, document)) {
      const match = triggerMatches(trigger, { ...event, automationId: active.automationId }, alike);
      const filter = match.matches ? await holds(trigger.when, facts) : null;
      if (!match.matches) misses.push(match.reason ?? `The trigger "${trigger.key}" listens for something else.`);
      else if (filter && !filter.result) misses.push(`The filter of the trigger "${trigger.key}" did not hold.`);
      else if (trigger["becomes"] === true && (await heldBefore(trigger)) && (await holdNow()))
        misses.push("The conditions held before this change already.");
      else {
        verdict.trigger = trigger;
        break;
      }
      if (filter && !filter.result) verdict.conditions = filter;
    }
    if (paused) return { ...verdict, refused: paused };
    if (!verdict.trigger) {
      return {
        ...verdict,
        refused: {
          code: "trigger_filter",
          message: misses[0] ?? "No trigger of this automation listens for this.",
          details: { triggers: misses },
        },
      };
    }
    const looped = loopReason(event, active);
    if (looped) return { ...verdict, refused: looped };
    if (startsNothing(event)) {
      const message = event.source?.startsWith("skip:batch:")
        ? "The batch this change belongs to was cancelled before it was looked at."
        : "The import or bulk write that made this change asked for no automations to start.";
      return { ...verdict, refused: { code: "suppressed", message } };
    }
    const excluded = await holds(document.enrollment?.unless, facts);
    if (
      excluded &&
      document.enrollment?.unless &&
      Object.keys(document.enrollment.unless).length > 0 &&
      excluded.result
    ) {
      return {
        ...verdict,
        conditions: excluded,
        refused: { code: "suppressed", message: "The record is excluded from this automation." },
      };
    }
    const left = await meetsExit();
    if (left) {
      const message = "The record already meets the condition for leaving this automation.";
      return { ...verdict, conditions: left, refused: { code: "suppressed", message } };
    }
    const conditions = await holds(document.conditions, facts);
    if (conditions && !conditions.result)
      return { ...verdict, conditions, refused: { code: "conditions", message: missMessage(conditions) } };
    return { ...verdict, conditions };
  }

  /** What would end the run at once keeps it from beginning, unless that is for the run's own inputs to say. */
  async function meetsExit(): Promise<Explanation | null> {
    const tree = document.enrollment?.exitWhen ?? {};
    const paths = pathsOf(tree);
    if (paths.length === 0 || (verdict.trigger?.inputs && paths.some(({ fact }) => fact === "inputs"))) return null;
    try {
      const found = await holds(tree, facts);
      return found?.result ? found : null;
    } catch (error) {
      // As with a run under way: what cannot be decided ends nothing.
      if (error instanceof Unanswerable) return null;
      throw error;
    }
  }

  /** Conditions that are false now are told as such, whatever they were before. */
  async function holdNow(): Promise<boolean> {
    return (await holds(document.conditions, facts))?.result !== false;
  }

  async function heldBefore(trigger: Trigger): Promise<boolean> {
    if (event.kind === "record.created") return false;
    const before: Facts = { ...facts, record: facts.old ?? null };
    const results = [await holds(trigger.when, before), await holds(document.conditions, before)];
    return results.every((result) => result === null || result.result);
  }
}

/** True when a refusal read what the event does not hold, so that it must be stored to be explained later. */
export function readsRelated(active: ActiveVersion): boolean {
  return relatedPaths(active).length > 0 || JSON.stringify(active.document.conditions ?? {}).includes('"withinLast"');
}

/** What an event says to conditions and templates, with the related records that `paths` go through as they are now. */
export async function factsAt(
  engine: Engine,
  event: Event,
  active: ActiveVersion,
  workspace: Workspace,
  tx?: Tx,
  paths = relatedPaths(active),
): Promise<Facts> {
  const record =
    event.record && event.object && paths.length > 0
      ? await withRelated(engine, event.workspaceId, event.object, event.record, paths, tx)
      : event.record;
  return {
    record,
    old: event.record
      ? { ...event.record, ...Object.fromEntries(event.changes.map((change) => [change.field, change.old])) }
      : null,
    changed: event.changes.map((change) => change.field),
    trigger: triggerFacts(event),
    inputs: (event.data["inputs"] as JsonObject | undefined) ?? {},
    vars: active.document.variables ?? {},
    run: {},
    workspace: { id: workspace.id, slug: workspace.slug, name: workspace.name },
    now: event.at,
  };
}

function relatedPaths({ document }: ActiveVersion): string[] {
  const { unless, exitWhen } = document.enrollment ?? {};
  const trees = [document.conditions, unless, exitWhen, ...document.triggers.map((trigger) => trigger.when)];
  return [...trees.flatMap(pathsIn), ...pathsInTemplates(document.triggers.map(({ inputs }) => inputs))];
}

/** The paths of a tree, and of the templates in it, that go through a relation of the record. */
export function pathsIn(tree: Conditions | undefined): string[] {
  if (!tree) return [];
  const asked = pathsOf(tree).filter(({ fact, path }) => fact === "record" && path.includes("."));
  return [...asked.map(({ path }) => path), ...pathsInTemplates(tree)];
}

/** Changes of an import or a bulk write that is to be left alone by automations. */
export function startsNothing(event: Event): boolean {
  return event.source?.startsWith("skip:") === true;
}

/** The version an event met: the one that listened at its instant. */
export async function versionAt(
  engine: Engine,
  automation: { id: string; workspaceId: string; name: string },
  version: number,
): Promise<ActiveVersion | null> {
  const found = await runnableVersion(engine, automation.id, version);
  if (!found) return null;
  return {
    automationId: automation.id,
    workspaceId: automation.workspaceId,
    name: automation.name,
    form: found.plan.form,
    version,
    document: found.plan.document,
    activatedAt: 0,
  };
}
