import type { Decision, PastQuestion, Question } from "../../../people/index.js";
import { type Engine, getRunAlone, type RunView, stepLines } from "../../../runs/index.js";
import type { Problem } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { nothingKnown } from "../forms/form-known.js";
import { type FieldView, schemaForm } from "../forms/schema-form.js";
import { labelsOfRecords } from "../records/record-shown.js";
import { runNames } from "../runs/run-names.js";
import { t } from "../text.js";

/** A form that was sent and refused: why, and what had been typed. */
export type Tried = { problem: Problem; values: JsonObject; comment: string };

/** Steps told of that came before the question. */
const BEFORE = 5;

/** What both pages that take a decision show: ours for signed-in people, and that of a link. */
export function questionView(found: Question | PastQuestion, userId: string, now: number, tried?: Tried) {
  const open = found.status === "open" ? found : null;
  const mine = found.decisions.find((one) => one.userId === userId) ?? null;
  const problems =
    tried?.problem.errors.map(({ path, message }) => ({ path: path.replace(/^values\./, ""), message })) ?? [];
  const fields: FieldView[] = open?.form
    ? schemaForm(open.form, tried?.values ?? {}, { name: "values", problems, known: nothingKnown })
    : [];
  const loose = problems.filter(
    ({ path }) => path !== "comment" && !fields.some(({ name }) => path === name.replace(/^values\./, "")),
  );
  return {
    open,
    lines: linesOf(open?.message ?? ""),
    task: open?.kind === "human_task",
    mode: open?.kind === "approval" && open.assignees.length > 1 ? modeText(open) : "",
    left: open ? timeLeft(Date.parse(open.deadlineAt) - now) : "",
    fields,
    comment: tried?.comment ?? "",
    commentProblem: problems.find(({ path }) => path === "comment")?.message ?? null,
    mine: mine ? decisionText(mine) : null,
    decisions: found.decisions.map((one) => ({ ...one, text: decisionText(one) })),
    failure: tried ? failureText(tried.problem, found, loose) : null,
  };
}

/** What a decision is about: the automation and its record, the steps before it, and where each answer leads. */
export async function questionContext(
  engine: Engine,
  workspaceId: string,
  { runId, stepKey }: Question | PastQuestion,
) {
  const run = await getRunAlone(engine, workspaceId, runId);
  const [names, lines, labels] = await Promise.all([
    runNames(engine, workspaceId, run.automationId, run.version),
    stepLines(engine, runId),
    labelsOfRecords(engine, workspaceId, [run]),
  ]);
  const before = lines.filter(
    ({ key, status, iteration }) => key !== stepKey && iteration === "" && ["success", "failed"].includes(status),
  );
  const { next = {} } = names.plan?.steps.get(stepKey) ?? {};
  return {
    run: `/runs/${runId}`,
    automation: { label: run.automationName, path: `/${run.automationId}` },
    record: recordOf(run, labels),
    before: before.slice(-BEFORE).map((line) => ({
      name: line.name ?? names.step(line.key),
      status: line.status,
      at: line.startedAt,
    })),
    leads: Object.entries(next).map(([port, key]) => ({
      answer: names.port(stepKey, port),
      to: key === "end" ? t("approvals.ends") : names.step(key),
    })),
  };
}

function recordOf({ object, recordId }: RunView, labels: Map<string, string>) {
  if (!object || !recordId) return null;
  return {
    label: labels.get(`${object}:${recordId}`) ?? recordId,
    path: `/records/${object}/${encodeURIComponent(recordId)}`,
  };
}

/** The lines of a message, without the marks for bold, headings and links that a mail would draw. */
export function linesOf(message: string): string[] {
  return message
    .split("\n")
    .map((line) =>
      line
        .replace(/^\s{0,3}#{1,6}\s+/, "")
        .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
        .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "$1 ($2)")
        .trim(),
    )
    .filter(Boolean);
}

/** How long there is left, in the largest unit that fits: "3 days left". */
function timeLeft(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 120) return t("approvals.left.minutes", { n: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 48 ? t("approvals.left.hours", { n: hours }) : t("approvals.left.days", { n: Math.round(hours / 24) });
}

function modeText({ mode, percent }: Question): string {
  return t(`approvals.mode.${mode}`, { percent: percent ?? 100 });
}

/** Who came first is told in words; the instant stands beside their decision. What has its field is said there. */
function failureText(
  { code, message, errors }: Problem,
  { decisions }: Question | PastQuestion,
  loose: { message: string }[],
): string | null {
  const first = decisions.at(-1);
  if (code === "already_decided" && first) return `${t("approvals.tooLate")} ${decisionText(first)}`;
  return errors.length === 0 ? message : loose.map((one) => one.message).join(" ") || null;
}

function decisionText({ decision, name }: Decision): string {
  return t(`approvals.said.${decision}`, { name });
}
