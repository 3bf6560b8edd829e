import { type Automation, getVersion, listAutomations, type Version } from "../../../automations/index.js";
import type { Engine } from "../../../runs/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";

/** Where a person starts an automation from: one record, ticked records, or no record at all. */
export type Place = "record" | "bulk" | "global";

/** An automation a person may start, with what its button says and what it asks for. */
export type Startable = {
  id: string;
  name: string;
  description: string;
  object: string | null;
  version: number;
  inputs: JsonObject | null;
  label: string;
  confirm: string | null;
};

/**
 * The automations that may be started by hand here: active, about this object, and offered in this place. The manual
 * trigger is always there; written out, it may say where it is offered, what its button says and what to confirm.
 */
export async function startable(
  engine: Engine,
  workspaceId: string,
  object: string | null,
  place: Place,
): Promise<Startable[]> {
  const { data } = await listAutomations(engine, workspaceId, {
    status: "active",
    limit: 200,
    ...(object ? { object } : {}),
  });
  const found: Startable[] = [];
  for (const automation of data) {
    if (automation.object !== object || automation.publishedVersion === null) continue;
    const version = await getVersion(engine, automation, automation.publishedVersion);
    const offer = offerOf(automation, version, place);
    if (offer) found.push(offer);
  }
  return found.sort((a, b) => a.label.localeCompare(b.label));
}

/** What one automation asks for when it is started from here; null when it is not offered here. */
export function offerOf(automation: Automation, version: Version, place: Place): Startable | null {
  const manual = version.document.triggers.find(({ kind }) => kind === "manual");
  const offered = manual?.["availability"];
  const places = Array.isArray(offered)
    ? offered
    : typeof offered === "string"
      ? [offered]
      : ["record", "bulk", "global"];
  if (!places.includes(place)) return null;
  const inputs = version.document.inputs;
  const asks = isObject(inputs) && isObject(inputs["properties"]) && Object.keys(inputs["properties"]).length > 0;
  const confirm = manual?.["confirm"];
  return {
    id: automation.id,
    name: automation.name,
    description: automation.description,
    object: automation.object,
    version: version.version,
    inputs: asks ? (inputs as JsonObject) : null,
    label: typeof manual?.["label"] === "string" && manual["label"] ? manual["label"] : automation.name,
    confirm: typeof confirm === "string" ? confirm : null,
  };
}
