import { getAutomation, getVersion } from "../../../automations/index.js";
import type { Engine } from "../../../runs/index.js";
import { includesRole } from "../../access/roles.js";
import type { Visit } from "../site.js";

/**
 * Where the steps of an automation are edited as it stands now: gives the page of a step's editor by its key, null for a
 * step that is gone since and for people who may not edit.
 */
export async function stepEditors(
  engine: Engine,
  { workspace, person }: Visit,
  automationId: string,
): Promise<(key: string) => string | null> {
  const automation = includesRole(person.role, "editor")
    ? await getAutomation(engine, workspace.id, automationId).catch(() => null)
    : null;
  if (!automation) return () => null;
  const { form, document } = await getVersion(engine, automation);
  const keys = new Set(document.steps.map(({ key }) => key));
  return (key) =>
    !keys.has(key) ? null : form === "graph" ? `/${automationId}/workflow/steps/${key}` : `/${automationId}/edit`;
}
