import type { Actor } from "../crm/index.js";
import { publishTested, runTests, type SavedTest } from "../insight/index.js";
import type { Given } from "./command.js";
import { openWorkspace } from "./set-up.js";

const by: Actor = { type: "system", id: null, name: "Command line" };
const print = (text: string) => process.stdout.write(`${text}\n`);

/** `automation test ID`: runs its saved tests on the draft; the exit code is 1 when one fails. */
export async function testAutomation(given: Given, id: string): Promise<void> {
  const { millrace, workspace } = await openWorkspace(given);
  const tests = await runTests(millrace.engine, workspace.id, id, by);
  for (const test of tests) print(inWords(test));
  const failed = tests.filter(({ lastResult }) => !lastResult?.passed).length;
  if (tests.length === 0) print("It has no tests.");
  else print(failed === 0 ? "Every test passes." : `${failed} of ${tests.length} tests failed.`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function inWords({ name, lastResult }: SavedTest): string {
  const unmet = (lastResult?.unmet ?? []).map(({ expectation, message }) => `\n  ${expectation}: ${message}`);
  return `${lastResult?.passed ? "✓" : "✗"} ${name}${unmet.join("")}`;
}

/** `automation publish ID`: publishes the draft once its tests pass, or all the same with --ignore-tests. */
export async function publishAutomation(given: Given, id: string): Promise<void> {
  const { note, "ignore-tests": ignore, quiet } = given.options;
  const { millrace, workspace } = await openWorkspace(given);
  const publication = { note: typeof note === "string" ? note : null, ignoreTests: ignore === true };
  const published = await publishTested(millrace.engine, workspace.id, id, publication, by);
  await millrace.jobs.stop();
  print(quiet ? String(published.publishedVersion) : `Version ${published.publishedVersion} is published.`);
}
