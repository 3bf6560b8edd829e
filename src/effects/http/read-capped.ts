import { pipeline, type Readable, Transform } from "node:stream";
import { constants, createBrotliDecompress, createUnzip } from "node:zlib";

/** A body read up to a limit; `truncated` says that there was more. */
export type CappedBody = { body: Buffer; truncated: boolean };

/** What `readCapped` can undo, as an Accept-Encoding header says it. */
export const ACCEPTED_ENCODINGS = "gzip, br";

/**
 * Reads and decompresses a body and stops at `limit` bytes, counted before and after decompressing, so that neither an
 * endless body nor a bomb fills memory. Null for a compression it does not know. Throws what the stream throws.
 */
export async function readCapped(source: Readable, encoding: string, limit: number): Promise<CappedBody | null> {
  const unpack = unpackerFor(encoding.trim().toLowerCase());
  if (unpack === null) {
    source.destroy();
    return null;
  }
  const cap = capAt(limit);
  const output =
    unpack === "identity" ? pipeline(source, cap.stream, () => {}) : pipeline(source, cap.stream, unpack, () => {});
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  source.destroy();
  return { body: Buffer.concat(chunks).subarray(0, limit), truncated: cap.cut() || size > limit };
}

/** Lets `limit` bytes through, then ends; the rest is never read. */
function capAt(limit: number): { stream: Transform; cut(): boolean } {
  let passed = 0;
  let cut = false;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (cut) return done();
      this.push(chunk.subarray(0, limit - passed));
      passed += chunk.length;
      cut = passed > limit;
      if (cut) this.push(null);
      done();
    },
  });
  return { stream, cut: () => cut };
}

function unpackerFor(encoding: string): Transform | "identity" | null {
  if (encoding === "" || encoding === "identity") return "identity";
  if (/^(x-)?gzip$|^deflate$/.test(encoding)) return createUnzip({ finishFlush: constants.Z_SYNC_FLUSH });
  if (encoding === "br") return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
  return null;
}
