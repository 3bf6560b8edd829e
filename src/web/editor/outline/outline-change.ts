import { portsIn } from "../../../automations/index.js";
import {
  type Document,
  duplicateStep,
  insertStep,
  type Moves,
  mainPort,
  moveStep,
  movesIn,
  type Opening,
  reachedSteps,
  removeStep,
} from "../../../graph/index.js";
import { Problem } from "../../../shared/errors.js";
import { idOf } from "../../pages/forms/field-id.js";
import type { EditorKnown } from "../editor-known.js";
import { freshKey } from "../form/change-form.js";
import { startingConfig } from "../form/starting-config.js";
import { ROOT } from "../root.js";

/**
 * What one of the outline's buttons did, as far as the page must know: which step is edited in place, where a kind is to
 * be chosen, which steps would go with one that is to be removed, what gets the focus, and why nothing was done.
 */
export type OutlineChange = {
  open: string | null;
  opening: string | null;
  losing: { key: string; lost: string[] } | null;
  /** A step that ends its path is to be added where others follow: which no path would lead to any more. */
  cutting: { kind: string; lost: string[] } | null;
  focus: string | null;
  refused: string | null;
};

/** The document after a button, what the page must know of it, and the row that is new. */
export type OutlineEdit = { document: Document; outline: OutlineChange; row: string | null };

/** An opening as buttons name it: `a.success` behind a port, `>a` before a step, `>` into no steps at all. */
export function openingText(at: Opening): string {
  return "from" in at ? `${at.from}.${at.port}` : `>${at.before ?? ""}`;
}

/** The other way round; null when it is none. */
function openingOf(text: string): Opening | null {
  const [, before, from, port] = /^(?:>(\w*)|(\w+)\.([\w-]+))$/.exec(text) ?? [];
  if (from !== undefined && port !== undefined) return { from, port };
  return before === undefined ? null : { before: before || null };
}

/**
 * Carries out what a button of the outline says: `open:` and `close:` a step, `place:<opening>` asks for a kind,
 * `put:<opening>:<kind>` adds one, `putend:` one that cuts off what follows as well, `drop:` removes a step and `dropall:` the branches it would lose as well, `twin:`
 * duplicates, `raise:` and `lower:` move along the branch, `carry:` to the opening `target`, `switch:` turns it off or on.
 */
export function changeOutline(
  document: Document,
  button: string,
  sent: { open: string; target: string },
  known: Pick<EditorKnown, "actions">,
): OutlineEdit {
  const [, verb = "", subject = "", kind = ""] = /^(\w+):([^:]*)(?::(.*))?$/.exec(button) ?? [];
  const open = document.steps.some(({ key }) => key === sent.open) ? sent.open : null;
  const here: OutlineEdit = {
    document,
    outline: { open, opening: null, losing: null, cutting: null, focus: null, refused: null },
    row: null,
  };
  try {
    return changed(here, verb, subject, kind, sent.target, known);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return { ...here, outline: { ...here.outline, refused: error.message } };
  }
}

function changed(
  here: OutlineEdit,
  verb: string,
  subject: string,
  kind: string,
  target: string,
  known: Pick<EditorKnown, "actions">,
): OutlineEdit {
  const { document, outline } = here;
  const portsOf = portsIn(known.actions);
  const at = openingOf(verb === "carry" ? target : subject);
  const shown = (so: Document, key: string, open = outline.open): OutlineEdit => ({
    document: so,
    outline: { ...outline, open, focus: idOf(rowOf(so, key)) },
    row: null,
  });
  switch (verb) {
    case "open":
      return shown(document, subject, subject);
    case "close":
      return shown(document, subject, null);
    case "place":
      return at ? { ...here, outline: { ...outline, opening: openingText(at), focus: "editor-opening" } } : here;
    case "put":
    case "putend": {
      if (!at || !/^[\w.]{1,64}$/.test(kind)) return here;
      const key = freshKey(kind.replaceAll(".", "_"), keysOf(document));
      const step = { key, kind, config: startingConfig(known.actions.get(kind)) };
      const so = insertStep(document, step, at, portsOf);
      const lost = verb === "put" && mainPort(step, portsOf) === undefined ? cutOff(document, so) : [];
      if (lost.length > 0)
        return {
          ...here,
          outline: { ...outline, opening: openingText(at), cutting: { kind, lost }, focus: "editor-opening" },
        };
      return { ...shown(so, key, key), row: rowOf(so, key) };
    }
    case "drop":
    case "dropall": {
      const { document: so, lost } = removeStep(document, subject, portsOf);
      if (lost.length > 0 && verb === "drop")
        return { ...here, outline: { ...outline, losing: { key: subject, lost }, focus: "editor-losing" } };
      const open = outline.open !== null && keysOf(so).includes(outline.open) ? outline.open : null;
      return { ...here, document: so, outline: { ...outline, open, focus: "editor-then" } };
    }
    case "twin": {
      const key = freshKey(subject.replace(/_\d+$/, ""), keysOf(document));
      const so = duplicateStep(document, subject, key, portsOf);
      return so === document ? here : shown(so, key, key);
    }
    case "raise":
    case "lower":
    case "carry": {
      const moves: Moves = movesIn(document, portsOf)(subject);
      const to = verb === "carry" ? at : moves[verb === "raise" ? "up" : "down"];
      return to ? shown(moveStep(document, subject, to, portsOf), subject) : here;
    }
    case "switch":
      return shown(switched(document, subject), subject);
    default:
      return here;
  }
}

/** Whether a step can be duplicated: something must be able to follow it. */
export function canFollow(document: Document, key: string, known: Pick<EditorKnown, "actions">): boolean {
  const step = document.steps.find((one) => one.key === key);
  return step !== undefined && mainPort(step, portsIn(known.actions)) !== undefined;
}

/** The steps that a path led to before, and none leads to after. */
function cutOff(before: Document, after: Document): string[] {
  const reached = reachedSteps(after);
  return [...reachedSteps(before)].filter((key) => !reached.has(key));
}

function switched(document: Document, key: string): Document {
  const steps = document.steps.map(({ disabled, ...step }) =>
    step.key === key ? { ...step, ...(!disabled && { disabled: true }) } : { ...step, ...(disabled && { disabled }) },
  );
  return { ...document, steps };
}

const keysOf = ({ steps }: Document) => steps.map(({ key }) => key);

/** The name of a step's row in the form. */
function rowOf(document: Document, key: string): string {
  return `${ROOT}.steps[${document.steps.findIndex((step) => step.key === key)}]`;
}
