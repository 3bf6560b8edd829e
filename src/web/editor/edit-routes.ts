import { activate, pause, validateDocument } from "../../automations/index.js";
import { recordAudit } from "../audit.js";
import { type Ask, formText, type PageRoute } from "../pages/page-route.js";
import { redirectWith, renderPage } from "../pages/render.js";
import { t } from "../pages/text.js";
import { changeForm } from "./change-form.js";
import { type EditShown, editPage } from "./edit-page.js";
import { carriedEdit, differs, type Edited, type Editor, openEditor, storedEdit } from "./editor.js";
import { drawnDocument, formToDocument, rawDocument } from "./form-document.js";
import { saveEdit } from "./save-edit.js";

/** The list editor. Every button sends the whole form; what is not saved lives in the form alone. */
export const editRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id/edit",
    role: "editor",
    async handle(ask) {
      const editor = await openEditor(ask);
      await show(ask, editor, storedEdit(editor));
    },
  },
  { method: "post", path: "/:id/edit", role: "editor", handle: edit },
];

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
  return { edited, shown: { typed: problems, change } };
}

async function show(ask: Ask, editor: Editor, edited: Edited, shown: EditShown = {}, status = 200): Promise<void> {
  await renderPage(ask.res, "editor/edit", await editPage(ask.engine, ask.visit, editor, edited, shown), status);
}

async function save(ask: Ask, editor: Editor, edited: Edited, shown: EditShown): Promise<void> {
  const stored = await keep(ask, editor, edited, shown);
  if (stored)
    redirectWith(
      ask.res,
      `/${stored.automation.id}/edit`,
      stored.changed ? "draftSaved" : "draftUnchanged",
      stored.automation.latestVersion,
    );
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
  const problems = await validateDocument(engine, visit.workspace.id, now.latest.document, "list");
  if (problems.every(({ severity }) => severity !== "error"))
    return res.redirect(303, `${visit.base}/${stored.automation.id}/publish`);
  await show(
    ask,
    now,
    storedEdit(now),
    { refused: t("editor.notPublishable", { n: stored.automation.latestVersion }) },
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
