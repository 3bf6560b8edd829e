import { type ActionTable, templatesIn } from "../../actions/index.js";
import type { Step } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { relatedPaths } from "../../templates/index.js";

const known = new WeakMap<Step, string[]>();

/** The paths of a step's config that follow a relation of the record (`company.name`), in templates and in conditions. */
export function relatedPathsOf(actions: ActionTable, step: Step): string[] {
  const paths = known.get(step) ?? [
    ...new Set([...relatedPaths(templatesIn(actions, step.kind, step.config)), ...leafPaths(step.config)]),
  ];
  known.set(step, paths);
  return paths;
}

function leafPaths(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leafPaths);
  if (!isObject(value)) return [];
  const own =
    value["fact"] === "record" && typeof value["path"] === "string" && value["path"].includes(".")
      ? [value["path"]]
      : [];
  return [...own, ...Object.values(value).flatMap(leafPaths)];
}
