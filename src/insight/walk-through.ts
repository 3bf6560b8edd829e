import type { Tx } from "../db/index.js";
import type { RecordedEffect } from "../effects/index.js";
import { type StepRow, takeSteps, type Walk } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import type { JsonObject } from "../shared/json.js";
import type { EngineApart } from "./engine-apart.js";
import { fieldDiffs } from "./field-diffs.js";
import type { Answers } from "./given-answers.js";
import { restsOf } from "./rests.js";
import type { Assumption, Simulation } from "./simulation.js";

/** A simulation takes at most so many steps, and at most so long: it holds a transaction open, on SQLite the only one that writes. */
const MOST_STEPS = 50_000;
const LONGEST_MS = 20_000;
const LONGEST_ALONE_MS = 3_000;

type Walked = Pick<
  Simulation,
  "reason" | "status" | "path" | "steps" | "diffs" | "effects" | "outputs" | "assumptions"
>;

/** Walks a pretended run from its first step to its end, over every wait, and tells what it did. */
export async function walkThrough(engine: EngineApart, walk: Walk, answers: Answers, tx: Tx): Promise<Walked> {
  const longest = engine.db.oneWriter ? LONGEST_ALONE_MS : LONGEST_MS;
  const until = performance.now() + longest;
  const assumptions: Assumption[] = [];
  const effects: RecordedEffect[] = [];
  const rows = new Map<number, StepRow>();
  const rests = restsOf(answers, assumptions, tx);
  let cut: string | null = null;
  while (!walk.finished && cut === null) {
    const before = engine.clock.now();
    walk.wakeAt = null;
    await takeSteps(engine, walk, tx, true, { record: effects });
    const moved = takeOver(walk, rows) > 0;
    const next = walk.finished || walk.wakeAt === null ? before : await rests.moveOn(engine, walk);
    if (next !== null) engine.skipTo(next);
    const stuck =
      !moved && (next === null || (walk.wakeAt !== null && engine.clock.now() === before && !answered(walk)));
    if (rows.size >= MOST_STEPS) cut = `it had taken ${rows.size.toLocaleString("en")} steps`;
    else if (performance.now() > until) cut = tooLong(engine, longest);
    else if (stuck) cut = "nothing would ever move it on";
  }
  const all = [...rows.values()];
  const isCut = !walk.finished && cut !== null;
  const reason = isCut ? { code: "cut", message: `The simulation was cut short: ${cut}.` } : walk.finished?.reason;
  const held = assumptions.filter((one) => all.some((row) => concerns(one, row)));
  return {
    reason: reason ?? null,
    status: walk.finished?.status ?? "running",
    path: all.filter(isOnPath).map((row) => row.position.key),
    steps: all.map((row) => stepOf(walk, row, held)),
    diffs: fieldDiffs(all),
    effects,
    outputs: walk.finished?.outputs ?? null,
    assumptions: [...held, ...assumedCalls(all)],
  };
}

function tooLong({ db }: EngineApart, longest: number): string {
  const why = db.oneWriter ? ", and on SQLite nothing else can be written meanwhile" : "";
  return `it had taken ${longest / 1000} seconds${why}`;
}

function answered(walk: Walk): boolean {
  return walk.state.ready.some(({ wait }) => wait?.answer !== undefined);
}

/** What `saveWalks` would store: new rows, and the ends of rows that rested. Returns how many. */
function takeOver(walk: Walk, rows: Map<number, StepRow>): number {
  const many = walk.newRows.length + walk.endedRows.length;
  for (const row of walk.newRows) rows.set(row.n, row);
  for (const ended of walk.endedRows) {
    const row = rows.get(ended.n);
    if (row) Object.assign(row, { ...ended, input: row.input, startedAt: row.startedAt, writes: row.writes });
  }
  walk.newRows = [];
  walk.endedRows = [];
  walk.endedWaits = [];
  return many;
}

/** A step was come to when it was tried at all: one no path led to, or that is switched off, has no input. */
function isOnPath({ status, input }: StepRow): boolean {
  return status !== "retrying" && (status !== "skipped" || Object.keys(input ?? {}).length > 0);
}

/** An assumption counts when the wait it is about ended by it, not when the run was over before. */
function concerns({ step, iteration, port }: Assumption, { position, status, port: left }: StepRow): boolean {
  const ended = port === "error" ? status === "failed" || status === "retrying" : status === "success" && left === port;
  return ended && position.key === step && position.iteration === iteration;
}

/** Calls whose answer was made up because nobody gave one: one line for each step. */
function assumedCalls(rows: StepRow[]): Assumption[] {
  const lines = new Map<string, Assumption>();
  for (const { position, output, port } of rows) {
    if (output?.["simulated"] !== true || lines.has(position.key)) continue;
    const message = "It was not carried out: what it would have answered was made up.";
    lines.set(position.key, { step: position.key, iteration: position.iteration, port: port ?? "success", message });
  }
  return [...lines.values()];
}

function stepOf(walk: Walk, row: StepRow, assumptions: Assumption[]): JsonObject {
  const step = walk.version.plan.steps.get(row.position.key);
  const { position, writes: _writes, startedAt, finishedAt, ...rest } = row;
  const assumed = row.output?.["simulated"] === true || assumptions.some((one) => concerns(one, row));
  return {
    ...position,
    kind: step?.kind ?? "",
    name: step?.name ?? null,
    ...rest,
    ...(assumed ? { assumed: true } : {}),
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
  };
}
