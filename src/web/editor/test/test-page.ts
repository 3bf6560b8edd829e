import { findRecords, getRecord, type ObjectType, type RecordRow } from "../../../crm/index.js";
import { changesOf } from "../../../events/index.js";
import { expectedOf, listTests, type Simulation } from "../../../insight/index.js";
import type { Engine } from "../../../runs/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { isObject } from "../../../shared/json.js";
import { absolute } from "../../pages/formats.js";
import { schemaForm } from "../../pages/forms/schema-form.js";
import { labelsOfRecords, recordLabel } from "../../pages/records/record-shown.js";
import type { PageModel } from "../../pages/render.js";
import type { Visit } from "../../pages/site.js";
import { t } from "../../pages/text.js";
import { type Edited, type Editor, editPath } from "../editor.js";
import { knownAbout, objectNamed } from "../editor-known.js";
import { sentenceFor } from "../words/document-words.js";
import { expectationParts, shownTests } from "./expectations-shown.js";
import { shownSimulation } from "./simulation-shown.js";
import { shownAnswers, type TestAsked, testSchemas } from "./test-form.js";

/** What came of trying: a simulation, or why there is none; `notice` tells what else was done. */
export type Tested = {
  simulation?: Simulation;
  problems?: FieldError[];
  failure?: string;
  notice?: string;
  /** What was typed to save it as a test, when that failed. */
  saving?: { name: string; contains: string; chosen: string[] };
};

const OFFERED = 20;
const EVENTS_OFFERED = 10;

/** The page that tries an edit on a record. It carries the edit along, so that nothing unsaved is lost by testing. */
export async function testPage(
  engine: Engine,
  visit: Visit,
  editor: Editor,
  edited: Edited,
  asked: TestAsked,
  tested: Tested,
): Promise<PageModel> {
  const { automation, known } = editor;
  const { document } = edited;
  const object = objectNamed(known, document.object);
  const about = knownAbout(known, document.object);
  const { simulation, problems = [], failure = null, notice = null } = tested;
  const records = object ? await offeredRecords(engine, visit, object, asked) : [];
  const chosen = records.find(({ id }) => id === asked.recordId);
  const events =
    chosen && object
      ? (await changesOf(engine, visit.workspace.id, object.name, chosen.id, { limit: EVENTS_OFFERED })).data
      : [];
  const inputs = isObject(document.inputs) ? document.inputs : {};
  const schemas = testSchemas(document, events, visit.zone);
  const place = { known: about, object: document.object };
  const tests = await listTests(engine, visit.workspace.id, automation.id);
  return {
    title: t("editor.test.title", { name: edited.name || automation.name }),
    name: edited.name || automation.name,
    path: `/${automation.id}/test`,
    editPath: editPath(editor),
    draft: JSON.stringify(edited),
    sentence: sentenceFor(document, known),
    object: object ? { label: object.label, plural: object.plural } : null,
    q: asked.q,
    records: records.map((record) => ({
      value: record.id,
      label: object ? optionLabel(object, record, visit.zone) : record.id,
      selected: record.id === asked.recordId,
    })),
    record:
      chosen && object
        ? { label: recordLabel(object, chosen), path: `/records/${object.name}/${encodeURIComponent(chosen.id)}` }
        : null,
    fields: schemaForm(schemas.shown, asked.values, { ...place, name: "try", problems }),
    more: schemaForm(schemas.more, asked.values, { ...place, name: "try", problems }),
    moreOpen: asked.values["at"] !== undefined || asked.values["data"] !== undefined,
    answers: shownAnswers(document, known, asked.values),
    inputs: schemaForm(inputs, asked.values["inputs"], {
      ...place,
      name: "try.inputs",
      problems: problems.map((problem) => ({ ...problem, path: problem.path.replace(/^inputs\./, "") })),
    }),
    failure,
    notice,
    problems: problems.map((problem) => ({ ...problem, anchor: null })),
    result: simulation ? await shownResult(engine, visit, editor, edited, simulation) : null,
    saving: simulation ? offeredTest(editor, edited, asked, simulation, tested.saving) : null,
    tests: shownTests(tests, document, known, visit.zone),
  };
}

/** What the result just shown would expect as a test. */
function offeredTest(
  { known }: Editor,
  { document }: Edited,
  asked: TestAsked,
  simulation: Simulation,
  typed: Tested["saving"],
) {
  const parts = expectationParts(expectedOf(simulation, asked.recordId), document, known);
  return {
    name: typed?.name ?? "",
    contains: typed?.contains ?? "",
    parts: parts.map(({ value, words }) => ({ value, words, chosen: typed?.chosen.includes(value) ?? true })),
  };
}

async function offeredRecords(
  engine: Engine,
  visit: Visit,
  object: ObjectType,
  { q, recordId }: TestAsked,
): Promise<RecordRow[]> {
  const { records } = await findRecords(engine, visit.workspace.id, object.name, {
    sort: "-id",
    limit: OFFERED,
    ...(q ? { q } : {}),
  });
  if (!recordId || records.some(({ id }) => id === recordId)) return records;
  const chosen = await getRecord(engine, visit.workspace.id, object.name, recordId);
  return chosen ? [chosen, ...records] : records;
}

function optionLabel(object: ObjectType, record: RecordRow, zone: string): string {
  return `${recordLabel(object, record)} · ${absolute(record.updatedAt, zone)?.text ?? ""}`;
}

async function shownResult(
  engine: Engine,
  visit: Visit,
  { known }: Editor,
  { document }: Edited,
  simulation: Simulation,
) {
  const labels = await labelsOfRecords(engine, visit.workspace.id, simulation.diffs);
  for (const { id, name } of known.users) labels.set(id, name);
  return shownSimulation(simulation, document, { ...known, zone: visit.zone }, labels);
}
