import { getAutomation, getVersion } from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import type { Engine } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { Problem } from "../shared/errors.js";
import { type Unmet, unmetBy } from "./expectations.js";
import { listTests, type SavedTest, storeResult } from "./saved-tests.js";
import { simulate } from "./simulate.js";

/**
 * Runs the saved tests of an automation on its draft, all or those named, one after another, and notes what came of each.
 * A test that can no longer be simulated has failed, with what is wrong with it.
 */
export async function runTests(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  by: Actor,
  ids?: readonly string[],
): Promise<SavedTest[]> {
  const tests = (await listTests(engine, workspaceId, automationId)).filter((test) => ids?.includes(test.id) ?? true);
  if (tests.length === 0) return [];
  const automation = await getAutomation(engine, workspaceId, automationId);
  const { version } = await getVersion(engine, automation);
  const run: SavedTest[] = [];
  for (const test of tests) {
    const unmet = await unmetOf(engine, workspaceId, test, by);
    const lastResult = { passed: unmet.length === 0, at: iso(engine.clock.now()), version, unmet };
    await storeResult(engine, test.id, lastResult);
    run.push({ ...test, lastResult });
  }
  return run;
}

async function unmetOf(engine: Engine, workspaceId: string, test: SavedTest, by: Actor): Promise<Unmet[]> {
  try {
    const { automationId, request, snapshot, expectations } = test;
    return unmetBy(expectations, await simulate(engine, workspaceId, automationId, request, by, snapshot ?? undefined));
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const message = `It cannot be simulated any more: ${error.message}`;
    return [{ expectation: "simulation", expected: "a result", actual: error.code, message }];
  }
}
