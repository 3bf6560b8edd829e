import { type Simulation, simulate } from "../../insight/index.js";
import { Problem } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { changeRows, nested, rowAction } from "../pages/form-body.js";
import { type Ask, formText, type PageRoute, queryText } from "../pages/page-route.js";
import { renderPage } from "../pages/render.js";
import { readSchemaForm } from "../pages/schema-values.js";
import { t } from "../pages/text.js";
import { readEdit } from "./edit-routes.js";
import { carriedEdit, type Edited, type Editor, openEditor, storedEdit } from "./editor.js";
import { knownAbout } from "./editor-known.js";
import { changesSchema, type TestAsked, type Tested, testPage } from "./test-page.js";
import { tidyDocument } from "./tidy-document.js";

/** Trying an automation on a record before it runs: the stored draft, or what is in the editor unsaved. */
export const testRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id/test",
    role: "editor",
    async handle(ask) {
      const editor = await openEditor(ask);
      await show(
        ask,
        editor,
        storedEdit(editor),
        { recordId: queryText(ask.req, "record") ?? "", q: "", changes: {}, inputs: {} },
        null,
      );
    },
  },
  {
    method: "post",
    path: "/:id/test",
    role: "editor",
    async handle(ask) {
      const editor = await openEditor(ask);
      const edited = carriedEdit(ask) ?? readEdit(ask, editor, "").edited;
      const asked = askedOf(ask, editor, edited);
      await show(
        ask,
        editor,
        edited,
        asked,
        formText(ask.req, "do") === "run" ? await attempt(ask, editor, edited, asked) : null,
      );
    },
  },
];

function askedOf({ req }: Ask, { known }: Editor, { document }: Edited): TestAsked {
  const raw = nested(req.body, "try") ?? {};
  const action = rowAction(formText(req, "do"));
  if (action && isObject(raw)) changeRows(raw, "try", action, () => ({}));
  const { fieldsOf } = knownAbout(known, document.object);
  const { changes } = readSchemaForm(changesSchema, raw, fieldsOf, document.object).values;
  const inputs =
    isObject(document.inputs) && isObject(raw) ? readSchemaForm(document.inputs, raw["inputs"], fieldsOf).values : {};
  return {
    recordId: formText(req, "record"),
    q: formText(req, "q"),
    changes: isObject(changes) ? changes : {},
    inputs,
  };
}

/** What may go wrong with somebody's input is told beside it. */
async function attempt({ engine, visit }: Ask, editor: Editor, edited: Edited, asked: TestAsked): Promise<Tested> {
  const { automation, known } = editor;
  const document = tidyDocument(edited.document, known.actions);
  const request = {
    document,
    inputs: asked.inputs,
    changes: asked.changes as JsonObject,
    recordId: asked.recordId || undefined,
  };
  try {
    const simulation: Simulation = await simulate(engine, visit.workspace.id, automation.id, request, visit.actor);
    return { simulation };
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return { problems: error.errors, failure: error.errors.length > 0 ? t("editor.test.notTried") : error.message };
  }
}

async function show(
  { engine, visit, res }: Ask,
  editor: Editor,
  edited: Edited,
  asked: TestAsked,
  tested: Tested,
): Promise<void> {
  await renderPage(
    res,
    "editor/test",
    await testPage(engine, visit, editor, edited, asked, tested),
    tested && "problems" in tested ? 422 : 200,
  );
}
