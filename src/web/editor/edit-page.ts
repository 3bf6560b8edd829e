import { type Automation, validateDocument } from "../../automations/index.js";
import type { Engine } from "../../runs/index.js";
import type { FieldError } from "../../shared/errors.js";
import { idOf } from "../pages/forms/field-id.js";
import type { FieldView } from "../pages/forms/schema-form.js";
import type { PageModel } from "../pages/render.js";
import type { Visit } from "../pages/site.js";
import { t } from "../pages/text.js";
import { differs, type Edited, type Editor, editPath } from "./editor.js";
import { isFaulty, isFilled, isWithin } from "./form/card-problems.js";
import type { FormChange } from "./form/change-form.js";
import { documentToForm, type EditorForm } from "./form/document-form.js";
import { inputTypes } from "./form/input-rows.js";
import { stepChoices, triggerChoices } from "./form/kind-choices.js";
import { variableTree } from "./form/variable-tree.js";
import type { OutlineChange } from "./outline/outline-change.js";
import { outlineView } from "./outline/outline-view.js";
import { ROOT } from "./root.js";
import { samplesFor } from "./samples.js";
import type { Conflict } from "./save-edit.js";
import { sentenceFor } from "./words/document-words.js";
import { type ListedProblem, listProblems } from "./words/problem-list.js";
import { inNames } from "./words/problem-words.js";
import { nextFiresOf } from "./words/schedule-fires.js";

/** What the page must know beside the edit itself. */
export type EditShown = {
  /** What could not be read or stored; everything else that is wrong is found by looking at the document. */
  typed?: FieldError[];
  /** What the last button did. */
  change?: FormChange;
  /** What the last button of an outline did. */
  outline?: OutlineChange;
  /** Somebody tried to save or publish it, and this is why not. */
  refused?: string;
  conflict?: Conflict;
  /** Something that was just done. */
  done?: string;
};

const noChange: OutlineChange = { open: null, opening: null, losing: null, cutting: null, focus: null, refused: null };

/** The editor's page. Nothing of the edit is stored but what `editor` holds; the page says so. */
export async function editPage(
  engine: Engine,
  visit: Visit,
  editor: Editor,
  edited: Edited,
  shown: EditShown = {},
): Promise<PageModel> {
  const { automation, known } = editor;
  const { document } = edited;
  const change = shown.change ?? { row: null, insert: null, pick: null };
  // Somebody who has only just begun is not told what is missing.
  const blank = document.steps.length === 0 && document.triggers.length === 0 && !shown.refused;
  const outline = known.form === "graph" ? (shown.outline ?? noChange) : null;
  const found = blank ? [] : await validateDocument(engine, visit.workspace.id, document, known.form);
  const named = found.map((problem) => inNames(problem, document, known));
  const problems = shownProblems([...(shown.typed ?? []), ...named], change.row);
  const unfold = outline ? document.steps.findIndex(({ key }) => key === outline.open) : openStep(change);
  const form = documentToForm(document, known, { problems, unfold });
  const listed = listProblems(
    form,
    problems.filter(({ path }) => path !== "name"),
    document,
  );
  const steps = await stepCards(engine, visit, editor, edited, form, change);
  return {
    title: t("editor.title", { name: automation.name }),
    crumb: { label: automation.name, path: `/${automation.id}` },
    path: editPath(editor),
    heading: t(outline ? "outline.heading" : "editor.heading"),
    testPath: `/${automation.id}/test`,
    edited: { name: edited.name, description: edited.description, ifVersion: edited.ifVersion },
    nameProblems: problems.filter(({ path }) => path === "name"),
    focus: outline?.focus ?? focusOf(change),
    sentence: sentenceFor(document, known),
    state: stateOf(automation),
    unsaved: differs(editor, edited),
    ...switchOf(automation),
    refused: shown.refused ?? null,
    told: outline?.refused ?? null,
    done: shown.done ?? null,
    conflict: shown.conflict ?? null,
    problems: summaryOf(listed),
    blank,
    form,
    triggers: form.triggers.map((card, at) => {
      const trigger = document.triggers[at];
      return {
        ...card,
        schedule: trigger ? nextFiresOf(trigger, document, engine.clock.now(), known.zone) : null,
        open: standsOpen(card.name, card.problems, [...card.fields, ...card.more], change),
        hasMore: card.more.some(isFilled),
      };
    }),
    steps,
    outline: outline && outlineView(document, steps, problems, outline, known),
    openStep: outline?.open ?? "",
    triggerKinds: triggerChoices(document.object),
    stepKinds: stepChoices(known, (kind) => `step:${document.steps.length}:${kind}`),
    hasObject: document.object !== null,
    inputs: form.inputs.map((row) => ({
      ...row,
      types: inputTypes.map((type) => ({
        value: type,
        label: t(`editor.inputs.types.${type}`),
        selected: type === row.type,
      })),
    })),
    inputCount: form.inputs.length - 1,
    sections: form.settings.map((section) => ({
      ...section,
      title: t(`editor.sections.${section.key}`),
      open: section.fields.some(isFaulty),
    })),
  };
}

/** A row that was just added is not blamed for being empty, and nothing is said twice. */
function shownProblems(problems: FieldError[], row: string | null): FieldError[] {
  const fresh = row?.slice(ROOT.length + 1).replaceAll(".rows[", "[");
  const isOpen = ({ path, message }: FieldError) => path.endsWith(".fact") && message.startsWith('There is no fact ""');
  const open = problems.filter(isOpen).map(({ path }) => path.slice(0, -".fact".length));
  return problems
    .filter((problem) => isOpen(problem) || !open.some((place) => isWithin(problem.path, place)))
    .filter((problem) => fresh === undefined || !(isWithin(problem.path, fresh) || isOpen(problem)))
    .map((problem) => (isOpen(problem) ? { ...problem, message: t("editor.chooseField") } : problem))
    .filter(
      ({ path, message }, at, all) => all.findIndex((one) => one.path === path && one.message === message) === at,
    );
}

async function stepCards(
  engine: Engine,
  visit: Visit,
  { known }: Editor,
  { document, name }: Edited,
  form: EditorForm,
  change: FormChange,
) {
  const samples = change.pick === null ? null : await samplesFor(engine, visit, document, known, name);
  return form.steps.map((card, at) => ({
    ...card,
    open: standsOpen(card.name, card.problems, [...card.config, ...card.more], change) || change.pick === at,
    first: at === 0,
    last: at === form.steps.length - 1,
    at,
    hasMore: card.more.some((field) => !field.name.endsWith(".name") && isFilled(field)),
    chooser: change.insert === at ? stepChoices(known, (kind) => `step:${at}:${kind}`) : null,
    variables: samples && change.pick === at ? variableTree(document, at, known, samples) : null,
  }));
}

/** A card is open when it has just been touched, or shows a problem. */
function standsOpen(name: string, problems: FieldError[], fields: FieldView[], { row }: FormChange): boolean {
  return (row !== null && isWithin(row, name)) || problems.length > 0 || fields.some(isFaulty);
}

function openStep({ row, pick }: FormChange): number | null {
  const match = /^document\.steps\[(\d+)\]/.exec(row ?? "");
  return match ? Number(match[1]) : pick;
}

function focusOf({ row, insert, pick }: FormChange): string {
  if (insert !== null) return `editor-insert-${insert}`;
  if (pick !== null) return `editor-pick-${pick}`;
  return row === null ? "" : idOf(row);
}

/** What is true right now, in one line: what is stored, and what runs. */
function stateOf({ publishedVersion, latestVersion, status }: Automation): string {
  if (publishedVersion === null) return t("editor.state.draft", { n: latestVersion });
  const running = t(`editor.state.${status === "active" ? "running" : "paused"}`, { n: publishedVersion });
  return latestVersion > publishedVersion
    ? t("editor.state.newer", { n: latestVersion, running })
    : t("editor.state.same", { running, n: latestVersion + 1 });
}

function switchOf({ publishedVersion, status }: Automation): { canPause: boolean; canActivate: boolean } {
  return { canPause: status === "active", canActivate: publishedVersion !== null && status !== "active" };
}

function summaryOf(problems: ListedProblem[]) {
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity !== "error");
  return { errors, warnings, any: problems.length > 0 };
}
