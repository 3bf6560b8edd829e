import { createHash } from "node:crypto";
import type { StepContext } from "./action.js";

/**
 * The next number (from 1) of a sequence of this workspace, and its row kept locked until the transaction ends: whoever
 * asks for the same sequence meanwhile waits, and numbers are handed out without gap or repetition to what commits.
 */
export async function takeTurn({ host, workspaceId, tx }: StepContext, sequence: string): Promise<number> {
  const row = [`turn:${workspaceId}:${createHash("sha256").update(sequence).digest("hex").slice(0, 40)}`, "turn"];
  const raise = (sql: string) => host.db.run(sql, row, tx);
  const raised = await raise("UPDATE millrace_counters SET used = used + 1 WHERE scope = ? AND period = ?");
  if (raised.changes === 0) {
    // Two that meet at the very first turn: one inserts, the other waits for it and then counts on.
    await host.db.insert("millrace_counters", [{ scope: row[0] ?? "", period: "turn", used: 0 }], tx, true);
    await raise("UPDATE millrace_counters SET used = used + 1 WHERE scope = ? AND period = ?");
  }
  const counter = await host.db.one("SELECT used FROM millrace_counters WHERE scope = ? AND period = ?", row, tx);
  return Number(counter?.["used"] ?? 1);
}
