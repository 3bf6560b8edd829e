import {
  changeTest,
  deleteTest,
  getTest,
  listTests,
  makeTest,
  type NewTest,
  runTests,
} from "../../../insight/index.js";
import { created, done, ok } from "../answer.js";
import { type Call, closed, listOf, type Route, ref, type Schema } from "../route.js";
import { simulationParts, withoutNull } from "./automation-simulations.js";

const name: Schema = { type: "string", minLength: 1, maxLength: 190 };
const parts = { request: closed(simulationParts), expectations: ref("Expectations") };
const test = ref("Test");

/** Simulations kept with what is expected of them. Publishing runs them. */
export const automationTestRoutes: Route[] = [
  {
    method: "get",
    path: "/automations/:id/tests",
    role: "viewer",
    tag: "Building",
    summary: "The tests of an automation",
    answer: { status: 200, schema: listOf(test), description: "By name, each with its last result." },
    async handle({ engine, workspace, params }) {
      return ok({ data: await listTests(engine, workspace.id, String(params["id"])), nextCursor: null });
    },
  },
  {
    method: "post",
    path: "/automations/:id/tests",
    role: "editor",
    tag: "Building",
    summary: "Save a test",
    body: closed({ name, ...parts }, ["name"]),
    answer: {
      status: 201,
      schema: test,
      description:
        "It is run once. Without expectations it expects what the draft does now. The record's values are kept with it.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      return created(await makeTest(engine, workspace.id, String(params["id"]), asked(body), actor));
    },
  },
  {
    method: "post",
    path: "/automations/:id/tests/run",
    role: "operator",
    tag: "Building",
    summary: "Run the tests on the draft",
    body: closed({ tests: { type: "array", maxItems: 100, items: { type: "string", maxLength: 64 } } }),
    bodyOptional: true,
    answer: {
      status: 200,
      schema: {
        type: "object",
        properties: { passed: { type: "boolean" }, data: { type: "array", items: test } },
        required: ["passed", "data"],
      },
      description: "All, or those named. Nothing is sent; the results are kept.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      const ids = body["tests"] as string[] | undefined;
      const data = await runTests(engine, workspace.id, String(params["id"]), actor, ids);
      return ok({ passed: data.every(({ lastResult }) => lastResult?.passed), data });
    },
  },
  {
    method: "get",
    path: "/automations/:id/tests/:testId",
    role: "viewer",
    tag: "Building",
    summary: "One test",
    answer: { status: 200, schema: test, description: "With what it asks, expects and last came to." },
    handle: async ({ engine, workspace, params }) => ok(await getTest(engine, workspace.id, ...idsIn(params))),
  },
  {
    method: "patch",
    path: "/automations/:id/tests/:testId",
    role: "editor",
    tag: "Building",
    summary: "Change a test",
    body: closed({ name, ...parts }),
    answer: {
      status: 200,
      schema: test,
      description: "Another request takes the record's values anew, and is run once.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      return ok(await changeTest(engine, workspace.id, ...idsIn(params), asked(body), actor));
    },
  },
  {
    method: "delete",
    path: "/automations/:id/tests/:testId",
    role: "editor",
    tag: "Building",
    summary: "Delete a test",
    answer: { status: 204, description: "It is gone." },
    async handle({ engine, workspace, params }) {
      await deleteTest(engine, workspace.id, ...idsIn(params));
      return done;
    },
  },
];

function idsIn(params: Call["params"]): [automationId: string, testId: string] {
  return [String(params["id"]), String(params["testId"])];
}

/** The body as its schema has just found it. */
function asked(body: Call["body"]): NewTest {
  const { request, ...rest } = body as NewTest;
  return { ...rest, ...(request ? { request: withoutNull(request) } : {}) };
}
