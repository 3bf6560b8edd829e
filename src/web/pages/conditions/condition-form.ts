import type { FieldError } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { idOf } from "../forms/field-id.js";
import type { Option } from "../forms/form-known.js";
import { t } from "../text.js";
import { type ConditionNode, conditionNode, isGroupNode } from "./condition-nodes.js";
import { type ConditionPlace, type ConditionRowView, conditionRow } from "./condition-row.js";

type Choice = Option & { selected: boolean };

/** A group of conditions as the partial `conditions` draws it: `items` are rows and inner groups. */
export type ConditionGroupView = {
  group: true;
  name: string;
  anchor: string;
  joins: Choice[];
  items: (ConditionGroupView | ConditionRowView)[];
  inner: boolean;
  problems: FieldError[];
};

/**
 * A stored tree as the builder draws it. Works without JavaScript: every button sends the whole form, and the server
 * answers with the changed rows (`changeRows` on what `nested` read).
 */
export function conditionForm(tree: JsonObject, place: ConditionPlace): ConditionGroupView {
  const root = conditionNode(tree, "");
  const outermost = isGroupNode(root) ? root : { join: "all" as const, items: [root], path: "", stored: tree };
  return group(outermost, place.name, place, false);
}

function group(
  node: Extract<ConditionNode, { items: unknown }>,
  name: string,
  place: ConditionPlace,
  inner: boolean,
): ConditionGroupView {
  const within = (path: string) => (problem: FieldError) =>
    problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`) || path === "";
  const own = (place.problems ?? []).filter(within(node.path));
  return {
    group: true,
    name,
    anchor: idOf(name),
    inner,
    joins: ["all", "any", "none"].map((value) => ({
      value,
      label: t(`conditions.join.${value}`),
      selected: value === node.join,
    })),
    items: node.items.map((item, at) => {
      const below = `${name}.items[${at}]`;
      if (isGroupNode(item)) return group(item, below, place, true);
      return conditionRow(item.stored, below, at, place, own.filter(within(item.path)));
    }),
    problems: own.filter((problem) => !node.items.some(({ path }) => within(path)(problem))),
  };
}
