import { fromColumn, marks, type Row } from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import type { Place, RunState } from "../run.js";

/**
 * What a place of a run waits for now. `instant`: the clock; `retry`: the next try; `join`: other branches; else what an
 * answer comes from, such as `approval`, `event` or `children`, with its details and the token that answers it.
 */
export type WaitingFor = {
  key: string;
  iteration: string;
  kind: string;
  until: string;
  since: string | null;
  token: string | null;
  details: JsonObject;
};

/** Where waiting runs stand, by run; runs that wait for nothing are left out. Two queries for all of them. */
export async function waitingFor(engine: Engine, runIds: string[]): Promise<Map<string, WaitingFor[]>> {
  if (runIds.length === 0) return new Map();
  const runs = await engine.db.all(
    `SELECT id, state FROM millrace_runs WHERE id IN (${marks(runIds)}) AND status = 'waiting'`,
    runIds,
  );
  if (runs.length === 0) return new Map();
  const waits = await engine.db.all(
    `SELECT runId, kind, token, details, createdAt FROM millrace_waits WHERE runId IN (${marks(runIds)}) AND answer IS NULL`,
    runIds,
  );
  const asked = new Map(waits.map((row) => [String(row["token"]), row]));
  return new Map(
    runs.flatMap((row) => {
      const state = fromColumn<RunState | null>(row["state"], null);
      const places = (state?.ready ?? []).flatMap((place) => waitOf(place, asked));
      return places.length > 0 ? [[String(row["id"]), places] as const] : [];
    }),
  );
}

function waitOf({ key, iteration, wait }: Place, asked: Map<string, Row>): WaitingFor[] {
  if (!wait || wait.answer) return [];
  const row = wait.token === undefined ? undefined : asked.get(wait.token);
  if (wait.token !== undefined && !row) return [];
  return [
    {
      key,
      iteration,
      kind: row ? String(row["kind"]) : kindOf(wait),
      until: iso(wait.at),
      since: row ? iso(Number(row["createdAt"])) : null,
      token: wait.token ?? null,
      details: fromColumn<JsonObject>(row?.["details"], {}),
    },
  ];
}

function kindOf({ retry, timeoutPort }: NonNullable<Place["wait"]>): string {
  if (retry) return "retry";
  return timeoutPort ? "join" : "instant";
}
