import type { ActionKind } from "../../../actions/index.js";
import type { Document } from "../../../graph/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { withoutBlankRows } from "../../pages/conditions/condition-values.js";

/** A document as it is stored: without rows of conditions that were added and never filled in. */
export function tidyDocument(document: Document, actions: ReadonlyMap<string, ActionKind>): Document {
  const { conditions, enrollment } = document;
  return {
    ...document,
    ...(conditions && { conditions: withoutBlankRows(conditions) }),
    ...(enrollment && { enrollment: tidied(enrollment, ["unless", "exitWhen"]) }),
    triggers: document.triggers.map((trigger) => tidied(trigger, ["when"])),
    steps: document.steps.map((step) => ({ ...step, config: tidyConfig(step.config, actions.get(step.kind)?.config) })),
  };
}

function tidied<T extends object>(holder: T, names: string[]): T {
  const trees = Object.entries(holder).filter(([name, tree]) => names.includes(name) && isObject(tree));
  return {
    ...holder,
    ...Object.fromEntries(trees.map(([name, tree]) => [name, withoutBlankRows(tree as JsonObject)])),
  };
}

/** Conditions of a config, and of the rows of its lists. */
function tidyConfig(config: JsonObject, schema: unknown): JsonObject {
  const properties = isObject(schema) && isObject(schema["properties"]) ? schema["properties"] : {};
  const parts = Object.entries(properties).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  const trees = parts.filter(([, part]) => part["x-hint"] === "conditions").map(([name]) => name);
  const lists = parts.flatMap(([name, { items }]): [string, JsonObject[]][] => {
    const rows = config[name];
    if (!isObject(items) || !Array.isArray(rows) || !rows.every(isObject)) return [];
    return [[name, rows.map((row) => tidyConfig(row, items))]];
  });
  return { ...tidied(config, trees), ...Object.fromEntries(lists) };
}
