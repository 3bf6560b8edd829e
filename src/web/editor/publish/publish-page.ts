import { getVersion, type Version, validateDocument } from "../../../automations/index.js";
import { findRecords } from "../../../crm/index.js";
import { changesInWords, type Document, type DocumentProblem } from "../../../graph/index.js";
import type { Conditions } from "../../../rules/index.js";
import { type Engine, runsInFlight } from "../../../runs/index.js";
import { Problem } from "../../../shared/errors.js";
import type { PageModel } from "../../pages/render.js";
import type { Visit } from "../../pages/site.js";
import { t } from "../../pages/text.js";
import { type Editor, editPath } from "../editor.js";
import { objectNamed } from "../editor-known.js";
import { documentToForm } from "../form/document-form.js";
import { changeWords, sentenceFor } from "../words/document-words.js";
import { listProblems } from "../words/problem-list.js";
import { inNames } from "../words/problem-words.js";
import { stepName } from "../words/step-words.js";
import { moveSection } from "./move-section.js";

/** The page that says what publishing changes, and for whom, before it is done. */
export async function publishPage(
  engine: Engine,
  visit: Visit,
  editor: Editor,
  tried: { note: string; problem: Problem | null },
): Promise<PageModel> {
  const { automation, latest, known } = editor;
  const { id: workspaceId } = visit.workspace;
  const running =
    automation.publishedVersion === null ? null : await getVersion(engine, automation, automation.publishedVersion);
  const found = await validateDocument(engine, workspaceId, latest.document, latest.form);
  const [matches, flight] = await Promise.all([
    matchesOf(engine, visit, latest),
    runsInFlight(engine, workspaceId, automation.id),
  ]);
  const errors = found.filter(({ severity }) => severity === "error");
  const n = flight.total;
  const isDraft = latest.state === "draft";
  return {
    title: t("editor.publishing.title", { name: automation.name }),
    heading: t(isDraft ? "editor.publishing.heading" : "editor.publishing.nothing", { n: latest.version }),
    crumb: { label: automation.name, path: `/${automation.id}` },
    path: `/${automation.id}/publish`,
    editPath: editPath(editor),
    sentence: sentenceFor(latest.document, known),
    isDraft,
    version: latest.version,
    etag: latest.etag,
    refused: tried.problem?.message ?? null,
    failing: tried.problem?.code === "tests_failed" ? tried.problem.errors : [],
    note: tried.note,
    first: running === null,
    since: running ? t("editor.publishing.since", { n: running.version }) : null,
    changes: running ? wordsFor(running.document, latest.document, editor) : [],
    before: running ? JSON.stringify(running.document, null, 2) : null,
    after: JSON.stringify(latest.document, null, 2),
    problems: shownProblems(latest.document, found, editor),
    blocked: errors.length > 0,
    matches,
    flight: {
      n,
      text: t(n === 0 ? "editor.publishing.noFlight" : "editor.publishing.flight", { n }),
      standing: flight.inFlight.map(({ step, name, count, kept }) => ({
        text: t("outline.publish.at", { n: count, name: standingAt(latest.document, step, editor) ?? name }),
        fate: t(`outline.publish.${kept ? "kept" : "gone"}`),
        kept,
      })),
    },
    move: isDraft ? await moveSection(engine, editor, latest) : null,
    paused: automation.status === "paused",
  };
}

function standingAt({ steps }: Document, key: string, { known }: Editor): string | undefined {
  const step = steps.find((one) => one.key === key);
  return step && stepName(step, known);
}

function wordsFor(before: Document, after: Document, { known }: Editor): string[] {
  return changesInWords(
    before,
    after,
    changeWords(objectNamed(known, after.object), known, after.timezone ?? known.zone),
  );
}

function shownProblems(document: Document, found: DocumentProblem[], { known }: Editor) {
  const named = found.map((problem) => inNames(problem, document, known));
  const listed = listProblems(documentToForm(document, known, { problems: named }), named, document);
  return {
    errors: listed.filter(({ severity }) => severity === "error"),
    warnings: listed.filter(({ severity }) => severity !== "error"),
  };
}

/** How many records meet the conditions as they are now; why not, when that cannot be counted. */
async function matchesOf(
  engine: Engine,
  visit: Visit,
  { document }: Version,
): Promise<{ n: number | null; text: string } | null> {
  const { object, conditions } = document;
  if (object === null) return null;
  try {
    const when = (conditions ?? {}) as Conditions;
    const { total = 0 } = await findRecords(engine, visit.workspace.id, object, {
      when,
      limit: 1,
      count: true,
      timezone: document.timezone ?? visit.workspace.timezone,
    });
    return {
      n: total,
      text: t(total === 0 ? "editor.publishing.noMatches" : "editor.publishing.matches", { n: total }),
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { n: null, text: t("editor.publishing.uncounted") };
  }
}
