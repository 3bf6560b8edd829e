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
    const shown = versions.get(automation.id);
    if (!shown) throw new Error(`Automation ${automation.id} has no version.`);
    const object = objects.find(({ name }) => name === shown.document.object) ?? null;
    const sentence = documentSentence(
      documentWithNames(shown.document, names),
      engine.actions,
      object,
      workspace?.timezone ?? "UTC",
    );
    return view(automation, shown, sentence, stats.get(automation.id));
  });
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
