import { findRecords, getRecord, type ObjectType, type RecordRow } from "../../crm/index.js";
import type { Simulation } from "../../insight/index.js";
import type { Engine } from "../../runs/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { absolute } from "../pages/formats.js";
import { labelsOfRecords, recordLabel } from "../pages/record-shown.js";
import type { PageModel } from "../pages/render.js";
import { schemaForm } from "../pages/schema-form.js";
import type { Visit } from "../pages/site.js";
import { t } from "../pages/text.js";
import { sentenceFor } from "./document-words.js";
import type { Edited, Editor } from "./editor.js";
import { knownAbout, objectNamed } from "./editor-known.js";
import { shownSimulation } from "./simulation-shown.js";

/** What a person asked to be tried: the record, changes made to it first, inputs, and a search for the record. */
export type TestAsked = { recordId: string; q: string; changes: JsonObject; inputs: JsonObject };

/** What came of it: a simulation, or why there is none. */
export type Tested = { simulation: Simulation } | { problems: FieldError[]; failure: string } | null;

const OFFERED = 20;

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
  const problems = tested && "problems" in tested ? tested.problems : [];
  const records = object ? await offeredRecords(engine, visit, object, asked) : [];
  const chosen = records.find(({ id }) => id === asked.recordId);
  const inputs = isObject(document.inputs) ? document.inputs : {};
  return {
    title: t("editor.test.title", { name: edited.name || automation.name }),
    name: edited.name || automation.name,
    path: `/${automation.id}/test`,
    editPath: `/${automation.id}/edit`,
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
    changes: object
      ? schemaForm(
          changesSchema,
          { changes: asked.changes },
          { name: "try", known: about, object: object.name, problems },
        )
      : [],
    inputs: schemaForm(inputs, asked.inputs, {
      name: "try.inputs",
      known: about,
      object: document.object,
      problems: problems.map((problem) => ({ ...problem, path: problem.path.replace(/^inputs\./, "") })),
    }),
    failure: tested && "failure" in tested ? tested.failure : null,
    problems: problems.map((problem) => ({ ...problem, anchor: null })),
    result:
      tested && "simulation" in tested ? await shownResult(engine, visit, editor, edited, tested.simulation) : null,
  };
}

/** What is changed before the run, as a form. */
export const changesSchema: JsonObject = {
  properties: {
    changes: {
      title: t("editor.test.changes"),
      description: t("editor.test.changesHint"),
      type: "object",
      "x-hint": "values",
    },
  },
};

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
