import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../config.js";
import { createMillrace } from "../index.js";
import { Problem } from "../shared/errors.js";
import { runProcess } from "./run-process.js";

/** `serve`, `web` and `worker`: says when it is ready, and where. */
export async function serveCommand(parts: { web: boolean; worker: boolean }): Promise<void> {
  if (parts.web) demandPages();
  const url = await runProcess(await createMillrace(), parts);
  process.stdout.write(url ? `Millrace is ready at ${url}\n` : "The worker is ready.\n");
}

/** Throws a Problem while the pages' script and style are not built: pages without them would look broken. */
export function demandPages(): void {
  if (!existsSync(join(packageRoot, "public/manifest.json")))
    throw new Problem(500, "not_built", "The pages' script and style are not built yet. Run: npm run build");
}
