import type { Automation } from "../automations/index.js";
import { automationNames } from "../automations/index.js";
import { listUsers } from "../crm/index.js";
import type { Document, Step } from "../graph/index.js";
import type { Engine } from "../runs/index.js";
import { isObject } from "../shared/json.js";

/** What people call the things that settings name by an id. */
export type IdNames = ReadonlyMap<string, string>;

/** As ids look: anything else in a document names nothing. */
const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** The names of a workspace's people, and of those of its automations that documents name, by id. */
export async function idNames(engine: Engine, workspaceId: string, documents: Document[]): Promise<IdNames> {
  const named = new Set<string>();
  for (const { steps } of documents) for (const { config } of steps) gather(config, named);
  const [users, automations] = await Promise.all([
    listUsers(engine, workspaceId),
    automationNames(engine, workspaceId, [...named]),
  ]);
  return namesById([...users, ...automations]);
}

function gather(value: unknown, into: Set<string>): void {
  if (typeof value === "string") {
    if (ID.test(value)) into.add(value);
  } else if (Array.isArray(value)) for (const one of value) gather(one, into);
  else if (isObject(value)) for (const one of Object.values(value)) gather(one, into);
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
