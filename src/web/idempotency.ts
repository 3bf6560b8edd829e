import { createHash } from "node:crypto";
import type { Host } from "../crm/index.js";
import { conflict, invalid } from "../shared/errors.js";
import { canonicalJson } from "../shared/json.js";
import type { Answer } from "./api/answer.js";

/** How long an answer is kept for its key, and how long one without an answer, as older versions left them, counts as under way. */
const KEPT_MS = 24 * 3600_000;
const UNDER_WAY_MS = 5 * 60_000;
const TIDY_EVERY_MS = 3600_000;
const tidiedAt = new WeakMap<Host["db"], number>();

/** One request that carries an `Idempotency-Key`. `scope` names who asks and what for (actor, method and path). */
export type KeyedRequest = { workspaceId: string; key: string; scope: string; body: unknown };

/**
 * Carries `work` out once per key: a repetition waits for the first and gets its answer, the same key with another request
 * is 409 `idempotency_key_reused`. The key, the answer and everything `work` does in the database are one commit: should
 * the process die, none of it has happened, and the same key may try again at once, as after a throw. Keys are kept for a
 * day. An answer's `afterwards` is not part of it.
 */
export async function onceByKey(host: Host, request: KeyedRequest, work: () => Promise<Answer>): Promise<Answer> {
  if (request.key.length > 190 || !/^[\x21-\x7e]+$/.test(request.key)) {
    throw invalid([{ path: "Idempotency-Key", message: "Send 1 to 190 visible ASCII characters." }]);
  }
  const bodyHash = createHash("sha256")
    .update(`${request.scope}\n${canonicalJson(request.body ?? null)}`)
    .digest("hex");
  await forgetOldKeys(host);
  return host.db.together(async (tx) => {
    const stored = await claim(host, request, bodyHash);
    if (stored) return stored;
    const answer = await work();
    const kept = JSON.stringify({ body: answer.body ?? null, headers: answer.headers ?? {} });
    await host.db.run(
      "UPDATE millrace_requests SET status = ?, response = ? WHERE workspaceId = ? AND idempotencyKey = ?",
      [answer.status, kept, request.workspaceId, request.key],
    );
    // What was rung for on the way could not be seen yet.
    tx.afterCommit(() => {
      host.ring?.("relay");
      host.ring?.("runs");
    });
    return answer;
  });
}

/** Null when the request is ours to carry out, else the answer it got before. */
async function claim(host: Host, request: KeyedRequest, bodyHash: string): Promise<Answer | null> {
  const now = host.clock.now();
  const keys = [request.workspaceId, request.key];
  // Outlived keys go first, and so do requests whose process died before it could answer.
  await host.db.run(
    "DELETE FROM millrace_requests WHERE workspaceId = ? AND idempotencyKey = ? AND (createdAt < ? OR (status IS NULL AND createdAt < ?))",
    [...keys, now - KEPT_MS, now - UNDER_WAY_MS],
  );
  const row = {
    workspaceId: request.workspaceId,
    idempotencyKey: request.key,
    bodyHash,
    status: null,
    response: null,
    createdAt: now,
  };
  const { changes } = await host.db.insert("millrace_requests", [row], undefined, true);
  if (changes > 0) return null;
  const found = await host.db.one(
    "SELECT bodyHash, status, response FROM millrace_requests WHERE workspaceId = ? AND idempotencyKey = ?",
    keys,
  );
  if (found && found["bodyHash"] !== bodyHash) {
    throw conflict(
      "idempotency_key_reused",
      "This Idempotency-Key belongs to another request. Use a new key for a new request.",
    );
  }
  if (!found || found["status"] === null)
    throw conflict("in_progress", "A request with this Idempotency-Key is under way. Ask again in a moment.");
  const { body, headers } = JSON.parse(String(found["response"])) as { body: unknown; headers: Record<string, string> };
  return { status: Number(found["status"]), body, headers: { ...headers, "Idempotency-Replayed": "true" } };
}

/** Forgets, once an hour, the keys of every workspace that are older than a day. */
async function forgetOldKeys(host: Host): Promise<void> {
  const now = host.clock.now();
  if (now < (tidiedAt.get(host.db) ?? 0) + TIDY_EVERY_MS) return;
  tidiedAt.set(host.db, now);
  await host.db.run("DELETE FROM millrace_requests WHERE createdAt < ?", [now - KEPT_MS]);
}
