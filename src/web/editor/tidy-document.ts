import type { ActionKind } from "../../actions/index.js";
import type { Document } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { withoutBlankRows } from "../pages/condition-values.js";

/** A document as it is stored: without rows of conditions that were added and never filled in. */
export function tidyDocument(document: Document, actions: ReadonlyMap<string, ActionKind>): Document {
  const { conditions, enrollment } = document;
  return {
    ...document,
    ...(conditions && { conditions: withoutBlankRows(conditions) }),
    ...(enrollment && { enrollment: tidied(enrollment, ["unless", "exitWhen"]) }),
    triggers: document.triggers.map((trigger) => tidied(trigger, ["when"])),
    steps: document.steps.map((step) => ({ ...step, config: tidied(step.config, treesOf(actions.get(step.kind))) })),
  };
}

function tidied<T extends object>(holder: T, names: string[]): T {
  const trees = Object.entries(holder).filter(([name, tree]) => names.includes(name) && isObject(tree));
  return {
    ...holder,
    ...Object.fromEntries(trees.map(([name, tree]) => [name, withoutBlankRows(tree as JsonObject)])),
  };
}

function treesOf(action: ActionKind | undefined): string[] {
  const properties = isObject(action?.config["properties"]) ? action.config["properties"] : {};
  return Object.keys(properties).filter(
    (name) => isObject(properties[name]) && properties[name]["x-hint"] === "conditions",
  );
}
