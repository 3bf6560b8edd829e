import { Engine, Fact, type TopLevelCondition } from "json-rules-engine";
import { LRUCache } from "lru-cache";
import { messageOf } from "../shared/errors.js";
import { explain, type Verdict } from "./explain.js";
import type { Conditions, Explanation, Facts } from "./explanation.js";
import type { TypeOf } from "./field-types.js";
import { decide } from "./operators.js";
import { type LeafReading, readLeaf, type World } from "./read-leaf.js";
import { type Group, isGroup, type Leaf, treeOf } from "./tree.js";

/** `types` tells the field types that decide comparison; without it values compare by their own kind. Days are those of `timezone`. */
export type EvaluateOptions = { types?: TypeOf; timezone?: string };

/** An engine keeps its state while it runs, so one that is asked twice at a time is lent out and another is made. */
type Prepared = { root: Leaf | Group; leaves: Leaf[]; idle: Engine[] } | { problem: string };

const prepared = new LRUCache<string, Prepared>({
  max: 20_000,
  maxSize: 16_000_000,
  sizeCalculation: (_, text) => text.length + 1,
});

/**
 * Decides a tree over a snapshot and tells of every leaf what it compared, hits and misses alike. Pure: nothing is
 * changed, read from outside or remembered. It never throws: a tree that cannot be evaluated, a field that is gone or a
 * record that is not there gives false with a `reason`, also under a `not`. Nothing asked (no conditions, empty groups) holds.
 *
 * A comparison with a missing value is false, `notEqual`, `notContains`, `notIn` and `hasNone` included; `isEmpty` is how
 * to ask. (A `not` around such a comparison is true.)
 */
export async function evaluate(
  conditions: Conditions | null | undefined,
  facts: Facts,
  options: EvaluateOptions = {},
): Promise<Explanation> {
  const tree = prepare(conditions);
  if ("problem" in tree) return { operator: "all", result: false, conditions: [], reason: tree.problem };
  const world: World = { facts, zone: options.timezone ?? "UTC", types: options.types, leaves: tree.leaves };
  const engine = tree.idle.pop() ?? engineFor(tree.root, tree.leaves);
  try {
    const { results, failureResults } = await engine.run({ world: new Fact("world", world, { cache: false }) });
    const decided = results[0] ?? failureResults[0];
    const verdict = decided?.conditions as unknown as Verdict;
    if (!isGroup(tree.root)) return explain(tree.root, (verdict["all"] as Verdict[])[0] ?? {});
    return explain(tree.root, { ...verdict, result: decided?.result === true });
  } finally {
    tree.idle.push(engine);
  }
}

function prepare(conditions: unknown): Prepared {
  try {
    const text = JSON.stringify(conditions ?? null);
    const known = prepared.get(text);
    if (known) return known;
    const tree = treeOf(JSON.parse(text));
    const made: Prepared = "problem" in tree ? tree : { ...tree, idle: [] };
    prepared.set(text, made);
    return made;
  } catch {
    return { problem: "The conditions are not JSON." };
  }
}

/**
 * The engine's part: its boolean logic over leaves that our resolver reads and our operators decide. No priorities, so
 * all leaves are asked and none is skipped.
 */
function engineFor(root: Leaf | Group, leaves: readonly Leaf[]): Engine {
  const inner = libraryCondition(root);
  const conditions = (isGroup(root) ? inner : { all: [inner] }) as TopLevelCondition;
  const engine = new Engine([{ conditions, event: { type: "decided" } }], {
    pathResolver: (world, index) => readSafely(world as World, leaves[Number(index)]),
  });
  for (const { name } of leaves) engine.addOperator(name || "none", decideLeaf);
  return engine;
}

function libraryCondition(node: Leaf | Group): object {
  if (!isGroup(node)) return { fact: "world", path: String(node.index), operator: node.name || "none", value: true };
  const children = node.children.map(libraryCondition);
  return { [node.operator]: node.operator === "not" ? children[0] : children };
}

function readSafely(world: World, leaf: Leaf | undefined): LeafReading | undefined {
  if (!leaf) return undefined;
  try {
    return readLeaf(world, leaf);
  } catch (error) {
    const { facts, zone } = world;
    const reason = `The value cannot be read: ${messageOf(error)}`;
    return {
      leaf,
      left: null,
      right: null,
      type: undefined,
      path: leaf.place.path,
      facts,
      zone,
      undecided: true,
      reason,
    };
  }
}

/** An undecided leaf answers so that nothing holds because of it: false, or true below an odd number of `not`s. */
function decideLeaf(reading: LeafReading): boolean {
  if (reading.undecided || !reading.leaf.operator) return reading.leaf.negated;
  try {
    return decide(reading.leaf.operator, reading);
  } catch (error) {
    reading.undecided = true;
    reading.reason = `The values cannot be compared: ${messageOf(error)}`;
    return reading.leaf.negated;
  }
}
