import { isObject, type JsonObject } from "../../../shared/json.js";

/**
 * A stored tree as the builder has it: every group is `all`, `any` or `none` of its items. `path` is where the node
 * stands in the stored tree, so that problems find their row: `all[0].not.any[1]`. `stored` is the node itself.
 */
export type ConditionNode =
  | { join: "all" | "any" | "none"; items: ConditionNode[]; path: string; stored: JsonObject }
  | { stored: JsonObject; path: string };

/** True for a node with items. */
export function isGroupNode(node: ConditionNode): node is Extract<ConditionNode, { items: unknown }> {
  return "items" in node;
}

/** Takes a stored tree apart. An empty one is a group that asks nothing. */
export function conditionNode(tree: JsonObject, path: string): ConditionNode {
  if (Object.keys(tree).length === 0) return { join: "all", items: [], path, stored: tree };
  const join = (["all", "any"] as const).find((word) => Array.isArray(tree[word]));
  if (join) return { join, items: list(tree[join], at(path, join)), path, stored: tree };
  const inner = tree["not"];
  if (!isObject(inner)) return { stored: tree, path };
  const below = at(path, "not");
  const items = Array.isArray(inner["any"]) ? list(inner["any"], at(below, "any")) : [conditionNode(inner, below)];
  return { join: "none", items, path, stored: tree };
}

function list(value: unknown, path: string): ConditionNode[] {
  return (Array.isArray(value) ? value : []).map((item: unknown, place) =>
    conditionNode(isObject(item) ? item : {}, `${path}[${place}]`),
  );
}

const at = (path: string, name: string) => (path ? `${path}.${name}` : name);
