import {
  type Automation,
  documentSentence,
  getVersion,
  latestVersions,
  type Version,
} from "../../../automations/index.js";
import { objectsOf, workspaceById } from "../../../crm/index.js";
import { type Engine, type RunStats, statsOf } from "../../../runs/index.js";
import { iso } from "../../../shared/clock.js";
import { documentWithNames, idNames } from "../../id-names.js";
import type { Answer } from "../answer.js";

/** An automation as the API shows it, with one of its versions. */
export type AutomationView = ReturnType<typeof view>;

/** Automations with their latest versions (or the one asked for), sentences and statistics, in a few statements. */
export async function automationViews(
  engine: Engine,
  workspaceId: string,
  automations: Automation[],
  version?: number,
): Promise<AutomationView[]> {
  const ids = automations.map(({ id }) => id);
  const versions = await versionsOf(engine, automations, version);
  const documents = [...versions.values()].map(({ document }) => document);
  const [stats, objects, workspace, names] = await Promise.all([
    statsOf(engine, workspaceId, ids),
    objectsOf(engine, workspaceId),
    workspaceById(engine, workspaceId),
    idNames(engine, workspaceId, documents),
  ]);
  return automations.map((automation) => {
    const shown = versions.get(automation.id) ?? missing(automation);
    return view(automation, shown, sentenceOf(shown), stats.get(automation.id));
  });

  function sentenceOf(shown: Version & { why?: string }): string {
    if (shown.why) return `It is broken and cannot be shown: ${shown.why}`;
    const object = objects.find(({ name }) => name === shown.document.object) ?? null;
    const named = readable(() => documentWithNames(shown.document, names), shown.document);
    return documentSentence(named, engine.actions, object, workspace?.timezone ?? "UTC");
  }
}

function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** Stands in a list for a version that is gone: one that cannot be shown must not take the others from everybody. */
function missing({ id, object, form, latestVersion, updatedAt }: Automation): Version & { why: string } {
  return {
    automationId: id,
    version: latestVersion,
    state: "draft",
    form,
    document: { object, triggers: [], steps: [] },
    etag: `${latestVersion}.0`,
    note: null,
    savedBy: null,
    savedAt: updatedAt,
    publishedBy: null,
    publishedAt: null,
    why: `its version ${latestVersion} is not there any more.`,
  };
}

/** The latest versions, or the one asked for: 404 Problem when there is none. */
async function versionsOf(
  engine: Engine,
  automations: Automation[],
  version: number | undefined,
): Promise<Map<string, Version>> {
  if (version === undefined)
    return latestVersions(
      engine,
      automations.map(({ id }) => id),
    );
  const found = await Promise.all(automations.map((automation) => getVersion(engine, automation, version)));
  return new Map(found.map((one) => [one.automationId, one]));
}

/** One automation as an answer; its `ifVersion` is the ETag too. */
export async function automationAnswer(
  engine: Engine,
  automation: Automation,
  status = 200,
  version?: number,
): Promise<Answer> {
  const [body] = await automationViews(engine, automation.workspaceId, [automation], version);
  return { status, body, headers: { ETag: `"${body?.ifVersion}"` } };
}

function view(automation: Automation, shown: Version, sentence: string, stats: RunStats | undefined) {
  const { id, name, description, tags, folder, object, status, publishedVersion, latestVersion } = automation;
  return {
    id,
    name,
    description,
    tags,
    folder,
    form: shown.form,
    object,
    status,
    publishedVersion,
    latestVersion,
    version: shown.version,
    state: shown.state,
    document: shown.document,
    sentence,
    broken: automation.broken,
    ifVersion: shown.etag,
    stats: stats ?? { total: 0, completed: 0, failed: 0, skipped: 0, active: 0, lastRunAt: null },
    createdAt: iso(automation.createdAt),
    updatedAt: iso(automation.updatedAt),
  };
}
