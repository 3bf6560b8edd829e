import type { Automation } from "../automations/index.js";
import { listAutomations } from "../automations/index.js";
import { listUsers } from "../crm/index.js";
import type { Document, Step } from "../graph/index.js";
import type { Engine } from "../runs/index.js";
import { isObject } from "../shared/json.js";

/** What people call the things that settings name by an id. */
export type IdNames = ReadonlyMap<string, string>;

const MOST = 200;

/** The names of a workspace's people and automations by id. */
export async function idNames(engine: Engine, workspaceId: string): Promise<IdNames> {
  const [users, automations] = await Promise.all([
    listUsers(engine, workspaceId),
    listAutomations(engine, workspaceId, { limit: MOST }),
  ]);
  return namesById([...users, ...automations.data]);
}

/** The same of what was read already. */
export function namesById(named: readonly Pick<Automation, "id" | "name">[]): IdNames {
  return new Map(named.map(({ id, name }) => [id, name]));
}

/** A step with names in the places of ids: to be read, never to be stored or run. */
export function withNames(step: Step, names: IdNames): Step {
  return {
    ...step,
    config: Object.fromEntries(Object.entries(step.config).map(([key, one]) => [key, named(one, names)])),
  };
}

/** A document likewise. */
export function documentWithNames(document: Document, names: IdNames): Document {
  return { ...document, steps: document.steps.map((step) => withNames(step, names)) };
}

function named(value: unknown, names: IdNames): unknown {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => named(one, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, named(one, names)]));
}
