import { fromColumn, type Row, type Tx } from "../../db/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import type { Answer, Reason } from "../run.js";
import type { ChildrenWait } from "./children-wait.js";

/** Outputs of all items together, in characters; those beyond are left out of the results, and stay with their runs. */
const MOST_OUTPUTS = 256 * 1024;

/** One child as its parent hears of it. */
type Child = { item: number; status: string; runId: string | null; outputs: JsonObject | null; reason: Reason | null };

/** What a step hands on when the last of its children is over. */
export async function childrenAnswer(engine: Engine, wait: ChildrenWait, tx: Tx): Promise<Answer> {
  const rows = await engine.db.all(
    `SELECT c.item, c.status, c.childRunId, c.error, r.outputs, r.reason FROM millrace_children c
       LEFT JOIN millrace_runs r ON r.id = c.childRunId WHERE c.token = ? ORDER BY c.item`,
    [wait.token],
    tx,
  );
  const children = rows.map(readChild);
  const [only] = children;
  return wait.details.of === "one" && only ? answerOfOne(wait, only) : answerOfAll(wait, children);
}

function readChild(row: Row): Child {
  return {
    item: Number(row["item"]),
    status: row["status"] === "dropped" ? "not_started" : String(row["status"]),
    runId: row["childRunId"] as string | null,
    outputs: fromColumn<JsonObject | null>(row["outputs"], null),
    reason: fromColumn<Reason | null>(row["error"], null) ?? fromColumn<Reason | null>(row["reason"], null),
  };
}

/** The child's outputs stand under their own names, even if one of them is called like what we add. */
function answerOfOne({ details }: ChildrenWait, child: Child): Answer {
  const { runId, status, outputs } = child;
  if (status === "completed") return { port: "success", output: { runId, status, outputs, ...outputs } };
  const message = `"${details.automation}" ${ended(child)}`;
  return {
    port: "error",
    output: { runId, status, outputs: null, error: child.reason },
    error: { code: `child_${status}`, message },
  };
}

function answerOfAll({ details }: ChildrenWait, children: Child[]): Answer {
  const succeeded = children.filter(({ status }) => status === "completed").length;
  const notStarted = children.filter(({ status }) => status === "not_started").length;
  const failed = children.length - succeeded - notStarted;
  const results = resultsOf(children);
  const output = {
    total: children.length,
    succeeded,
    failed,
    notStarted,
    truncated: details.truncated,
    results,
  };
  const first = children.find(({ status }) => status !== "completed" && status !== "not_started");
  const failures = failed > 0 ? { failures: failed } : {};
  if (!first || details.onItemError === "continue") return { port: "success", output, ...failures };
  const message = `"${details.automation}" ${ended(first, ` on item ${first.item + 1} of ${children.length}`)}`;
  return { port: "error", output, error: { code: "item_failed", message }, ...failures };
}

function resultsOf(children: Child[]): JsonObject[] {
  let left = MOST_OUTPUTS;
  return children.map(({ item: index, runId, status, outputs, reason }) => {
    if (status !== "completed") return { index, runId, status, error: reason };
    left -= JSON.stringify(outputs).length;
    return left >= 0
      ? { index, runId, status, outputs }
      : { index, runId, status, outputs: null, outputsLeftOut: true };
  });
}

function ended({ status, reason }: Child, where = ""): string {
  const words = { failed: "failed", cancelled: "was cancelled", skipped: "did not start" }[status] ?? status;
  return reason ? `${words}${where}: ${reason.message}` : `${words}${where}.`;
}
