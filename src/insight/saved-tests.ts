import { type Automation, getAutomation } from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import { defineTable, id, instant, isDuplicate, json, optional, primary, type RowOf, text } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { conflict, invalid, notFound } from "../shared/errors.js";
import { newId } from "../shared/ids.js";
import type { JsonObject } from "../shared/json.js";
import type { Expectations, Unmet } from "./expectations.js";
import type { SimulationRequest } from "./simulation.js";

/** What a test simulates: the draft, whatever it is by then. */
export type TestRequest = Omit<SimulationRequest, "document" | "form">;

/** What came of a test when it was last run: on which version, when, and everything that was otherwise than expected. */
export type TestResult = { passed: boolean; at: string; version: number; unmet: Unmet[] };

/** A simulation kept with what is expected of it. `snapshot`: the values its record had when the test was made. */
export type SavedTest = {
  id: string;
  automationId: string;
  name: string;
  request: TestRequest;
  snapshot: JsonObject | null;
  expectations: Expectations;
  lastResult: TestResult | null;
  savedBy: Actor | null;
  createdAt: string;
  updatedAt: string;
};

/** Publishing runs all of an automation's tests, so there cannot be any number of them. */
const MOST_TESTS = 100;

/** Saved tests. Written here, by people. Forgotten when somebody deletes them, or with their automation. */
const tests = defineTable("millrace_tests", {
  id: primary(id),
  workspaceId: id,
  automationId: id,
  name: text(190),
  request: json<TestRequest>(),
  snapshot: optional(json<JsonObject>()),
  expectations: json<Expectations>(),
  lastResult: optional(json<TestResult>()),
  savedBy: optional(json<Actor>()),
  createdAt: instant,
  updatedAt: instant,
});

/** The tests of an automation by name; 404 when there is no such automation. */
export async function listTests(engine: Engine, workspaceId: string, automationId: string): Promise<SavedTest[]> {
  await getAutomation(engine, workspaceId, automationId);
  return (await tests(engine.db).findAll({ where: { automationId }, order: ["name"] })).map(readTest);
}

/** One test; 404 when there is none. */
export async function getTest(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  id: string,
): Promise<SavedTest> {
  const row = await tests(engine.db, workspaceId).findOne({ where: { id, automationId } });
  if (!row) throw notFound("test", id);
  return readTest(row);
}

/** What is stored of a test besides its stamps. */
export type TestParts = Pick<SavedTest, "name" | "request" | "snapshot" | "expectations" | "lastResult">;

/** Stores a new test. 409 for a name there is, and when there are too many. */
export async function insertTest(
  engine: Engine,
  automation: Automation,
  parts: TestParts,
  by: Actor,
): Promise<SavedTest> {
  const { id: automationId, workspaceId } = automation;
  if ((await tests(engine.db).count({ where: { automationId } })) >= MOST_TESTS)
    throw conflict("too_many_tests", `An automation has at most ${MOST_TESTS} tests. Delete one that is not needed.`);
  const now = engine.clock.now();
  const row = { id: newId(), workspaceId, automationId, ...parts, savedBy: by, createdAt: now, updatedAt: now };
  return readTest(await named(parts.name, () => tests(engine.db).create(row)));
}

/** Stores another name, request or expectations for a test. 409 for a name another one has. */
export async function updateTest(
  engine: Engine,
  { id }: SavedTest,
  { name, request, snapshot, expectations, lastResult }: TestParts,
  by: Actor,
): Promise<void> {
  const updatedAt = engine.clock.now();
  const values = { name, request, snapshot, expectations, lastResult, savedBy: by, updatedAt };
  await named(name, () => tests(engine.db).update(values, { where: { id } }));
}

/** Notes what came of a test. */
export async function storeResult(engine: Engine, id: string, lastResult: TestResult): Promise<void> {
  await tests(engine.db).update({ lastResult }, { where: { id } });
}

/** Takes a test away; 404 when there is none. */
export async function deleteTest(engine: Engine, workspaceId: string, automationId: string, id: string): Promise<void> {
  if ((await tests(engine.db, workspaceId).destroy({ where: { id, automationId } })) === 0) throw notFound("test", id);
}

/** The name as it is stored; 422 when it is none. */
export function testName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed.length > 190)
    throw invalid([{ path: "name", message: "Give the test a name of 1 to 190 characters." }]);
  return trimmed;
}

async function named<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isDuplicate(error)) throw conflict("taken", `There is a test "${name}" already. Give this one another name.`);
    throw error;
  }
}

function readTest({ workspaceId: _, createdAt, updatedAt, ...test }: RowOf<typeof tests.columns>): SavedTest {
  return { ...test, createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
}
