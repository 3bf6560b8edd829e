import { createMillrace } from "../src/index.js";
import { createApiKey } from "../src/web/index.js";
import { fill, fullSize, type Sizes } from "./fill.js";

/**
 * Fills the database DATABASE_URL names with a long history, says where it can be looked at, and ends the process. The
 * sizes come from FILL_WORKSPACES, FILL_AUTOMATIONS, FILL_EVENTS, FILL_RUNS, FILL_WAITS, FILL_RECORDS, FILL_BATCHES.
 */
export async function fillDatabase(): Promise<never> {
  const url = process.env["DATABASE_URL"];
  if (!url)
    throw new Error("DATABASE_URL must name the database to fill: a scratch one, since nothing takes it out again.");
  const millrace = await createMillrace({ config: { databaseUrl: url, logLevel: "warn" } });
  const sizes = Object.fromEntries(
    Object.entries(fullSize).map(([name, usual]) => [name, Number(process.env[`FILL_${name.toUpperCase()}`] ?? usual)]),
  ) as Sizes;
  const started = performance.now();
  const { slug, workspaceId, automationId } = await fill(millrace.engine, sizes);
  const { key } = await createApiKey(millrace.engine, workspaceId, { name: "fill", role: "admin" });
  console.log(JSON.stringify({ ...sizes, seconds: (performance.now() - started) / 1_000 }));
  console.log(JSON.stringify({ slug, automationId, key }));
  await millrace.stop();
  process.exit(0);
}
