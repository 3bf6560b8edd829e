import { type Simulation, simulate } from "../../../insight/index.js";
import { forbidden } from "../../../shared/errors.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { includesRole } from "../../access/roles.js";
import { ok } from "../answer.js";
import { closed, type Route, ref, type Schema } from "../route.js";

/** An answer holds at most so many step rows and effects; the others are counted. */
const MOST_ROWS = 1_000;

/** What a simulation starts from, and how what it waits for ends: also the request of a saved test. */
export const simulationParts: Record<string, Schema> = {
  recordId: { type: ["string", "null"], maxLength: 64 },
  inputs: { type: "object" },
  changes: { type: "object", description: "Values the record gets first, by field: the change that starts the run." },
  event: {
    ...closed({
      id: { type: "string", maxLength: 20, description: "An event that happened." },
      kind: { type: "string", maxLength: 64, description: "Or one made up: `webhook`, `schedule`, `record.created`." },
      name: { type: "string", maxLength: 190 },
      changes: { type: "object" },
      data: { type: "object" },
    }),
    description: "The event to start from; without one the change, else a start by hand.",
  },
  answers: {
    type: "object",
    additionalProperties: {
      anyOf: [ref("GivenAnswer"), { type: "array", maxItems: 1_000, items: ref("GivenAnswer") }],
    },
    description: "By step: how its wait ends or its call is answered; a list answers each visit in turn.",
  },
  at: { type: "string", format: "date-time", description: "The instant the virtual clock begins at; now by default." },
};

/** Walking a document without doing anything. */
export const automationSimulationRoutes: Route[] = [
  {
    method: "post",
    path: "/automations/:id/simulations",
    role: "operator",
    tag: "Runs",
    summary: "See what a run would do",
    body: closed({ ...simulationParts, document: { type: "object" }, form: { enum: ["list", "graph"] } }),
    bodyOptional: true,
    answer: {
      status: 200,
      schema: ref("Simulation"),
      description: "Field differences, mails and calls. Nothing is sent and nothing is stored.",
    },
    async handle({ engine, workspace, actor, role, params, body }) {
      if (isObject(body["document"]) && !includesRole(role, "editor"))
        throw forbidden(
          "Trying a document that is not saved is for editors; leave `document` out to try the latest version.",
        );
      const request = withoutNull(body);
      return ok(abridged(await simulate(engine, workspace.id, String(params["id"]), request, actor)));
    },
  },
];

/** A record of null is none. */
export function withoutNull({ recordId, ...rest }: JsonObject): JsonObject & { recordId?: string } {
  return { ...rest, ...(typeof recordId === "string" ? { recordId } : {}) };
}

function abridged(simulation: Simulation) {
  const { steps, effects } = simulation;
  const omitted = {
    steps: Math.max(0, steps.length - MOST_ROWS),
    effects: Math.max(0, effects.length - MOST_ROWS),
  };
  return { ...simulation, steps: steps.slice(0, MOST_ROWS), effects: effects.slice(0, MOST_ROWS), omitted };
}
