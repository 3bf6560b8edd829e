import { fromColumn, marks, sqlDialect, type Tx, toColumn } from "../../db/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import type { Reason } from "../run.js";
import { answerWait } from "../waits/waits.js";
import { childrenAnswer } from "./children-answer.js";
import type { ChildrenDetails, ChildrenWait } from "./children-wait.js";
import { startMore } from "./start-more.js";

/** One of the children, by its wait and its number. */
export type ChildPlace = { token: string; item: number };

/** What has become of a child: it runs, or it is over. `reason`: why it never became a run. */
export type ChildReport = ChildPlace & {
  status: "running" | "completed" | "failed" | "cancelled" | "skipped";
  runId: string | null;
  reason?: Reason | null;
};

/**
 * The waits with these tokens that nobody has answered. Whoever changes anything about children holds their wait: so the
 * children are counted by one at a time, and of two that end together the second sees the first.
 */
export async function lockWaits(engine: Engine, tokens: string[], tx: Tx): Promise<Map<string, ChildrenWait>> {
  if (tokens.length === 0) return new Map();
  const rows = await engine.db.all(
    `SELECT runId, token, details FROM millrace_waits WHERE token IN (${marks(tokens)}) AND kind = 'children' AND answer IS NULL ORDER BY token${sqlDialect(engine.db).forUpdate}`,
    tokens,
    tx,
  );
  return new Map(
    rows.map((row) => {
      const details = fromColumn<JsonObject>(row["details"], {}) as ChildrenDetails;
      return [String(row["token"]), { runId: String(row["runId"]), token: String(row["token"]), details }];
    }),
  );
}

/** Tells the runs that wait for them that runs have ended, in the commit of that end. Runs nobody waits for cost one look. */
export async function reportEnds(
  engine: Engine,
  ended: { id: string; status: ChildReport["status"] }[],
  tx: Tx,
): Promise<void> {
  if (ended.length === 0) return;
  const ids = ended.map(({ id }) => id);
  const rows = await engine.db.all(
    `SELECT token, item, childRunId FROM millrace_children WHERE childRunId IN (${marks(ids)}) ORDER BY token, item`,
    ids,
    tx,
  );
  const statusOf = new Map(ended.map(({ id, status }) => [id, status]));
  const reports = rows.map((row) => {
    const runId = String(row["childRunId"]);
    return {
      token: String(row["token"]),
      item: Number(row["item"]),
      status: statusOf.get(runId) ?? "failed",
      runId,
    };
  });
  const tokens = [...new Set(reports.map(({ token }) => token))];
  await reportChildren(engine, await lockWaits(engine, tokens, tx), reports, tx);
}

/** Notes what has become of children of locked waits, once each, and moves those waits on. */
export async function reportChildren(
  engine: Engine,
  waits: Map<string, ChildrenWait>,
  reports: ChildReport[],
  tx: Tx,
): Promise<void> {
  const touched = new Set<ChildrenWait>();
  for (const { token, item, status, runId, reason } of reports) {
    const wait = waits.get(token);
    if (!wait) continue;
    const { changes } = await engine.db.run(
      "UPDATE millrace_children SET status = ?, childRunId = ?, error = ? WHERE token = ? AND item = ? AND status IN ('starting','running') AND status <> ?",
      [status, runId, toColumn(reason && { code: reason.code, message: reason.message }), token, item, status],
      tx,
    );
    if (changes === 0) continue;
    if (!wait.details.wait && status === "running") await letGo(engine, wait, runId, tx);
    else if (status !== "running") touched.add(wait);
  }
  for (const wait of touched) await moveOn(engine, wait, tx);
}

/** A child that is not waited for has started: from now on it is a run like any other. */
async function letGo(engine: Engine, { runId, token }: ChildrenWait, childRunId: string | null, tx: Tx): Promise<void> {
  await engine.db.run("DELETE FROM millrace_children WHERE token = ?", [token], tx);
  const output = { runId: childRunId, status: "running", started: true, outputs: null };
  await answerWait(engine, runId, token, { port: "success", output }, tx);
}

/** Starts as many more as there is room for; when none is left to start or to end, the wait is answered. */
export async function moveOn(engine: Engine, wait: ChildrenWait, tx: Tx): Promise<void> {
  const { concurrency, onItemError } = wait.details;
  for (;;) {
    const { planned, open, failed } = await countChildren(engine, wait.token, tx);
    if (planned > 0 && failed > 0 && onItemError === "stop") {
      await engine.db.run(
        "UPDATE millrace_children SET status = 'dropped' WHERE token = ? AND status = 'planned'",
        [wait.token],
        tx,
      );
    } else if (planned === 0) {
      if (open === 0) await answerWait(engine, wait.runId, wait.token, await childrenAnswer(engine, wait, tx), tx);
      return;
    } else if (open >= concurrency || (await startMore(engine, wait, concurrency - open, tx)) === 0) {
      return;
    }
  }
}

async function countChildren(engine: Engine, token: string, tx: Tx) {
  const rows = await engine.db.all(
    "SELECT status, COUNT(*) AS n FROM millrace_children WHERE token = ? GROUP BY status",
    [token],
    tx,
  );
  const of = (...statuses: string[]) =>
    rows.reduce((sum, row) => sum + (statuses.includes(String(row["status"])) ? Number(row["n"]) : 0), 0);
  return { planned: of("planned"), open: of("starting", "running"), failed: of("failed", "cancelled", "skipped") };
}
