import { activate, pause, validateDocument } from "../../automations/index.js";
import { recordAudit } from "../audit.js";
import { type Ask, formText, type PageRoute, param } from "../pages/page-route.js";
import { redirectWith, renderPage } from "../pages/render.js";
import { t } from "../pages/text.js";
import { type EditShown, editPage } from "./edit-page.js";
import { carriedEdit, differs, type Edited, type Editor, editPath, openEditor, storedEdit } from "./editor.js";
import { changeForm } from "./form/change-form.js";
import { drawnDocument, formToDocument, rawDocument } from "./form/form-document.js";
import { changeOutline } from "./outline/outline-change.js";
import { saveEdit } from "./save-edit.js";

/**
 * The editor: a list at its own address, a workflow as an outline at another; each leads to the right one. Every button
 * sends the whole form; what is not saved lives in the form alone.
 */
export const editRoutes: PageRoute[] = [
  { method: "get", path: "/:id/edit", role: "editor", handle: open },
  { method: "get", path: "/:id/workflow", role: "editor", handle: open },
  {
    method: "get",
    path: "/:id/workflow/steps/:key",
    role: "editor",
    async handle(ask) {
      const editor = await openEditor(ask);
      const edited = storedEdit(editor);
      await show(ask, editor, edited, opened(edited, editor, `open:${param(ask.req, "key")}`));
    },
  },
  { method: "post", path: "/:id/edit", role: "editor", handle: edit },
  { method: "post", path: "/:id/workflow", role: "editor", handle: edit },
];

async function open(ask: Ask): Promise<void> {
  const { req, res, visit } = ask;
  const editor = await openEditor(ask);
  if (!req.path.endsWith(editPath(editor))) {
    const query = new URL(req.originalUrl, "http://local").search;
    return res.redirect(303, `${visit.base}${editPath(editor)}${query}`);
  }
  await show(ask, editor, storedEdit(editor));
}

async function edit(ask: Ask): Promise<void> {
  const editor = await openEditor(ask);
  const button = formText(ask.req, "do");
  const carried = carriedEdit(ask);
  if (carried) return show(ask, editor, carried);
  const { edited, shown } = readEdit(ask, editor, button);
  const [verb = "", etag] = button.split(":");
  switch (verb) {
    case "save":
      return save(ask, editor, edited, shown);
    case "overwrite":
      return save(ask, editor, { ...edited, ifVersion: etag ?? "" }, shown);
    case "publish":
      return publishable(ask, editor, edited, shown);
    case "activate":
    case "pause":
      return turn(ask, verb, editor, edited, shown);
    default:
      return show(ask, editor, edited, shown);
  }
}

/** The edit a form holds, after what its button did to the rows. */
export function readEdit({ req }: Ask, editor: Editor, button: string): { edited: Edited; shown: EditShown } {
  const raw = rawDocument(req.body) ?? {};
  const was = drawnDocument(req.body);
  const change = changeForm(raw, button, was);
  const { document, problems } = formToDocument(raw, was, editor.known);
  const edited = {
    name: formText(req, "name"),
    description: formText(req, "description").replace(/\r\n?/g, "\n"),
    document,
    ifVersion: formText(req, "ifVersion"),
  };
  const shown: EditShown = { typed: problems, change };
  if (editor.known.form === "list") return { edited, shown };
  const sent = { open: formText(req, "open"), target: formText(req, "target") };
  const { document: changed, outline, row } = changeOutline(document, button, sent, editor.known);
  // Paths of what could not be read are those of the form as it came.
  const typed = changed === document ? problems : [];
  return {
    edited: { ...edited, document: changed },
    shown: { typed, change: { ...change, row: row ?? change.row }, outline },
  };
}

/** The outline after a button, for a page that was only asked for. */
function opened({ document }: Edited, { known }: Editor, button: string): EditShown {
  return known.form === "graph"
    ? { outline: changeOutline(document, button, { open: "", target: "" }, known).outline }
    : {};
}

async function show(ask: Ask, editor: Editor, edited: Edited, shown: EditShown = {}, status = 200): Promise<void> {
  await renderPage(ask.res, "editor/edit", await editPage(ask.engine, ask.visit, editor, edited, shown), status);
}

async function save(ask: Ask, editor: Editor, edited: Edited, shown: EditShown): Promise<void> {
  const stored = await keep(ask, editor, edited, shown);
  if (stored)
    redirectWith(
      ask.res,
      placeOf(editor, shown),
      stored.changed ? "draftSaved" : "draftUnchanged",
      stored.automation.latestVersion,
    );
}

/** Where one was: the open step of an outline, else the editor. */
function placeOf(editor: Editor, { outline }: EditShown): string {
  return outline?.open ? `${editPath(editor)}/steps/${outline.open}` : editPath(editor);
}

/** Saves what is there to save; when that fails the page has been answered, and nothing is returned. */
async function keep(ask: Ask, editor: Editor, edited: Edited, shown: EditShown) {
  if (!differs(editor, edited) && (shown.typed ?? []).length === 0)
    return { automation: editor.automation, changed: false };
  const saved = await saveEdit(ask, editor, edited);
  if ("automation" in saved) return { automation: saved.automation, changed: true };
  if ("conflict" in saved) {
    await show(
      ask,
      editor,
      edited,
      { ...shown, conflict: saved.conflict, refused: t("editor.conflict.title", { who: saved.conflict.who }) },
      412,
    );
  } else
    await show(
      ask,
      editor,
      edited,
      { typed: [...(shown.typed ?? []), ...saved.problems], refused: t("editor.notSaved") },
      422,
    );
  return null;
}

/** Saves, and goes on to the publish page; with errors it stays here, beside them. */
async function publishable(ask: Ask, editor: Editor, edited: Edited, shown: EditShown): Promise<void> {
  const stored = await keep(ask, editor, edited, shown);
  if (!stored) return;
  const { engine, visit, res } = ask;
  const now = await openEditor(ask);
  const problems = await validateDocument(engine, visit.workspace.id, now.latest.document, now.latest.form);
  if (problems.every(({ severity }) => severity !== "error"))
    return res.redirect(303, `${visit.base}/${stored.automation.id}/publish`);
  await show(
    ask,
    now,
    storedEdit(now),
    {
      refused: t("editor.notPublishable", { n: stored.automation.latestVersion }),
      ...(shown.outline && { outline: shown.outline }),
    },
    422,
  );
}

/** Switches the published version on or off; what is being edited stays on the page, unsaved. */
async function turn(
  ask: Ask,
  verb: "activate" | "pause",
  { automation }: Editor,
  edited: Edited,
  shown: EditShown,
): Promise<void> {
  const { engine, visit } = ask;
  await (verb === "activate" ? activate : pause)(engine, visit.workspace.id, automation.id);
  await recordAudit(
    engine,
    visit.workspace.id,
    visit.actor,
    verb === "activate" ? "automation.activated" : "automation.paused",
    automation.id,
    { name: automation.name },
  );
  await show(ask, await openEditor(ask), edited, { ...shown, done: t(`editor.done.${verb}`) });
}
