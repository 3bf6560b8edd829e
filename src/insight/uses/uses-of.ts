import { documentsNaming } from "../../automations/index.js";
import { objectsOf } from "../../crm/index.js";
import type { Engine } from "../../runs/index.js";
import { type Use, type UseRole, usesIn } from "./document-uses.js";

/** What is to be deleted, or asked about. `names` are all the ways a document may call it: its id, name, e-mail. */
export type Thing =
  | { kind: "field"; object: string; name: string }
  | { kind: "option"; object: string; field: string; value: string }
  | { kind: "list" | "secret" | "user" | "automation"; names: string[] };

/** A place of an automation that uses something. `state` tells whether what runs uses it, or only a draft. */
export type ThingUse = {
  automationId: string;
  automationName: string;
  version: number;
  state: "published" | "draft";
  path: string;
  role: UseRole;
};

/** Who uses a thing: the published versions and the newest drafts of a workspace, each place of them. */
export async function usesOf(engine: Engine, workspaceId: string, thing: Thing): Promise<ThingUse[]> {
  const objects = await objectsOf(engine, workspaceId);
  const words = thing.kind === "field" ? [thing.name] : thing.kind === "option" ? [thing.value] : thing.names;
  const found: ThingUse[] = [];
  for (const { automation, version, state, document } of await documentsNaming(engine, workspaceId, words))
    for (const use of usesIn(document, { objects, actions: engine.actions }))
      if (isMeant(use, thing))
        found.push({
          automationId: automation.id,
          automationName: automation.name,
          version,
          state,
          path: use.path,
          role: use.role,
        });
  return found.filter((one, at) => found.findIndex((other) => isSame(one, other)) === at);
}

function isMeant(use: Use, thing: Thing): boolean {
  if (thing.kind === "field") return "field" in use && use.field === `${thing.object}.${thing.name}`;
  if (thing.kind === "option")
    return "field" in use && use.field === `${thing.object}.${thing.field}` && use.value === thing.value;
  return "kind" in use && use.kind === thing.kind && thing.names.includes(use.name);
}

function isSame(one: ThingUse, other: ThingUse): boolean {
  return one.automationId === other.automationId && one.version === other.version && one.path === other.path;
}
