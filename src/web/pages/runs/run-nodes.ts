import type { StepDetails, StepLine } from "../../../runs/index.js";
import type { Icon } from "../icons.js";
import { kindIcon } from "../kind-icons.js";
import { t } from "../text.js";
import { type RunLook, type ShownLoop, shownLoop } from "./run-loop.js";
import type { RunNames } from "./run-names.js";
import type { RunNode } from "./run-tree.js";
import { type ShownTry, shownTry, type TryWords } from "./run-try.js";
import type { ShownWait } from "./run-waits.js";

/** A step of the run's page: one line, which opens to its tries; below it its branches, or the item of a loop. */
export type ShownNode = {
  id: string;
  icon: Icon;
  name: string;
  kind: string;
  status: string;
  /** The way out it took, where that says something its branches do not. */
  left: string;
  attempts: string | null;
  duration: number | null;
  dim: boolean;
  open: boolean;
  waits: ShownWait[];
  tries: ShownTry[];
  lanes: { label: string; state: string; dim: boolean; nodes: ShownNode[] }[];
  loop: (ShownLoop & { nodes: ShownNode[] }) | null;
  /** The editor of this step, for those who may edit it. */
  edit: string | null;
};

/** What a run's tree is drawn with. `details` holds the tries whose payloads were read; the others are one click away. */
export type NodeWords = TryWords & {
  names: RunNames;
  details: Map<number, StepDetails>;
  waits: ShownWait[];
  look: RunLook;
  over: boolean;
  self: string;
  /** Where a step of this key is edited today; null where it is not. */
  editorOf(key: string): string | null;
};

/** Draws the nodes of a run's tree. Steps no path led to, or that were not reached, are dimmed. */
export function shownNodes(nodes: RunNode[], words: NodeWords): ShownNode[] {
  return nodes.map((node) => {
    const { key, kind, iteration, tries, lanes, loop } = node;
    const last = tries.at(-1);
    // A run that ended within an item leaves its loop behind as skipped; to people it failed there.
    const within = last?.status === "skipped" && loop?.items.some((item) => item.status === "failed");
    const status = within ? "failed" : (last?.status ?? (words.over ? "notReached" : "pending"));
    return {
      id: last ? `step-${last.n}` : `step-${key}`,
      icon: kindIcon(kind),
      name: node.name ?? words.names.step(key),
      kind: words.names.kind(kind),
      status,
      left:
        lanes.length > 0 || loop
          ? ""
          : portsOf(last)
              .map((port) => words.names.port(key, port))
              .join(", "),
      attempts: tries.length > 1 ? t("run.tries", { n: tries.length }) : null,
      duration: tries[0] && last?.finishedAt ? Date.parse(last.finishedAt) - Date.parse(tries[0].startedAt) : null,
      dim: !last || status === "skipped",
      open: last?.status === "failed" && loop === null && lanes.length === 0,
      edit: words.editorOf(key),
      waits: words.waits.filter((wait) => wait.key === key && wait.iteration === iteration),
      tries: tries.map((line, at) =>
        shownTry(line, words.details.get(line.n) ?? null, tries.length > 1 ? at + 1 : 0, words),
      ),
      lanes: lanes.map(({ port, taken, nodes: inside }) => ({
        label: words.names.port(key, port),
        state: laneState(taken, inside.length > 0, last !== undefined),
        dim: taken === false,
        nodes: shownNodes(inside, words),
      })),
      loop: loop && { ...shownLoop(loop, words.look, words.self), nodes: shownNodes(loop.open?.nodes ?? [], words) },
    };
  });
}

/** The tries of a tree whose payloads are worth reading first: what failed or waits, then from the top. */
export function triesOf(nodes: RunNode[]): StepLine[] {
  const all = nodes.flatMap((node): StepLine[] => [
    ...node.tries,
    ...node.lanes.flatMap((lane) => triesOf(lane.nodes)),
    ...triesOf(node.loop?.open?.nodes ?? []),
  ]);
  const urgent = (line: StepLine) => Number(["failed", "waiting", "running", "retrying"].includes(line.status));
  return all.sort((a, b) => urgent(b) - urgent(a) || a.n - b.n);
}

/** Ports worth naming: that a step simply went on says nothing. */
function portsOf(line: StepLine | undefined): string[] {
  return (line?.port ?? "").split(",").filter((port) => port !== "" && port !== "success");
}

function laneState(taken: boolean | null, filled: boolean, reached: boolean): string {
  if (taken === null) return reached ? t("run.laneOpen") : "";
  if (!taken) return t("run.laneNotTaken");
  return filled ? t("run.laneTaken") : t("run.laneTakenOn");
}
