import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitWith, runProcess } from "./cli/run-process.js";
import { packageRoot } from "./config.js";
import { needsDemo, seedDemo } from "./demo/seed-demo.js";
import { createMillrace } from "./index.js";

/** `npm start`: everything in one process, with demo data where there is none yet. */
async function start(): Promise<void> {
  if (!existsSync(join(packageRoot, "public/manifest.json")))
    throw new Error("The pages' files are not built. Run: npm run build");
  const millrace = await createMillrace();
  const demo = (await needsDemo(millrace.engine)) ? await seedDemo(millrace.engine) : null;
  const url = await runProcess(millrace, { web: true, worker: true });
  process.stdout.write(`\nMillrace is ready at ${url}\n`);
  if (demo) process.stdout.write(`Sign in as ${demo.email} with the password ${demo.password} (shown this once).\n`);
}

start().catch(exitWith);
