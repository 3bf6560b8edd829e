import type { Given } from "../made.js";
import { sourceOf } from "../source.js";
import type { Report } from "../work.js";
import { isBackToLoop, isTerminal, loopsIn, type Node, portNamed, type Wire } from "./nodes.js";

/** The steps of a definition and what connects them. `starts` are where its triggers lead, `triggers` their names. */
export type Plan = { givens: Given[]; wires: Wire[]; starts: Wire[]; triggers: ReadonlySet<string> };

/** The steps wired up, the first one first. `ends`: the definition ends as soon as it starts. */
export type Wired = { nodes: Node[]; entry: string | undefined; ends: boolean };

/**
 * Connects steps by their keys. A port that leads to several steps leads to a `parallel` one; a target that is not there
 * becomes a step that fails. Everything that had to be understood otherwise than written is reported.
 */
export function wire(plan: Plan, makeKey: (name: string, prefix?: string) => string, report: Report): Wired {
  const nodes = new Map<string, Node>();
  for (const given of plan.givens)
    if (!nodes.has(given.slug)) nodes.set(given.slug, { key: given.key, given, made: null, next: {}, paths: {} });
  const extra: Node[] = [];
  const target = ({ to, path }: Wire): string => {
    const known = nodes.get(to);
    if (known) return known.key;
    if (plan.triggers.has(to)) {
      report(path, `"${to}" is where the definition starts, and nothing can lead back there; the path ends here.`);
      return "end";
    }
    if (isTerminal(to)) return "end";
    const missing = missingStep(to, makeKey(to), path);
    nodes.set(to, missing);
    return missing.key;
  };
  const [start, ...others] = plan.starts;
  for (const other of others) {
    if (other.to !== start?.to)
      report(other.path, `Every trigger begins at "${start?.to}" here; this one led to "${other.to}".`);
  }
  const entry = start ? target(start) : plan.givens[0]?.key;
  const outs = new Map<Node, Map<string, string[]>>();
  const back: [Node, string, Wire][] = [];
  for (const one of plan.wires) {
    const from = nodes.get(one.from);
    if (!from?.given) continue;
    const port = portNamed(from.given, one.port);
    from.paths[port] = one.path;
    if (isBackToLoop(one.to) && !nodes.has(one.to)) {
      back.push([from, port, one]);
      continue;
    }
    const ports = outs.get(from) ?? new Map<string, string[]>();
    outs.set(from, ports);
    ports.set(port, [...new Set([...(ports.get(port) ?? []), target(one)])]);
  }
  for (const [node, ports] of outs) {
    if (node.given?.role === "parallel") branchOut(node, [...new Set([...ports.values()].flat())]);
    else for (const [port, targets] of ports) lead(node, port, targets, makeKey, extra);
  }
  const all = [...nodes.values(), ...extra];
  const ordered = [...all.filter(({ key }) => key === entry), ...all.filter(({ key }) => key !== entry)];
  const loops = loopsIn(ordered);
  for (const [node, port, { path, to }] of back) {
    const [innermost] = loops(node.key);
    node.next[port] = innermost ?? "end";
    if (!innermost) report(path, `"${to}" means the next item of a loop, and this step lies in none.`);
  }
  return { nodes: ordered, entry: entry === "end" ? undefined : entry, ends: entry === "end" };
}

function lead(node: Node, port: string, targets: string[], makeKey: (name: string) => string, extra: Node[]): void {
  const [only = "end", ...more] = targets.filter((one) => one !== "end");
  if (more.length === 0) {
    node.next[port] = only;
    return;
  }
  const key = makeKey(`${node.key}_parallel`);
  const fork: Node = { key, given: null, made: null, next: {}, paths: {} };
  branchOut(fork, [only, ...more]);
  extra.push(fork);
  node.next[port] = key;
}

/** Makes a step one that starts branches; with a single one it only leads on. */
function branchOut(node: Node, targets: string[]): void {
  const [only, ...more] = targets;
  if (more.length === 0) {
    node.made = { kind: "join", config: { mode: "any" } };
    if (only !== undefined) node.next["success"] = only;
    return;
  }
  const branches = targets.map((to, at) => ({ key: `branch_${at + 1}`, label: to }));
  node.made = { kind: "parallel", config: { branches } };
  node.next = Object.fromEntries(targets.map((to, at) => [`branch_${at + 1}`, to]));
}

function missingStep(slug: string, key: string, path: string): Node {
  const empty = sourceOf({}, path);
  const given: Given = { path, slug, key, role: "missing", source: empty, config: empty, settings: empty, action: "" };
  return { key, given, made: null, next: {}, paths: {} };
}
