import { listUsers, type User } from "../crm/index.js";
import { fromColumn, type Row, type Tx } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import type { JsonObject } from "../shared/json.js";
import { type Decision, decisionsOn } from "./decision.js";

/** What a wait for people keeps; written by `actions/ask-approval.ts` and `ask-person.ts`, changed only here. */
export type QuestionDetails = {
  assignees: string[];
  escalateTo: string[];
  /** Those asked because others could not, or did not in time: one of them decides alone. */
  escalated: string[];
  mode: "any" | "all" | "percent";
  percent: number | null;
  title: string;
  message: string;
  form?: JsonObject | null;
  remindEvery: string | null;
  /** What was said so far and settles nothing yet: in the output when time is up. */
  soFar?: { decisions: JsonObject[] };
  /** When those who have not answered are reminded next, milliseconds. */
  remindAt?: number | null;
  /** How people are told; by both when left out. */
  notify?: ("app" | "email")[];
  /** Letters that have not left yet. */
  letters?: Letter[];
  /** Who has been written to, and how often all were reminded. */
  written?: string[];
  reminders?: number;
};

/** A letter to one person about a question; `n` is 0 for the question itself, then counts the reminders. `note`: what somebody added. */
export type Letter = { userId: string; n: number; subject: string; tries: number; note?: string };

/** A person as a question names them. */
export type Asked = { id: string; name: string; active: boolean };

/** A question put to people: an approval or a task. Instants are ISO texts. */
export type Question = {
  id: string;
  kind: "approval" | "human_task";
  status: "open";
  title: string;
  message: string;
  mode: QuestionDetails["mode"];
  percent: number | null;
  form: JsonObject | null;
  assignees: Asked[];
  escalated: boolean;
  decisions: Decision[];
  runId: string;
  stepKey: string;
  automationId: string;
  automationName: string;
  object: string | null;
  recordId: string | null;
  askedAt: string;
  deadlineAt: string;
};

/** An open question as it is stored, for those who change it. Milliseconds. */
export type OpenWait = {
  token: string;
  kind: Question["kind"];
  runId: string;
  runStatus: string;
  workspaceId: string;
  deadlineAt: number;
  askedAt: number;
  lookAt: number;
  details: QuestionDetails;
  row: Row;
};

/** Selects waits for people, with what belongs to them of their run and automation. */
export const selectQuestions = `SELECT w.*, r.workspaceId, r.automationId, r.status AS runStatus, r.object AS runObject, r.recordId AS runRecordId, a.name AS automationName
  FROM millrace_waits w JOIN millrace_runs r ON r.id = w.runId JOIN millrace_automations a ON a.id = r.automationId
  WHERE w.kind IN ('approval','human_task') AND w.answer IS NULL`;

/** A row of `selectQuestions` as it is stored. */
export function readWait(row: Row): OpenWait {
  return {
    token: String(row["token"]),
    kind: row["kind"] === "human_task" ? "human_task" : "approval",
    runId: String(row["runId"]),
    runStatus: String(row["runStatus"]),
    workspaceId: String(row["workspaceId"]),
    deadlineAt: Number(row["wakeAt"]),
    askedAt: Number(row["createdAt"]),
    lookAt: Number(row["lookAt"]),
    details: fromColumn<QuestionDetails>(row["details"], {
      assignees: [],
      escalateTo: [],
      escalated: [],
      mode: "any",
      percent: null,
      title: "",
      message: "",
      remindEvery: null,
    }),
    row,
  };
}

/** Rows of `selectQuestions`, all of one workspace, as people see them, with the decisions made so far. */
export async function readQuestions(engine: Engine, workspaceId: string, rows: Row[], tx?: Tx): Promise<Question[]> {
  if (rows.length === 0) return [];
  const waits = rows.map(readWait);
  const people = new Map((await listUsers(engine, workspaceId, tx)).map((user) => [user.id, user]));
  const decided = await decisionsOn(
    engine,
    waits.map(({ token }) => token),
    tx,
  );
  return waits.map((wait) => asShown(wait, people, decided.get(wait.token) ?? []));
}

function asShown(wait: OpenWait, people: Map<string, User>, decisions: Decision[]): Question {
  const { row, details, token: id, kind, runId } = wait;
  const text = (column: string) => (row[column] === null ? null : String(row[column]));
  return {
    id,
    kind,
    status: "open",
    title: details.title,
    message: details.message,
    mode: details.mode,
    percent: details.percent,
    form: details.form ?? null,
    assignees: askedIds(details).map((userId) => ({
      id: userId,
      name: people.get(userId)?.name ?? userId,
      active: people.get(userId)?.active ?? false,
    })),
    escalated: details.escalated.length > 0,
    decisions,
    runId,
    stepKey: String(row["stepKey"]),
    automationId: String(row["automationId"]),
    automationName: String(row["automationName"]),
    object: text("runObject"),
    recordId: text("runRecordId"),
    askedAt: iso(wait.askedAt),
    deadlineAt: iso(wait.deadlineAt),
  };
}

/** Everybody who may answer, each once. */
export function askedIds({ assignees, escalated }: QuestionDetails): string[] {
  return [...new Set([...assignees, ...escalated])];
}
