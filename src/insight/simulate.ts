import {
  type Automation,
  checkInputs,
  checkShape,
  getAutomation,
  getVersion,
  normalDocument,
  writtenForm,
} from "../automations/index.js";
import { type Actor, type Workspace, workspaceById } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import { consider, mapInputs, type Verdict } from "../enrollments/index.js";
import type { Event } from "../events/index.js";
import type { Document, Form } from "../graph/index.js";
import type { Engine, Reason } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { invalid, notFound } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { type EngineApart, engineApart } from "./engine-apart.js";
import { answeringActions, answersOf, checkAnswers } from "./given-answers.js";
import { type Beginning, pretendEvent } from "./pretend-event.js";
import { pretendWalk } from "./pretend-walk.js";
import type { Simulation, SimulationRequest } from "./simulation.js";
import { walkThrough } from "./walk-through.js";

/** Thrown to undo everything a simulation wrote. */
class Undo extends Error {}

/**
 * Walks a document on a record or an event by the very code that runs it, inside a transaction that is rolled back:
 * effects are recorded instead of sent, waits and retries are skipped on a clock of its own that stands still otherwise,
 * answers come from the request. `snapshot`: the values the record is given first; it is made anew when it is gone. 404
 * for an unknown record, 422 for a document of the wrong shape or an answer that fits no step.
 */
export async function simulate(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  request: SimulationRequest,
  by: Actor,
  snapshot?: JsonObject,
): Promise<Simulation> {
  const automation = await getAutomation(engine, workspaceId, automationId);
  const { document, form } = await documentOf(engine, automation, request);
  checkAnswers(engine.actions, document, request.answers ?? {});
  const from = beginsAt(engine, request.at);
  let simulation: Simulation | undefined;
  await engine.db
    .inTransaction(async (tx) => {
      // Made anew for every try: its clock moves on with the simulation.
      const apart = engineApart(engine, from);
      simulation = await decideAndWalk(apart, { automation, document, request, by, snapshot }, form, tx);
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (!simulation) throw new Error("The simulation came to no result.");
  return simulation;
}

/** The document to walk, and the form it is written in: as said, by its ports, else that of the automation. */
async function documentOf(
  engine: Engine,
  automation: Automation,
  { document: given, form }: SimulationRequest,
): Promise<{ document: Document; form: Form }> {
  const errors = given ? checkShape(given, "document") : [];
  if (errors.length > 0) throw invalid(errors);
  const latest = await getVersion(engine, automation);
  if (!given) return { document: latest.document, form: latest.form };
  const written = writtenForm(given);
  return { document: normalDocument(given), form: form ?? (written === "graph" ? written : latest.form) };
}

function beginsAt(engine: Engine, at: string | undefined): number {
  if (at === undefined) return engine.clock.now();
  const instant = Date.parse(at);
  if (Number.isNaN(instant))
    throw invalid([{ path: "at", message: `"${at}" is not an instant. Write it as 2026-03-01T09:00:00Z.` }]);
  return instant;
}

async function decideAndWalk(engine: EngineApart, from: Beginning, form: Form, tx: Tx): Promise<Simulation> {
  const { automation, document, request } = from;
  const workspace = await workspaceById(engine, automation.workspaceId);
  if (!workspace) throw notFound("workspace", automation.workspaceId);
  const event = await pretendEvent(engine, from, tx);
  const { verdict, refused, inputs } = await decided(engine, from, form, event, workspace, tx);
  const startsAt = iso(engine.clock.now());
  const { conditions } = verdict;
  const nothing = { status: null, path: [], steps: [], diffs: [], effects: [], outputs: null, assumptions: [] };
  if (refused)
    return { decision: "refused", reason: refused, conditions, form, ...nothing, startsAt, endsAt: startsAt };
  const answers = answersOf(request.answers ?? {});
  const answering = { ...engine, actions: answeringActions(engine.actions, answers) };
  const walk = pretendWalk(answering, automation, document, form, event, workspace, inputs);
  const walked = await walkThrough(answering, walk, answers, tx);
  return { decision: "enrolled", conditions, form, ...walked, startsAt, endsAt: iso(engine.clock.now()) };
}

/** Whether the run would start, and with which inputs. 422 when those of a start by hand do not fit. */
async function decided(
  engine: Engine,
  { automation, document }: Beginning,
  form: Form,
  event: Event,
  workspace: Workspace,
  tx: Tx,
): Promise<{ verdict: Verdict; refused: Reason | null; inputs: JsonObject }> {
  const { id: automationId, workspaceId, name, latestVersion: version } = automation;
  const byHand = event.kind === "manual";
  const triggers =
    byHand && !document.triggers.some(({ kind }) => kind === "manual")
      ? [...document.triggers, { key: "manual", kind: "manual" }]
      : document.triggers;
  const active = {
    automationId,
    workspaceId,
    name,
    form,
    version,
    document: { ...document, triggers },
    activatedAt: 0,
  };
  const inputs = { ...(event.data["inputs"] as JsonObject | undefined) };
  const errors = byHand ? checkInputs(document.inputs, inputs) : [];
  if (errors.length > 0) throw invalid(errors);
  const verdict = await consider(engine, { ...event, data: { ...event.data, inputs } }, active, workspace, tx);
  const entry = { active, workspace, eventId: event.id, record: null, refused: verdict.refused, startAt: null };
  if (!entry.refused && !byHand) await mapInputs(engine, { event, verdict, entry }, tx);
  return { verdict, refused: entry.refused, inputs: byHand ? inputs : { ...verdict.facts.inputs } };
}
