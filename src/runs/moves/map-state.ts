import { carryArrivals, iterationOf, loopOf, outerOf, type Plan } from "../../graph/index.js";
import type { LoopFrame, Place, RunState, Wait } from "../run.js";
import { followedFields } from "../waits/follow-record.js";

/** Where runs that stand at a step go: a step of the other version, `"leave"` on their version, or null: cancelled. */
export type StepMap = Record<string, string | null>;

/** The word of a step map for runs that stay where they are. */
export const LEAVE = "leave";

/** What a run's state is under another version: the run is moved, stays, is cancelled, or is refused with the reason. */
export type Mapped =
  | { to: "moved"; state: RunState | null; places: MovedPlace[] }
  | { to: "left" | "cancelled"; step: string }
  | { to: "refused"; step: string; message: string };

/** A place before and after. `anew`: the step there is of another kind, so its wait is given up and it begins. */
export type MovedPlace = { before: Place; after: Place; anew: boolean };

/** The two versions, and the map between them. */
export type Crossing = { from: Plan; to: Plan; map: StepMap };

class Refusal extends Error {
  constructor(
    readonly step: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * What becomes of a run at rest when it goes over to another version. A step that both have, under one key and of one kind,
 * stands for itself; any other needs an entry. Waits keep their deadlines, loops their items and where they are in them,
 * branches what has arrived. Nothing the run has `done` is ever ahead of it again. A run that has not begun begins there.
 */
export function mapState(
  crossing: Crossing,
  state: RunState | null,
  done: { key: string; iteration: string }[],
): Mapped {
  if (!state) return { to: "moved", state: null, places: [] };
  const standing = [...state.ready, ...state.loops].map(({ key }) => key);
  const ends = standing.map((key) => ({ key, end: endOf(crossing, key) }));
  const cancelled = ends.find(({ end }) => end === null);
  if (cancelled) return { to: "cancelled", step: cancelled.key };
  const left = ends.find(({ end }) => end === LEAVE);
  if (left) return { to: "left", step: left.key };
  try {
    return moved(crossing, state, done);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { to: "refused", step: error.step, message: error.message };
  }
}

/** Where a step leads: undefined when neither the map nor the other version says. */
function endOf({ from, to, map }: Crossing, key: string): string | null | undefined {
  if (Object.hasOwn(map, key)) return map[key];
  const same = to.steps.get(key);
  return same && same.kind === from.steps.get(key)?.kind ? key : undefined;
}

function moved(crossing: Crossing, state: RunState, done: { key: string; iteration: string }[]): Mapped {
  const { to, map } = crossing;
  const loops = state.loops.map((frame) => movedLoop(crossing, frame));
  const places = state.ready.map((place) => movedPlace(crossing, place));
  const standing = [...places.map(({ after }) => after), ...loops];
  for (const [at, { key, iteration }] of standing.entries()) {
    if (standing.slice(0, at).some((other) => other.key === key && other.iteration === iteration))
      throw new Refusal(key, `Two branches of the run would both stand at "${key}".`);
  }
  const scopes = new Set([...state.ready, ...state.loops].map(({ iteration }) => iteration));
  const inHand = done.filter(({ iteration }) => scopes.has(iteration));
  const finished = inHand.map(({ key, iteration }) => ({
    key: renamed(map, key),
    iteration: iterationIn(crossing, iteration, key),
  }));
  for (const { before, after } of places) {
    if (finished.some((one) => one.key === after.key && one.iteration === after.iteration))
      throw new Refusal(before.key, `The run has been through "${after.key}" already, and would do it again.`);
  }
  const { ended: _ended, open: _open, ...kept } = state;
  return {
    to: "moved",
    places,
    state: {
      ...kept,
      ready: places.map(({ after }) => after),
      loops,
      arrivals:
        to.form === "graph" ? arrivalsIn(crossing, state, places, loops, finished) : ahead(to, standing, finished),
      vars: { ...to.document.variables, ...state.vars },
      renamed: [...(state.renamed ?? []), { n: state.steps, names: namesIn(map) }],
    },
  };
}

function movedPlace(crossing: Crossing, before: Place): MovedPlace {
  const { from, to } = crossing;
  const key = targetIn(crossing, before.key);
  const iteration = iterationIn(crossing, before.iteration, before.key);
  inScope(to, before.key, key, iteration);
  const anew = to.steps.get(key)?.kind !== from.steps.get(before.key)?.kind;
  const elsewhere = anew || key !== before.key || iteration !== before.iteration;
  if (elsewhere && (before.attempt > 1 || before.wait?.retry || before.wait?.unknown))
    throw new Refusal(
      before.key,
      `"${before.key}" has been tried and may have had its effect; under "${key}" it would be repeated with another key.`,
    );
  if (anew) return { before, anew, after: { key, iteration, attempt: 1 } };
  return { before, anew, after: { ...before, key, iteration, ...waitIn(to, key, before.wait) } };
}

/** A wait that follows its record does so no longer where the step there does not; it ends when it would have. */
function waitIn(to: Plan, key: string, wait: Wait | undefined): { wait?: Wait } {
  if (!wait?.follows || followedFields(to.steps.get(key)).length > 0) return wait ? { wait } : {};
  const { token: _token, follows: _follows, ...rests } = wait;
  return { wait: rests };
}

function movedLoop(crossing: Crossing, frame: LoopFrame): LoopFrame {
  const key = targetIn(crossing, frame.key);
  const iteration = iterationIn(crossing, frame.iteration, frame.key);
  const step = crossing.to.steps.get(key);
  if (step?.kind !== "loop")
    throw new Refusal(frame.key, `The run is inside the loop "${frame.key}", and "${key}" is no loop.`);
  inScope(crossing.to, frame.key, key, iteration);
  const variable = step.config["itemVariable"];
  return { ...frame, key, iteration, itemVariable: typeof variable === "string" ? variable : frame.itemVariable };
}

function targetIn(crossing: Crossing, key: string): string {
  const target = endOf(crossing, key);
  if (typeof target !== "string")
    throw new Refusal(key, `It stands at "${key}", which the other version does not have; the map must say where to.`);
  return target;
}

/** `orders[3]/lines[0]` with the loops under their new keys. */
function iterationIn(crossing: Crossing, iteration: string, step: string): string {
  const loop = loopOf(iteration);
  if (loop === null) return "";
  const target = endOf(crossing, loop);
  if (typeof target !== "string" || target === LEAVE)
    throw new Refusal(
      step,
      `It stands inside the loop "${loop}", which the other version does not have; the map must say which it is.`,
    );
  const index = Number(/\[(\d+)\]$/.exec(iteration)?.[1] ?? 0);
  return iterationOf(target, iterationIn(crossing, outerOf(iteration), step), index);
}

function inScope(to: Plan, before: string, key: string, iteration: string): void {
  const loop = loopOf(iteration);
  if (to.form === "graph" && to.incoming(key, loop) > 0) return;
  if (to.form === "list" && iteration === "" && to.steps.has(key)) return;
  throw new Refusal(
    before,
    loop === null
      ? `"${key}" cannot be reached outside of a loop there.`
      : `"${key}" does not lie in the loop "${loop}" there.`,
  );
}

function arrivalsIn(
  { from, to, map }: Crossing,
  state: RunState,
  places: MovedPlace[],
  loops: LoopFrame[],
  done: { key: string; iteration: string }[],
): RunState["arrivals"] {
  const carried: RunState["arrivals"] = {};
  for (const scope of new Set([...places.map(({ after }) => after), ...loops].map(({ iteration }) => iteration))) {
    const here = places.filter(({ after }) => after.iteration === scope);
    const standing = new Map(here.map(({ after, anew }) => [after.key, anew || !waitsAtJoin(to, after)]));
    for (const { key, iteration } of loops) if (iteration === scope) standing.set(key, true);
    const old =
      here[0]?.before.iteration ?? state.loops[loops.findIndex(({ iteration }) => iteration === scope)]?.iteration;
    const before = Object.entries(state.arrivals[old ?? ""] ?? {}).filter(([key]) => from.steps.has(key));
    const found = carryArrivals(
      to,
      Object.fromEntries(before.map(([key, arrival]) => [renamed(map, key), { ...arrival }])),
      standing,
      new Set(done.filter(({ iteration }) => iteration === scope).map(({ key }) => key)),
      loopOf(scope),
    );
    if ("at" in found) throw refusalAt(found.at, found.why);
    if (Object.keys(found.arrivals).length > 0) carried[scope] = found.arrivals;
  }
  return carried;
}

/** In a list one place is under way, and what follows it is ahead. */
function ahead(to: Plan, standing: { key: string }[], done: { key: string }[]): RunState["arrivals"] {
  const [place, second] = standing;
  if (place && second) throw new Refusal(second.key, "The run is on several branches, and a list has but one.");
  const { steps } = to.document;
  const following = steps.slice(steps.findIndex(({ key }) => key === place?.key) + 1);
  const again = following.find((step) => !step.disabled && done.some(({ key }) => key === step.key));
  if (again) throw refusalAt(again.key, "done");
  return {};
}

function refusalAt(key: string, why: "reached" | "done"): Refusal {
  return new Refusal(
    key,
    why === "done"
      ? `The run has been through "${key}" already, which comes after where it would stand.`
      : `"${key}" has been reached by a branch that is not there any more.`,
  );
}

const waitsAtJoin = (to: Plan, { key, wait }: Place) => to.steps.get(key)?.kind === "join" && wait !== undefined;

/** The key a step that is over goes by from now on: later steps read its output under it. */
const renamed = (map: StepMap, key: string) => namesIn(map)[key] ?? key;

function namesIn(map: StepMap): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== LEAVE),
  );
}
