import { portsIn } from "../../../automations/index.js";
import {
  type Document,
  movesIn,
  type Opening,
  type Outline,
  type OutlineLead,
  type OutlineStep,
  outlineOf,
} from "../../../graph/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { portLabel } from "../../pages/automations/port-words.js";
import { idOf } from "../../pages/forms/field-id.js";
import { t } from "../../pages/text.js";
import type { EditorKnown } from "../editor-known.js";
import { type KindGroup, stepChoices } from "../form/kind-choices.js";
import { ROOT } from "../root.js";
import { stepName } from "../words/step-words.js";
import { canFollow, type OutlineChange, openingText } from "./outline-change.js";
import { openingName, type StepWiring, stepWiring } from "./outline-wiring.js";

/** Where a step can be added: what its button sends and is called, and the kinds when they are asked for. */
export type GapView = {
  opening: string;
  label: string;
  chooser: KindGroup[] | null;
  where: string;
  /** What the step asked for would cut off. */
  cutting: { button: string; names: string[]; n: number } | null;
};

/** Where a path ends, or goes on at a step drawn elsewhere. */
export type LeafView = {
  text: string;
  to: { name: string; anchor: string } | null;
  gap: GapView;
  problems: FieldError[];
};

/** A port with the steps under it; `leaf` where none stands right behind it. */
export type BranchView<Card> = {
  label: string;
  anchor: string;
  problems: FieldError[];
  leaf: LeafView | null;
  steps: NodeView<Card>[];
};

/** One step of the outline around its card: the way into it, what else leads to it, its branches, and how it goes on. */
export type NodeView<Card> = {
  card: Card;
  gap: GapView;
  from: { name: string; anchor: string }[];
  branches: BranchView<Card>[];
  onward: { label: string; leaf: LeafView } | null;
  /** What follows at the same depth, when it does so by a port of another name than “then”. */
  through: string;
  open: boolean;
  head: string;
  canUp: boolean;
  canDown: boolean;
  canCopy: boolean;
  losing: { names: string[]; n: number; all: number } | null;
  wiring: StepWiring | null;
};

/** The outline of a document as its page draws it. `cards` stand in the order of the steps. */
export function outlineView<Card extends { key: string }>(
  document: Document,
  cards: Card[],
  problems: FieldError[],
  change: OutlineChange,
  known: EditorKnown,
): { steps: NodeView<Card>[]; unreached: NodeView<Card>[]; first: GapView } {
  const portsOf = portsIn(known.actions);
  const outline: Outline = outlineOf(document, portsOf);
  const drawing: Drawing<Card> = { document, cards, problems, change, known, moves: movesIn(document, portsOf) };
  const entry = document.steps[0];
  return {
    steps: sequence(drawing, outline.steps, null),
    unreached: sequence(drawing, outline.unreached, null),
    first: gap(drawing, { before: entry?.key ?? null }),
  };
}

type Drawing<Card> = {
  document: Document;
  cards: Card[];
  problems: FieldError[];
  change: OutlineChange;
  known: EditorKnown;
  moves: ReturnType<typeof movesIn>;
};

/** Steps one after another; the first is reached through `way`, where a single port leads to it. */
function sequence<Card>(drawing: Drawing<Card>, steps: OutlineStep[], way: Opening | null): NodeView<Card>[] {
  return steps.flatMap((step, at) => {
    const above = steps[at - 1];
    const follows = above?.onward?.lead.to === "follows" && above.onward.lead.key === step.key;
    const into = follows ? { from: above.key, port: above.onward?.port ?? "" } : at === 0 ? way : null;
    return node(drawing, step, into ?? { before: step.key });
  });
}

function node<Card>(drawing: Drawing<Card>, drawn: OutlineStep, into: Opening): NodeView<Card>[] {
  const { document, cards, change, known } = drawing;
  const card = cards[drawn.place];
  const step = document.steps[drawn.place];
  if (!card || !step) return [];
  const { key, onward } = drawn;
  const moves = drawing.moves(key);
  const losing = change.losing?.key === key ? change.losing.lost : null;
  const through = onward?.lead.to === "follows" && onward.port !== "success" ? portLabel(step, onward.port) : "";
  const view: NodeView<Card> = {
    card,
    gap: gap(drawing, into),
    from: drawn.from.map(({ from, port }) => ({
      name: openingName(document, { from, port }, known),
      anchor: anchorOf(document, from),
    })),
    branches: drawn.branches.map(({ port, lead, steps }) => ({
      label: portLabel(step, port),
      anchor: `${anchorOf(document, key)}-${port}`,
      problems: portProblems(drawing, drawn.place, port),
      leaf: lead.to === "follows" ? null : leaf(drawing, { from: key, port }, lead, []),
      steps: sequence(drawing, steps, { from: key, port }),
    })),
    onward:
      onward && onward.lead.to !== "follows"
        ? {
            label: onward.port === "success" ? "" : portLabel(step, onward.port),
            leaf: leaf(
              drawing,
              { from: key, port: onward.port },
              onward.lead,
              portProblems(drawing, drawn.place, onward.port),
            ),
          }
        : null,
    through,
    open: change.open === key,
    head: anchorOf(document, key),
    canUp: moves.up !== null,
    canDown: moves.down !== null,
    canCopy: canFollow(document, key, known),
    losing: losing && { names: losing.map((one) => nameOf(drawing, one)), n: losing.length, all: losing.length + 1 },
    wiring: change.open === key ? stepWiring(document, step, drawn.place, known) : null,
  };
  return [view];
}

function leaf<Card>(drawing: Drawing<Card>, at: Opening, lead: OutlineLead, problems: FieldError[]): LeafView {
  const words = {
    follows: "goesOn",
    elsewhere: "goesOn",
    back: "backTo",
    missing: "missing",
    end: "theEnd",
    nothing: "endsHere",
  };
  const key = "key" in lead ? lead.key : "";
  const to = lead.to === "elsewhere" || lead.to === "back";
  return {
    text: t(`outline.${words[lead.to]}`, { key }),
    to: to ? { name: nameOf(drawing, key), anchor: anchorOf(drawing.document, key) } : null,
    gap: gap(drawing, at),
    problems,
  };
}

function gap<Card>(drawing: Drawing<Card>, at: Opening): GapView {
  const { document, change, known } = drawing;
  const opening = openingText(at);
  const asked = change.opening === opening;
  const cutting = asked ? change.cutting : null;
  return {
    opening,
    label: openingName(document, at, known, "add"),
    where: asked ? t("outline.here", { where: openingName(document, at, known, "where") }) : "",
    cutting: cutting && {
      button: `putend:${opening}:${cutting.kind}`,
      names: cutting.lost.map((key) => nameOf(drawing, key)),
      n: cutting.lost.length,
    },
    chooser: asked ? stepChoices(known, (kind) => `put:${opening}:${kind}`, true) : null,
  };
}

function portProblems<Card>({ problems }: Drawing<Card>, place: number, port: string): FieldError[] {
  return problems.filter(({ path }) => path === `steps[${place}].next.${port}`);
}

function nameOf<Card>({ document, known }: Drawing<Card>, key: string): string {
  const step = document.steps.find((one) => one.key === key);
  return step ? stepName(step, known) : key;
}

function anchorOf(document: Document, key: string): string {
  return idOf(`${ROOT}.steps[${document.steps.findIndex((step) => step.key === key)}]`);
}
