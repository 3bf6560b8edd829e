import { type Automation, saveDraft } from "../../automations/index.js";
import { changesInWords, type Document } from "../../graph/index.js";
import { type FieldError, Problem } from "../../shared/errors.js";
import { isObject } from "../../shared/json.js";
import { recordAudit } from "../audit.js";
import type { Ask } from "../pages/page-route.js";
import { t } from "../pages/text.js";
import type { Edited, Editor } from "./editor.js";
import { objectNamed } from "./editor-known.js";
import { tidyDocument } from "./form/tidy-document.js";
import { changeWords } from "./words/document-words.js";

/** Both sides of an edit that met another one: what theirs is, and what saving ours over it would change. */
export type Conflict = { who: string; theirs: string; changes: string[]; yours: string; ifVersion: string };

/** What came of saving: the automation as it is stored now, or why nothing was stored. */
export type Saved = { automation: Automation } | { problems: FieldError[] } | { conflict: Conflict };

/** Saves an edit into the draft. Wrong input and another person's newer version are answers here, not errors. */
export async function saveEdit({ engine, visit }: Ask, editor: Editor, edited: Edited): Promise<Saved> {
  const { known, automation } = editor;
  const document = tidyDocument(edited.document, known.actions);
  try {
    const saved = await saveDraft(
      engine,
      visit.workspace.id,
      automation.id,
      { ...edited, document, ifVersion: edited.ifVersion || undefined },
      visit.actor,
    );
    await recordAudit(engine, visit.workspace.id, visit.actor, "automation.saved", saved.id, {
      version: saved.latestVersion,
    });
    return { automation: saved };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 422)
      return {
        problems: error.errors.map(({ path, message }) => ({ path: path.replace(/^document\.?/, ""), message })),
      };
    const theirs = error.details["theirs"];
    if (error.status !== 412 || !isObject(theirs)) throw error;
    return { conflict: conflictOf(error, theirs as Document, { ...edited, document }, editor) };
  }
}

function conflictOf(error: Problem, theirs: Document, edited: Edited, { automation, known }: Editor): Conflict {
  const { name, description, document: yours } = edited;
  return {
    who: error.message.split(" saved this automation")[0] ?? "",
    theirs: JSON.stringify(theirs, null, 2),
    yours: JSON.stringify(yours, null, 2),
    changes: [
      ...(name === automation.name ? [] : [t("editor.conflict.name", { yours: name, theirs: automation.name })]),
      ...(description === automation.description ? [] : [t("editor.conflict.description")]),
      ...changesInWords(theirs, yours, changeWords(objectNamed(known, yours.object), known, known.zone)),
    ],
    ifVersion: String(error.details["ifVersion"] ?? ""),
  };
}
