import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import express, { type Router } from "express";
import { notFound } from "../../shared/errors.js";

const folder = fileURLToPath(new URL("../../../public", import.meta.url));

/** A build may replace the files under a running server, so the manifest is looked at again now and then. */
const LOOK_AGAIN_MS = 1_000;
let known: { manifest: Record<string, string>; madeAt: number; lookedAt: number } | null = null;

/** Where the browser finds a built file (`app.js`), by the hashed name of the manifest. */
export function assetPath(name: string): string {
  return `/assets/${manifest()[name] ?? name}`;
}

/** Serves the built files; their names change with their content, so they may be kept for ever. */
export function assets(): Router {
  const router = express.Router();
  router.use("/assets", express.static(`${folder}/assets`, { immutable: true, maxAge: "365d", index: false }));
  router.use("/assets", (req) => {
    throw notFound("file", req.path);
  });
  return router;
}

function manifest(): Record<string, string> {
  const now = performance.now();
  if (known && now - known.lookedAt < LOOK_AGAIN_MS) return known.manifest;
  const file = `${folder}/manifest.json`;
  const madeAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (known?.madeAt !== madeAt) {
    const read = madeAt === 0 ? {} : (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
    known = { manifest: read, madeAt, lookedAt: now };
  }
  known.lookedAt = now;
  return known.manifest;
}
