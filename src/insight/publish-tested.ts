import {
  type Automation,
  getAutomation,
  getVersion,
  publish,
  type Version,
  validateDocument,
} from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import { checkStepMap, type Engine, lookAtMove, type StepMap, storeMove } from "../runs/index.js";
import { conflict, Problem } from "../shared/errors.js";
import { runTests } from "./run-tests.js";
import { listTests, type SavedTest } from "./saved-tests.js";

/** How to publish: a note, whether tests that fail are to be passed over, and by which map runs go over to the version. */
export type Publication = { note: string | null; ignoreTests?: boolean | undefined; map?: StepMap | undefined };

/**
 * Publishes the draft once its saved tests pass. 422 `tests_failed` names each test, what it expected and what came
 * instead; with `ignoreTests` it is published all the same, and the note says which tests failed. A draft saved while its
 * tests ran is 409 `overtaken`. Other refusals are those of `publish`.
 */
export async function publishTested(
  engine: Engine,
  workspaceId: string,
  id: string,
  { note, ignoreTests = false, map }: Publication,
  by: Actor,
): Promise<Automation> {
  const automation = await getAutomation(engine, workspaceId, id);
  const draft = await getVersion(engine, automation);
  const failed = await failedTests(engine, workspaceId, draft, by);
  if (failed.length > 0 && !ignoreTests) throw testsFailed(failed);
  const names = failed.map(({ name }) => `"${name}"`).join(", ");
  const passedOver =
    failed.length > 0 ? `Published although ${failed.length === 1 ? "a test" : "tests"} failed: ${names}.` : "";
  const said = [note, passedOver].filter(Boolean).join("\n") || null;
  if (map) await checkStepMap(engine, automation, map, draft);
  let move: string | null = null;
  const published = await publish(engine, workspaceId, id, said, by, async (to, tx) => {
    // Nobody has tested, or mapped to, what was saved since.
    if ((await getVersion(engine, automation, to, tx)).etag !== draft.etag)
      throw conflict("overtaken", "The draft changed while it was being published. Look at it and publish again.");
    if (map) move = await storeMove(engine, automation, { from: null, to, map, runs: null }, by, tx);
  });
  if (move !== null) await lookAtMove(engine, move);
  return published;
}

/** A draft that cannot be published anyway is not tried: `publish` says what is wrong with it. */
async function failedTests(engine: Engine, workspaceId: string, draft: Version, by: Actor): Promise<SavedTest[]> {
  const { automationId: id, state, document, form } = draft;
  if (state !== "draft" || (await listTests(engine, workspaceId, id)).length === 0) return [];
  const problems = await validateDocument(engine, workspaceId, document, form);
  if (problems.some(({ severity }) => severity === "error")) return [];
  return (await runTests(engine, workspaceId, id, by)).filter(({ lastResult }) => !lastResult?.passed);
}

function testsFailed(failed: SavedTest[]): Problem {
  const errors = failed.flatMap(({ name, lastResult }) =>
    (lastResult?.unmet ?? []).map(({ expectation, message }) => ({ path: `tests["${name}"].${expectation}`, message })),
  );
  const [first] = failed;
  const many = failed.length === 1 ? `The test "${first?.name}" fails` : `${failed.length} tests fail`;
  const message = `${many}: ${first?.lastResult?.unmet[0]?.message ?? ""} Change the draft or the test, or publish it with ignoreTests.`;
  const tests = failed.map(({ id, name, lastResult }) => ({ id, name, unmet: lastResult?.unmet ?? [] }));
  return new Problem(422, "tests_failed", message, errors, { tests });
}
