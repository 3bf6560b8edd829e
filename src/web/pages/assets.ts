import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import express, { type Router } from "express";

const folder = fileURLToPath(new URL("../../../public", import.meta.url));
let manifest: Record<string, string> | null = null;

/** Where the browser finds a built file (`app.js`), by the hashed name of the manifest. */
export function assetPath(name: string): string {
  if (!manifest || process.env["NODE_ENV"] === "development") manifest = readManifest();
  return `/assets/${manifest[name] ?? name}`;
}

/** Serves the built files; their names change with their content, so they may be kept for ever. */
export function assets(): Router {
  const router = express.Router();
  router.use(
    "/assets",
    express.static(`${folder}/assets`, { immutable: true, maxAge: "365d", index: false, fallthrough: false }),
  );
  return router;
}

function readManifest(): Record<string, string> {
  const file = `${folder}/manifest.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
}
