import { readEnvFile } from "./cli/env-file.js";
import { runProcess } from "./cli/run-process.js";
import { exitWith } from "./cli/say-error.js";
import { demandPages } from "./cli/serve.js";
import { needsDemo, seedDemo } from "./demo/seed-demo.js";
import { createMillrace } from "./index.js";

/** `npm start`: everything in one process, with demo data where there is none yet. */
async function start(): Promise<void> {
  readEnvFile();
  demandPages();
  const millrace = await createMillrace();
  const demo = (await needsDemo(millrace.engine)) ? await seedDemo(millrace.engine) : null;
  const url = await runProcess(millrace, { web: true, worker: true });
  process.stdout.write(`\nMillrace is ready at ${url}\n`);
  if (demo) process.stdout.write(`Sign in as ${demo.email} with the password ${demo.password} (shown this once).\n`);
}

start().catch(exitWith);
