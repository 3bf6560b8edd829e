import {
  deleteTest,
  expectedOf,
  getTest,
  makeTest,
  runTests,
  type Simulation,
  simulate,
} from "../../../insight/index.js";
import { Problem } from "../../../shared/errors.js";
import { isObject } from "../../../shared/json.js";
import { changeRows, nested, rowAction } from "../../pages/forms/form-body.js";
import { type Ask, formList, formText, type PageRoute, queryText } from "../../pages/page-route.js";
import { renderPage } from "../../pages/render.js";
import { t } from "../../pages/text.js";
import { readEdit } from "../edit-routes.js";
import { carriedEdit, differs, type Edited, type Editor, openEditor, storedEdit } from "../editor.js";
import { tidyDocument } from "../form/tidy-document.js";
import { expectationParts, joined } from "./expectations-shown.js";
import { askedBy, readTestForm, requestOf, type TestAsked } from "./test-form.js";
import { type Tested, testPage } from "./test-page.js";

/** Trying an automation before it runs, the stored draft or what is in the editor unsaved, and keeping that as a test. */
export const testRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/:id/test",
    role: "editor",
    async handle(ask) {
      const editor = await openEditor(ask);
      await show(ask, editor, storedEdit(editor), await askedFor(ask, editor), {});
    },
  },
  {
    method: "post",
    path: "/:id/test",
    role: "editor",
    async handle(ask) {
      const editor = await openEditor(ask);
      const edited = carriedEdit(ask) ?? readEdit(ask, editor, "").edited;
      const { asked, problems } = askedOf(ask, editor, edited);
      const tested =
        problems.length > 0
          ? { problems, failure: t("editor.test.notTried") }
          : await doAsTold(ask, editor, edited, asked);
      await show(ask, editor, edited, asked, tested);
    },
  },
];

/** What the address asks for: a record, or what a saved test tries. */
async function askedFor({ engine, visit, req }: Ask, { automation }: Editor): Promise<TestAsked> {
  const test = queryText(req, "test");
  if (!test) return { recordId: queryText(req, "record") ?? "", q: "", values: {} };
  return askedBy((await getTest(engine, visit.workspace.id, automation.id, test)).request, visit.zone);
}

function askedOf({ req }: Ask, { known }: Editor, { document }: Edited) {
  const raw = nested(req.body, "try") ?? {};
  const action = rowAction(formText(req, "do"));
  if (action && isObject(raw)) changeRows(raw, "try", action, () => ({}));
  const { values, problems } = readTestForm(raw, document, known);
  return { asked: { recordId: formText(req, "record"), q: formText(req, "q"), values }, problems };
}

/** Does what the button says. What may go wrong with somebody's input is told beside it. */
async function doAsTold(ask: Ask, editor: Editor, edited: Edited, asked: TestAsked): Promise<Tested> {
  const [verb, id = ""] = formText(ask.req, "do").split(":");
  const { engine, visit } = ask;
  const { id: automationId } = editor.automation;
  try {
    switch (verb) {
      case "run":
        return { simulation: await tried(ask, editor, edited, asked) };
      case "save-test":
        return await keep(ask, editor, edited, asked);
      case "run-tests": {
        const run = await runTests(engine, visit.workspace.id, automationId, visit.actor);
        const failed = run.filter(({ lastResult }) => !lastResult?.passed).length;
        return { notice: t(failed === 0 ? "editor.test.allPass" : "editor.test.someFail", { n: failed }) };
      }
      case "delete-test":
        await deleteTest(engine, visit.workspace.id, automationId, id);
        return { notice: t("editor.test.deleted") };
      default:
        return {};
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return { problems: error.errors, failure: error.errors.length > 0 ? t("editor.test.notTried") : error.message };
  }
}

function tried({ engine, visit }: Ask, editor: Editor, edited: Edited, asked: TestAsked): Promise<Simulation> {
  const request = { ...requestOf(asked, visit.zone), ...draftOf(editor, edited) };
  return simulate(engine, visit.workspace.id, editor.automation.id, request, visit.actor);
}

function draftOf({ latest, known }: Editor, { document }: Edited) {
  return { document: tidyDocument(document, known.actions), form: latest.form };
}

/** Saves what was just tried, with the expectations that were left ticked and still hold. */
async function keep(ask: Ask, editor: Editor, edited: Edited, asked: TestAsked): Promise<Tested> {
  const { engine, visit, req } = ask;
  const simulation = await tried(ask, editor, edited, asked);
  const saving = {
    name: formText(req, "testName"),
    contains: formText(req, "contains"),
    chosen: formList(req, "expect"),
  };
  const offered = expectationParts(expectedOf(simulation, asked.recordId), edited.document, editor.known);
  const parts = offered.filter(({ value }) => saving.chosen.includes(value)).map(({ part }) => part);
  if (parts.length < saving.chosen.length) return { simulation, failure: t("editor.test.resultChanged"), saving };
  const contains = saving.contains ? [{ effects: [{ contains: saving.contains }] }] : [];
  const test = {
    name: saving.name,
    request: requestOf(asked, visit.zone),
    expectations: joined([...parts, ...contains]),
  };
  const unsaved = differs(editor, edited) ? draftOf(editor, edited) : undefined;
  try {
    await makeTest(engine, visit.workspace.id, editor.automation.id, test, visit.actor, unsaved);
    return { simulation, notice: t("editor.test.saved", { name: saving.name }) };
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return { simulation, failure: error.errors[0]?.message ?? error.message, saving };
  }
}

async function show(
  { engine, visit, res }: Ask,
  editor: Editor,
  edited: Edited,
  asked: TestAsked,
  tested: Tested,
): Promise<void> {
  const model = await testPage(engine, visit, editor, edited, asked, tested);
  await renderPage(res, "editor/test", model, tested.failure ? 422 : 200);
}
