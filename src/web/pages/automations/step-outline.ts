import { portsIn } from "../../../automations/index.js";
import { type Document, type OutlineLead, type OutlineStep, outlineOf, type Step } from "../../../graph/index.js";
import type { Engine } from "../../../runs/index.js";
import { t } from "../text.js";
import { portLabel } from "./port-words.js";

/** Where a path goes on: in words, with the step it leads to where that is drawn at another place. */
export type OutlineEnd = { text: string; to: { name: string; anchor: string } | null };

/** One step of an outline to read: its card, its branches, and how it goes on where that is not the next card. */
export type OutlineNode<Card> = {
  card: Card;
  from: { name: string; anchor: string }[];
  branches: { label: string; end: OutlineEnd | null; steps: OutlineNode<Card>[] }[];
  onward: { label: string; end: OutlineEnd } | null;
};

/** A workflow as an outline that is only read. `cards` stand in the order of the steps; `name` is what a card is called. */
export function stepOutline<Card extends { name: string; key: string }>(
  engine: Engine,
  document: Document,
  cards: Card[],
): { steps: OutlineNode<Card>[]; apart: OutlineNode<Card>[] } {
  const outline = outlineOf(document, portsIn(engine.actions));
  const drawing: Drawing<Card> = { document, cards };
  return { steps: nodes(drawing, outline.steps), apart: nodes(drawing, outline.unreached) };
}

type Drawing<Card> = { document: Document; cards: Card[] };

function nodes<Card extends { name: string; key: string }>(
  drawing: Drawing<Card>,
  steps: OutlineStep[],
): OutlineNode<Card>[] {
  return steps.flatMap(({ place, from, branches, onward }): OutlineNode<Card>[] => {
    const card = drawing.cards[place];
    const step = drawing.document.steps[place];
    if (!card || !step) return [];
    const leads = onward && onward.lead.to !== "follows" && onward.lead.to !== "nothing" ? onward : null;
    return [
      {
        card,
        from: from.map((edge) => wayIn(drawing, edge)),
        branches: branches.map(({ port, lead, steps: inside }) => ({
          label: portLabel(step, port),
          end: lead.to === "follows" ? null : ended(drawing, lead),
          steps: nodes(drawing, inside),
        })),
        onward: leads && {
          label: leads.port === "success" ? "" : portLabel(step, leads.port),
          end: ended(drawing, leads.lead),
        },
      },
    ];
  });
}

function wayIn<Card extends { name: string; key: string }>(
  drawing: Drawing<Card>,
  { from, port }: { from: string; port: string },
) {
  const step: Step | undefined = drawing.document.steps.find(({ key }) => key === from);
  const name = nameOf(drawing, from);
  return {
    name: step ? t("outline.fromPort", { name, port: portLabel(step, port).toLowerCase() }) : name,
    anchor: `step-${from}`,
  };
}

function ended<Card extends { name: string; key: string }>(drawing: Drawing<Card>, lead: OutlineLead): OutlineEnd {
  if (!("key" in lead)) return { text: t(lead.to === "end" ? "outline.theEnd" : "outline.endsHere"), to: null };
  if (lead.to === "missing") return { text: t("outline.missing", { key: lead.key }), to: null };
  const text = t(lead.to === "back" ? "outline.backTo" : "outline.goesOn", { key: lead.key });
  return { text, to: { name: nameOf(drawing, lead.key), anchor: `step-${lead.key}` } };
}

function nameOf<Card extends { name: string; key: string }>({ cards }: Drawing<Card>, key: string): string {
  return cards.find((card) => card.key === key)?.name ?? key;
}
