import { type Automation, getAutomation, getVersion } from "../automations/index.js";
import { type Actor, getRecord } from "../crm/index.js";
import { type Event, getEvent } from "../events/index.js";
import type { Document, Form } from "../graph/index.js";
import type { Engine } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { notFound } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { type Expectations, expectedOf, unmetBy } from "./expectations.js";
import {
  getTest,
  insertTest,
  type SavedTest,
  type TestParts,
  type TestRequest,
  testName,
  updateTest,
} from "./saved-tests.js";
import { simulate } from "./simulate.js";

/** A draft that is not saved yet: what a new test is tried on instead of the stored one. */
type Unsaved = { document: Document; form: Form };

/** A test as somebody asks for it. Without expectations it expects what the simulation comes to now. */
export type NewTest = { name: string; request?: TestRequest | undefined; expectations?: Expectations | undefined };

/**
 * Saves a test of the draft, with the values its record has now and the instant it is made at, and runs it once. 404 for
 * a record or event that is not there, 422 for a request that cannot be simulated, 409 for a name there is.
 */
export async function makeTest(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  { name, request = {}, expectations }: NewTest,
  by: Actor,
  unsaved?: Unsaved,
): Promise<SavedTest> {
  const automation = await getAutomation(engine, workspaceId, automationId);
  const wanted = { name: testName(name), request, expectations };
  const parts = await tried(engine, automation, wanted, by, unsaved);
  return insertTest(engine, automation, parts, by);
}

/** Changes a test and runs it once. Another request takes the record's values anew. Errors as in `makeTest`. */
export async function changeTest(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  id: string,
  { name, request, expectations }: Partial<NewTest>,
  by: Actor,
): Promise<SavedTest> {
  const test = await getTest(engine, workspaceId, automationId, id);
  const wanted = expectations ?? test.expectations;
  const called = testName(name ?? test.name);
  const automation = await getAutomation(engine, workspaceId, automationId);
  const parts = request
    ? await tried(engine, automation, { name: called, request, expectations: wanted }, by)
    : { ...test, name: called, expectations: wanted, lastResult: expectations ? null : test.lastResult };
  await updateTest(engine, test, parts, by);
  return getTest(engine, workspaceId, automationId, id);
}

async function tried(
  engine: Engine,
  automation: Automation,
  { name, request: asked = {}, expectations: wanted }: NewTest,
  by: Actor,
  unsaved?: Unsaved,
): Promise<TestParts> {
  const { id, workspaceId } = automation;
  const latest = await getVersion(engine, automation);
  const { object } = (unsaved ?? latest).document;
  const { request, snapshot } = await standingAlone(engine, workspaceId, object, asked);
  const simulation = await simulate(engine, workspaceId, id, { ...request, ...unsaved }, by, snapshot ?? undefined);
  const expectations = wanted ?? expectedOf(simulation, request.recordId);
  const unmet = unmetBy(expectations, simulation);
  const result = { passed: unmet.length === 0, at: iso(engine.clock.now()), version: latest.version, unmet };
  // What came of an unsaved draft says nothing about the stored one.
  return { name, request, snapshot, expectations, lastResult: unsaved ? null : result };
}

/** The request with everything in it that may change or go: the instant, the record's values, the stored event. */
async function standingAlone(
  engine: Engine,
  workspaceId: string,
  object: string | null,
  asked: TestRequest,
): Promise<{ request: TestRequest; snapshot: JsonObject | null }> {
  const request = { ...asked, at: asked.at ?? iso(engine.clock.now()) };
  const eventId = asked.event?.id;
  if (eventId !== undefined) {
    const event = /^\d{1,18}$/.test(eventId) ? await getEvent(engine, workspaceId, eventId) : null;
    if (!event) throw notFound("event", eventId);
    return fromStored(request, event);
  }
  if (object === null || !request.recordId) return { request, snapshot: null };
  const record = await getRecord(engine, workspaceId, object, request.recordId);
  if (!record) throw notFound(object, request.recordId);
  return { request, snapshot: record.values };
}

function fromStored(request: TestRequest, event: Event): { request: TestRequest; snapshot: JsonObject | null } {
  const { kind, name, changes, data, recordId, record } = event;
  const updates = kind === "record.updated" ? Object.fromEntries(changes.map((one) => [one.field, one.new])) : {};
  const before = kind === "record.updated" ? Object.fromEntries(changes.map((one) => [one.field, one.old])) : {};
  return {
    request: {
      ...request,
      ...(recordId ? { recordId } : {}),
      event: { kind, ...(name ? { name } : {}), changes: updates, data },
    },
    snapshot: record ? { ...record, ...before } : null,
  };
}
