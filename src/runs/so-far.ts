import { fromColumn, type Tx } from "../db/index.js";
import type { JsonObject } from "../shared/json.js";
import { childrenAnswer } from "./children/children-answer.js";
import type { ChildrenDetails } from "./children/children-wait.js";
import type { Engine } from "./engine.js";

/** What is known of a wait whose time is up: the votes cast, or how the runs it waited for have gone until now. */
export async function knownSoFar(engine: Engine, runId: string, token: string, tx: Tx): Promise<JsonObject> {
  const row = await engine.db.one(
    "SELECT kind, details FROM millrace_waits WHERE runId = ? AND token = ?",
    [runId, token],
    tx,
  );
  const details = fromColumn<JsonObject & { soFar?: JsonObject }>(row?.["details"], {});
  if (row?.["kind"] !== "children") return details.soFar ?? {};
  const answer = await childrenAnswer(engine, { runId, token, details: details as ChildrenDetails }, tx);
  const { total, succeeded, results } = answer.output;
  return results ? { total, succeeded, results } : {};
}
