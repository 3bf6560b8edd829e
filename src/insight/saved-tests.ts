import { type Automation, getAutomation } from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import { fromColumn, isDuplicate, type Row, toColumn } from "../db/index.js";
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

/** The tests of an automation by name; 404 when there is no such automation. */
export async function listTests(engine: Engine, workspaceId: string, automationId: string): Promise<SavedTest[]> {
  await getAutomation(engine, workspaceId, automationId);
  const rows = await engine.db.all("SELECT * FROM millrace_tests WHERE automationId = ? ORDER BY name", [automationId]);
  return rows.map(readTest);
}

/** One test; 404 when there is none. */
export async function getTest(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  id: string,
): Promise<SavedTest> {
  const row = await engine.db.one(
    "SELECT * FROM millrace_tests WHERE id = ? AND automationId = ? AND workspaceId = ?",
    [id, automationId, workspaceId],
  );
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
  const counted = await engine.db.one("SELECT COUNT(*) AS n FROM millrace_tests WHERE automationId = ?", [
    automationId,
  ]);
  if (Number(counted?.["n"]) >= MOST_TESTS)
    throw conflict("too_many_tests", `An automation has at most ${MOST_TESTS} tests. Delete one that is not needed.`);
  const now = engine.clock.now();
  const id = newId();
  const row = {
    id,
    workspaceId,
    automationId,
    ...columnsOf(parts),
    savedBy: toColumn(by),
    createdAt: now,
    updatedAt: now,
  };
  await named(parts.name, () => engine.db.insert("millrace_tests", [row]));
  return getTest(engine, workspaceId, automationId, id);
}

/** Stores another name, request or expectations for a test. 409 for a name another one has. */
export async function updateTest(engine: Engine, test: SavedTest, parts: TestParts, by: Actor): Promise<void> {
  const columns = { ...columnsOf(parts), savedBy: toColumn(by), updatedAt: engine.clock.now() };
  const set = Object.keys(columns).map((column) => `${column} = ?`);
  await named(parts.name, () =>
    engine.db.run(`UPDATE millrace_tests SET ${set.join(", ")} WHERE id = ?`, [...Object.values(columns), test.id]),
  );
}

/** Notes what came of a test. */
export async function storeResult(engine: Engine, id: string, result: TestResult): Promise<void> {
  await engine.db.run("UPDATE millrace_tests SET lastResult = ? WHERE id = ?", [toColumn(result), id]);
}

/** Takes a test away; 404 when there is none. */
export async function deleteTest(engine: Engine, workspaceId: string, automationId: string, id: string): Promise<void> {
  await getTest(engine, workspaceId, automationId, id);
  await engine.db.run("DELETE FROM millrace_tests WHERE id = ?", [id]);
}

/** The name as it is stored; 422 when it is none. */
export function testName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed.length > 190)
    throw invalid([{ path: "name", message: "Give the test a name of 1 to 190 characters." }]);
  return trimmed;
}

function columnsOf({ name, request, snapshot, expectations, lastResult }: TestParts) {
  return {
    name,
    request: toColumn(request),
    snapshot: toColumn(snapshot),
    expectations: toColumn(expectations),
    lastResult: toColumn(lastResult),
  };
}

async function named(name: string, write: () => Promise<unknown>): Promise<void> {
  await write().catch((error: unknown) => {
    if (isDuplicate(error)) throw conflict("taken", `There is a test "${name}" already. Give this one another name.`);
    throw error;
  });
}

function readTest(row: Row): SavedTest {
  return {
    id: String(row["id"]),
    automationId: String(row["automationId"]),
    name: String(row["name"]),
    request: fromColumn<TestRequest>(row["request"], {}),
    snapshot: fromColumn<JsonObject | null>(row["snapshot"], null),
    expectations: fromColumn<Expectations>(row["expectations"], {}),
    lastResult: fromColumn<TestResult | null>(row["lastResult"], null),
    savedBy: fromColumn<Actor | null>(row["savedBy"], null),
    createdAt: iso(Number(row["createdAt"])),
    updatedAt: iso(Number(row["updatedAt"])),
  };
}
