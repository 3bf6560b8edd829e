import { createSession } from "better-sse";
import type { Request, Response } from "express";
import { LRUCache } from "lru-cache";
import { Problem } from "../shared/errors.js";
import { isStillVisitor, type Visitor, visitorOf } from "./access/visitor.js";

/**
 * What a stream says when it looks: when `version` differs from the last one, `data` is asked for and sent; `last` ends
 * the stream. So a look that finds nothing new is a small one.
 */
export type Look = { version: string; event: string; data(): Promise<unknown>; last?: boolean };

/** Open at once for one person or key, and for a workspace: nobody can take the live views of others. */
const MOST_OF_ONE = 30;
const MOST_OF_WORKSPACE = 300;
/** How often a stream asks whether who opened it may still see it. */
const RECHECK_MS = 2_000;
/** Browsers come back by themselves; ending a stream now and then also ends those whose login is over. */
const LONGEST_MS = 15 * 60_000;
const openStreams = new Map<string, number>();

/**
 * Streams changes as server-sent events until `look` says it was the last, the client leaves or a quarter of an hour
 * is over, and while the key, session and role that opened it hold. It looks every `everyMs`, and sends text as it is and
 * everything else as JSON. 503 when this person or key, or the workspace, has too many open.
 */
export async function stream(req: Request, res: Response, look: () => Promise<Look>, everyMs = 500): Promise<void> {
  const close = takePlace(visitorOf(res));
  try {
    const first = await look();
    const session = await createSession(req, res, {
      headers: { "Cache-Control": "no-store", "X-Accel-Buffering": "no" },
      serializer: (data) => (typeof data === "string" ? data : JSON.stringify(data)),
      keepAlive: 15_000,
      retry: 3000,
    });
    const ends = performance.now() + LONGEST_MS;
    let recheckAt = performance.now() + RECHECK_MS;
    for (let seen = "", now = first; session.isConnected; now = await look()) {
      if (performance.now() >= recheckAt) {
        if (!(await isStillVisitor(res))) break;
        recheckAt = performance.now() + RECHECK_MS;
      }
      if (now.version !== seen) session.push(await now.data(), now.event, now.version);
      seen = now.version;
      if (now.last || performance.now() > ends) break;
      await pause(everyMs, res);
    }
    res.end();
  } finally {
    close();
  }
}

/** Counts one more stream, and returns what counts it out again. */
function takePlace({ workspace, actor }: Visitor): () => void {
  const places: [string, number][] = [
    [workspace.id, MOST_OF_WORKSPACE],
    [`${workspace.id} ${actor.type} ${actor.id}`, MOST_OF_ONE],
  ];
  if (places.some(([place, most]) => (openStreams.get(place) ?? 0) >= most))
    throw new Problem(503, "too_many_streams", "Too many live views are open. Load the page again in a while.");
  const count = (by: number) => {
    for (const [place] of places) {
      const open = (openStreams.get(place) ?? 0) + by;
      if (open > 0) openStreams.set(place, open);
      else openStreams.delete(place);
    }
  };
  count(1);
  return () => count(-1);
}

const looks = new LRUCache<string, Promise<Look>>({ max: 1_000 });

/** The same look for all streams under `key`: however many are open, one looks in `everyMs`, and all see what it saw. */
export function together(key: string, look: () => Promise<Look>, everyMs = 500): () => Promise<Look> {
  return () => {
    const known = looks.get(key);
    if (known) return known;
    const fresh = look().then(readOnce);
    // A little shorter than the pause between two looks: whoever comes back in time looks anew.
    looks.set(key, fresh, { ttl: Math.ceil(everyMs * 0.9) });
    return fresh;
  };
}

/** However many streams send it, the data of a look is read once. */
function readOnce(look: Look): Look {
  let data: Promise<unknown> | undefined;
  return {
    ...look,
    data: () => {
      data ??= look.data();
      return data;
    },
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
