import {
  type Automation,
  type AutomationRoom,
  getVersion,
  listVersions,
  type Version,
} from "../../automations/index.js";
import type { Actor } from "../../crm/index.js";
import { fromColumn, type Row, type Tx, toColumn } from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import { type FieldError, invalid } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Engine } from "../engine.js";
import { LEAVE, type StepMap } from "./map-state.js";

/** Only runs that stand at this step, only runs on this record. */
type Only = { step?: string; record?: string };

/** What is to be moved: runs on one version (null: on any other), all or these, by a map of steps. */
export type NewMove = { from: number | null; to: number; map: StepMap; runs: string[] | null; only?: Only };

/** A run that stays on its version against the wish, and why. */
export type Unmoved = { run: string; step: string; message: string };

/** How many runs a move met, by what became of them; `refused` lists the first of those that could not be moved. */
export type Tally = { moved: number; cancelled: number; left: number; refused: number; refusals: Unmoved[] };

/** A move as it is stored. `pending`: runs that were under way when looked at. */
export type Move = NewMove & {
  id: string;
  workspaceId: string;
  automationId: string;
  by: Actor;
  at: number;
  cursor: string;
  passed: boolean;
  pending: string[];
  tally: Tally;
  looks: number;
  doneAt: number | null;
};

/** A move as the API shows it. `underWay`: runs that are moved once they come to rest. */
export type MoveView = Tally & {
  id: string;
  from: number | null;
  to: number;
  map: StepMap;
  by: Actor;
  at: string;
  done: boolean;
  underWay: number;
};

export const nothingYet: Tally = { moved: 0, cancelled: 0, left: 0, refused: 0, refusals: [] };

/** A map, or an `only`, that names steps nobody has is refused, 422, each with the nearest one there is. */
export async function checkStepMap(
  room: AutomationRoom,
  automation: Automation,
  map: StepMap,
  to: Version,
  { step: standing }: Only = {},
): Promise<void> {
  const targets = to.document.steps.map(({ key }) => key);
  const versions = await listVersions(room, automation.workspaceId, automation.id);
  const known = new Set<string>();
  for (const { version } of versions)
    for (const { key } of (await getVersion(room, automation, version)).document.steps) known.add(key);
  const errors: FieldError[] = [];
  if (standing !== undefined && !known.has(standing))
    errors.push({
      path: "filter.step",
      message: `No version has a step "${standing}".${didYouMean(standing, [...known])}`,
    });
  for (const [step, target] of Object.entries(map)) {
    if (!known.has(step))
      errors.push({ path: `map.${step}`, message: `No version has a step "${step}".${didYouMean(step, [...known])}` });
    if (target !== null && target !== LEAVE && !targets.includes(target))
      errors.push({
        path: `map.${step}`,
        message: `Version ${to.version} has no step "${target}".${didYouMean(target, targets)} Say null to cancel those runs, "${LEAVE}" to let them finish on their version.`,
      });
  }
  if (errors.length > 0) throw invalid(errors);
}

/** Stores a move; `moveRuns` carries it out. Returns its id. */
export async function storeMove(
  room: AutomationRoom,
  { workspaceId, id: automationId }: Pick<Automation, "workspaceId" | "id">,
  { from, to, map, runs, only }: NewMove,
  by: Actor,
  tx: Tx,
): Promise<string> {
  const id = newId();
  const row = {
    id,
    workspaceId,
    automationId,
    fromVersion: from,
    toVersion: to,
    map: toColumn(map),
    runs: toColumn(only ? { ids: runs, only } : runs),
    actor: toColumn(by),
    at: room.clock.now(),
    cursorId: "",
    passed: 0,
    pending: "[]",
    tally: toColumn(nothingYet),
    looks: 0,
    doneAt: null,
  };
  await room.db.insert("millrace_moves", [row], tx);
  tx.afterCommit(() => room.ring("waits"));
  return id;
}

/** The moves of an automation, newest first, at most a hundred. */
export async function listMoves(engine: Engine, workspaceId: string, automationId: string): Promise<MoveView[]> {
  const rows = await engine.db.all(
    "SELECT * FROM millrace_moves WHERE automationId = ? AND workspaceId = ? ORDER BY id DESC LIMIT 100",
    [automationId, workspaceId],
  );
  return rows.map((row) => moveView(readMove(row)));
}

/** A run's move to another version. `n`: how many rows its log had then. */
export type RunMove = { from: number; to: number; by: Actor; at: string; n: number };

/** Which moves to other versions a run has been through, oldest first. */
export async function movesOfRun(engine: Engine, runId: string): Promise<RunMove[]> {
  const rows = await engine.db.all("SELECT * FROM millrace_run_moves WHERE runId = ? ORDER BY at, moveId", [runId]);
  return rows.map((row) => ({
    from: Number(row["fromVersion"]),
    to: Number(row["toVersion"]),
    by: fromColumn<Actor>(row["actor"], { type: "system", id: null, name: "Millrace" }),
    at: iso(Number(row["at"])),
    n: Number(row["n"]),
  }));
}

/** A move as people see it. */
export function moveView({ id, from, to, map, by, at, pending, tally, doneAt }: Move): MoveView {
  return { id, from, to, map, by, at: iso(at), done: doneAt !== null, underWay: pending.length, ...tally };
}

/** A row of `millrace_moves`. Which runs: their ids, or those with a filter. */
export function readMove(row: Row): Move {
  const which = fromColumn<string[] | { ids: string[] | null; only: Only } | null>(row["runs"], null);
  return {
    id: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    automationId: String(row["automationId"]),
    from: row["fromVersion"] === null ? null : Number(row["fromVersion"]),
    to: Number(row["toVersion"]),
    map: fromColumn<StepMap>(row["map"], {}),
    ...(which && !Array.isArray(which) ? { runs: which.ids, only: which.only } : { runs: which }),
    by: fromColumn<Actor>(row["actor"], { type: "system", id: null, name: "Millrace" }),
    at: Number(row["at"]),
    cursor: String(row["cursorId"]),
    passed: Number(row["passed"]) === 1,
    pending: fromColumn<string[]>(row["pending"], []),
    tally: fromColumn<Tally>(row["tally"], nothingYet),
    looks: Number(row["looks"]),
    doneAt: row["doneAt"] === null ? null : Number(row["doneAt"]),
  };
}
