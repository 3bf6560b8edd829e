import { createSession } from "better-sse";
import type { Request, Response } from "express";
import { LRUCache } from "lru-cache";
import { Problem } from "../shared/errors.js";

/** What a stream says when it looks: it is sent when `version` differs from the last one; `last` ends the stream. */
export type Look = { version: string; event: string; data: unknown; last?: boolean };

const MOST_STREAMS = 200;
/** Browsers come back by themselves; ending a stream now and then also ends those whose login is over. */
const LONGEST_MS = 15 * 60_000;
let openStreams = 0;

/**
 * Streams changes as server-sent events until `look` says it was the last, the client leaves or a quarter of an hour
 * is over. It looks every `everyMs`, and sends text as it is and everything else as JSON. 503 when 200 streams are open.
 */
export async function stream(req: Request, res: Response, look: () => Promise<Look>, everyMs = 500): Promise<void> {
  if (openStreams >= MOST_STREAMS)
    throw new Problem(503, "too_many_streams", "Too many live views are open. Load the page again in a while.");
  const first = await look();
  openStreams++;
  try {
    const session = await createSession(req, res, {
      headers: { "Cache-Control": "no-store", "X-Accel-Buffering": "no" },
      serializer: (data) => (typeof data === "string" ? data : JSON.stringify(data)),
      keepAlive: 15_000,
      retry: 3000,
    });
    const ends = performance.now() + LONGEST_MS;
    for (let seen = "", now = first; session.isConnected; now = await look()) {
      if (now.version !== seen) session.push(now.data, now.event, now.version);
      seen = now.version;
      if (now.last || performance.now() > ends) break;
      await pause(everyMs, res);
    }
  } finally {
    openStreams--;
    res.end();
  }
}

const looks = new LRUCache<string, Promise<Look>>({ max: 2 * MOST_STREAMS });

/** The same look for all streams under `key`: however many are open, one looks in `everyMs`, and all see what it saw. */
export function together(key: string, look: () => Promise<Look>, everyMs = 500): () => Promise<Look> {
  return () => {
    const known = looks.get(key);
    if (known) return known;
    const fresh = look();
    // A little shorter than the pause between two looks: whoever comes back in time looks anew.
    looks.set(key, fresh, { ttl: Math.ceil(everyMs * 0.9) });
    return fresh;
  };
}

/** Waits, but no longer than the client stays. */
function pause(ms: number, res: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      res.off("close", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    res.on("close", done);
  });
}
