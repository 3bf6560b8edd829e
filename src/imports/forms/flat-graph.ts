import { isObject } from "../../shared/json.js";
import type { Given, Role } from "../made.js";
import { roleOf } from "../names/roles.js";
import { isNothing, isSwitchedOff, type Source, sourceOf } from "../source.js";
import { errorPolicyOf, timeoutOf } from "../steps/error-policy.js";
import { isTerminal, type Wire } from "../wiring/nodes.js";
import type { Known, Report } from "../work.js";
import { reportRest } from "./settings.js";

/** What a canvas notes of its nodes and edges for itself. */
const drawing = [
  ...["id", "label", "name", "style", "animated", "selected", "dragging", "measured", "width", "height", "zIndex"],
  ...["markerStart", "markerEnd", "targetHandle", "className", "labelStyle", "interactionWidth", "positionAbsolute"],
];

/** A graph of nodes and edges, before what its nodes do is looked at. `places` are where they lie on the canvas. */
export type Drawn = {
  givens: Given[];
  wires: Wire[];
  starts: Wire[];
  triggers: { slug: string; config: Source }[];
  places: Map<string, { x: number; y: number }>;
};

/** The graph of a definition, wherever it stands; null when there is none. */
export function graphOf(root: Source, known: Known, makeKey: (name: string) => string, report: Report): Drawn | null {
  const place = placeOf(root);
  if (!place) return null;
  const nodesAt = place.at("nodes");
  const nodes = [place.take("nodes")]
    .flat()
    .flatMap((one: unknown, at) => (isObject(one) ? [nodeFrom(sourceOf(one, `${nodesAt}[${at}]`), at, known)] : []));
  const edgesAt = place.at("edges");
  const edges = [place.take("edges") ?? []]
    .flat()
    .flatMap((one: unknown, at): Wire[] => (isObject(one) ? edgeFrom(sourceOf(one, `${edgesAt}[${at}]`), report) : []));
  const triggers = nodes.filter(({ role }) => role === "trigger").map(({ slug, config }) => ({ slug, config }));
  const starting = new Set(triggers.map(({ slug }) => slug));
  // A node that only marks an end becomes the end of every path that leads to it.
  const ends = new Set(
    nodes.filter(({ role, config }) => role === "end" && !endsWithMore(config)).map(({ slug }) => slug),
  );
  const wires = edges.map((edge) => (ends.has(edge.to) ? { ...edge, to: "end" } : edge));
  reportNodes(nodes, starting, ends, report);
  if (place !== root) reportRest([place], report);
  const known_ = new Set(nodes.map(({ slug }) => slug));
  for (const { from, path } of wires)
    if (!known_.has(from)) report(path, `The edge begins at "${from}", and there is no such node.`);
  const drawnNodes = nodes.filter(({ slug }) => !starting.has(slug) && !ends.has(slug));
  return {
    givens: drawnNodes.map((node) => givenFrom(node, makeKey, report)),
    wires: wires.filter(({ from }) => !starting.has(from)),
    starts: startsFrom(
      wires.filter(({ from }) => starting.has(from)),
      triggers,
      place.path,
    ),
    triggers,
    places: new Map(drawnNodes.flatMap(({ slug, at }) => (at ? [[slug, at] as const] : []))),
  };
}

/** What only marks a start or an end becomes no step; whatever else it says is listed. */
function reportNodes(nodes: DrawnNode[], starts: Set<string>, ends: Set<string>, report: Report): void {
  for (const { slug, source, config } of nodes) {
    if (!starts.has(slug) && !ends.has(slug)) continue;
    source.skip(...drawing, "data", "config", "position");
    reportRest([source], report);
    if (ends.has(slug)) config.skip("label", "name", "description");
    if (ends.has(slug)) reportRest([config], report);
  }
}

function placeOf(root: Source): Source | undefined {
  if (Array.isArray(root.value["nodes"])) return root;
  for (const name of ["workflow", "graph", "workflow_definition", "definition", "workflow_graph", "flow"]) {
    const inner = root.value[name];
    if (isObject(inner) && Array.isArray(inner["nodes"])) return root.object(name);
  }
  return undefined;
}

type DrawnNode = {
  slug: string;
  role: Role | "trigger";
  type: string;
  source: Source;
  config: Source;
  at: { x: number; y: number } | undefined;
};

function nodeFrom(source: Source, place: number, known: Known): DrawnNode {
  const slug = source.text("id", "key") ?? `node ${place + 1}`;
  const config = source.object("data", "config") ?? sourceOf({}, source.path);
  const given = source.text("type") ?? "";
  const inner = config.value["node_type"] ?? config.value["nodeType"];
  const type = /^(?:|custom|default|base|step|node)$/i.test(given) && typeof inner === "string" ? inner : given;
  config.skip("node_type");
  const position = source.object("position");
  const [x, y] = [position?.take("x"), position?.take("y")];
  source.skip("type", "source_position", "target_position");
  return {
    slug,
    role: roleOf(known.objects, type),
    type,
    source,
    config,
    at: typeof x === "number" && typeof y === "number" ? { x, y } : undefined,
  };
}

/** An end that hands something over, or ends as a failure, stays a step. */
function endsWithMore({ value }: Source): boolean {
  return ["status", "outputs", "output", "mapping", "message", "reason"].some(
    (name) => value[name] !== undefined && value[name] !== null && value[name] !== "",
  );
}

function edgeFrom(source: Source, report: Report): Wire[] {
  const from = source.text("source", "from", "source_id");
  const to = source.text("target", "to", "target_id");
  const port = source.text("sourceHandle", "source_port", "from_port", "condition") ?? source.text("label") ?? "";
  source.skip("label", "type", ...drawing);
  for (const [name, value] of source.rest()) {
    if (!isNothing(value)) report(source.at(name), `An edge has no "${name}" here.`);
  }
  if (from && to) return [{ from, port: plainPort(port), to, path: source.path }];
  report(source.path, "The edge leads from or to nowhere.");
  return [];
}

/** Handles such as `output`, `a` and `source-right` are where a line begins, and no way out by name. */
function plainPort(port: string): string {
  return /^(?:a|b|source|output|out|default-source|(?:source|output)?-?(?:top|right|bottom|left))$/i.test(port)
    ? ""
    : port;
}

function startsFrom(wires: Wire[], triggers: Drawn["triggers"], path: string): Wire[] {
  if (triggers.length > 0 && wires.length === 0) return [{ from: triggers[0]?.slug ?? "", port: "", to: "end", path }];
  return wires;
}

function givenFrom(
  { slug, role, type, source, config }: DrawnNode,
  makeKey: (name: string) => string,
  report: Report,
): Given {
  const inner = config.object("config", "parameters", "params", "action_config");
  const settings = inner ?? config;
  const named = config.text("action_type", "actionType", "action", "operation") ?? settings.text("action_type");
  const action = role === "action" ? (named ?? (/^action/i.test(type) ? (config.text("type") ?? "") : type)) : type;
  const label = config.text("label") ?? source.text("name", "label");
  return {
    path: source.path,
    slug,
    key: makeKey(isTerminal(slug) || /^(?:\d|[0-9a-f-]{16,}$)/i.test(slug) ? (label ?? (action || type)) : slug),
    role: role === "trigger" ? "unknown" : role,
    source,
    config: role === "action" || !inner ? config : inner,
    settings,
    action,
    name: label ?? (role === "action" ? undefined : config.text("name")),
    note: config.text("description"),
    onError: errorPolicyOf(config, report) ?? errorPolicyOf(source, report),
    disabled: isSwitchedOff(source) || config.take("disabled", "is_disabled") === true,
    timeout: role === "action" ? timeoutOf(source) : undefined,
  };
}
