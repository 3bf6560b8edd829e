import { createHash } from "node:crypto";
import { Op } from "sequelize";
import type { Host } from "../crm/index.js";
import { code, defineTable, id, instant, integer, json, optional, primary, text } from "../db/index.js";
import { conflict, invalid } from "../shared/errors.js";
import { canonicalJson } from "../shared/json.js";
import type { Answer } from "./api/answer.js";

/** Answers by their Idempotency-Key. Written here alone. Forgotten the night after their day. */
const requests = defineTable("millrace_requests", {
  workspaceId: primary(id),
  idempotencyKey: primary(text(190)),
  /** Of who asked, what for and with which body. */
  bodyHash: code(64),
  /** Null: under way. */
  status: optional(integer),
  response: optional(json<{ body: unknown; headers: Record<string, string> }>()),
  createdAt: instant,
});

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
    const response = { body: answer.body ?? null, headers: answer.headers ?? {} };
    await requests(host.db).update({ status: answer.status, response }, { where: keyOf(request) });
    // What was rung for on the way could not be seen yet.
    tx.afterCommit(() => {
      host.ring?.("relay");
      host.ring?.("runs");
    });
    return answer;
  });
}

const keyOf = ({ workspaceId, key }: KeyedRequest) => ({ workspaceId, idempotencyKey: key });

/** Null when the request is ours to carry out, else the answer it got before. */
async function claim(host: Host, request: KeyedRequest, bodyHash: string): Promise<Answer | null> {
  const now = host.clock.now();
  const key = keyOf(request);
  // Outlived keys go first, and so do requests whose process died before it could answer.
  const outlived = [
    { createdAt: { [Op.lt]: now - KEPT_MS } },
    { status: null, createdAt: { [Op.lt]: now - UNDER_WAY_MS } },
  ];
  await requests(host.db).destroy({ where: { ...key, [Op.or]: outlived } });
  if (await requests(host.db).createUnlessThere({ ...key, bodyHash, createdAt: now })) return null;
  const found = await requests(host.db).findOne({ where: key });
  if (found && found.bodyHash !== bodyHash) {
    throw conflict(
      "idempotency_key_reused",
      "This Idempotency-Key belongs to another request. Use a new key for a new request.",
    );
  }
  if (!found || found.status === null)
    throw conflict("in_progress", "A request with this Idempotency-Key is under way. Ask again in a moment.");
  const { body, headers } = found.response ?? { body: null, headers: {} };
  return { status: found.status, body, headers: { ...headers, "Idempotency-Replayed": "true" } };
}

/** Forgets, once an hour, the keys of every workspace that are older than a day. */
async function forgetOldKeys(host: Host): Promise<void> {
  const now = host.clock.now();
  if (now < (tidiedAt.get(host.db) ?? 0) + TIDY_EVERY_MS) return;
  tidiedAt.set(host.db, now);
  await requests(host.db).destroy({ where: { createdAt: { [Op.lt]: now - KEPT_MS } } });
}
