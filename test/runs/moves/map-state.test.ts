import { expect } from "chai";
import { type Document, type Form, planOf, type Step } from "../../../src/graph/index.js";
import { mapState, type StepMap } from "../../../src/runs/moves/map-state.js";
import type { Place, RunState } from "../../../src/runs/run.js";

const rest = (key: string, next?: Step["next"]): Step => ({
  key,
  kind: "wait",
  config: { for: "3d" },
  ...(next ? { next } : {}),
});
const plan = (steps: Step[], form: Form = "list", more: Partial<Document> = {}) =>
  planOf({ object: "deal", triggers: [], steps, ...more }, form);
const at = (key: string, more: Partial<Place> = {}): Place => ({ key, iteration: "", attempt: 1, ...more });
const state = (ready: Place[], more: Partial<RunState> = {}): RunState => ({
  ready,
  arrivals: {},
  loops: [],
  vars: {},
  steps: 3,
  ...more,
});
const both = (next: string): Step[] => [
  { key: "split", kind: "parallel", config: {}, next: { a: "left", b: "right" } },
  rest("left", { success: next }),
  rest("right", { success: next }),
];
const join: Step = { key: "join", kind: "join", config: { mode: "all" }, next: {} };

describe("the state of a run under another version", () => {
  const move = (from: Step[], to: Step[], map: StepMap, run: RunState, form: Form = "list", done: string[] = []) =>
    mapState(
      { from: plan(from, form), to: plan(to, form), map },
      run,
      done.map((key) => ({ key, iteration: "" })),
    );
  const stateOf = (mapped: ReturnType<typeof mapState>) => (mapped.to === "moved" ? mapped.state : mapped);

  it("is the same for steps that are still there, wait and deadline included", () => {
    const place = at("pause", { wait: { at: 99, n: 3 } });
    const mapped = move([rest("pause")], [rest("new"), rest("pause")], {}, state([place]));
    expect(stateOf(mapped)).to.deep.include({ ready: [place] });
  });

  it("goes by the map for steps of other names, and remembers what they were called", () => {
    const mapped = move(
      [rest("pause")],
      [rest("rest")],
      { pause: "rest" },
      state([at("pause", { wait: { at: 99, n: 3 } })]),
    );
    expect(stateOf(mapped)).to.deep.include({
      ready: [at("rest", { wait: { at: 99, n: 3 } })],
      renamed: [{ n: 3, names: { pause: "rest" } }],
    });
  });

  it("needs an entry for a step that is gone, or is of another kind now", () => {
    const steps: Step[] = [{ key: "pause", kind: "notify", config: {} }];
    const refused = move([rest("pause")], steps, {}, state([at("pause")]));
    expect(refused).to.deep.include({ to: "refused", step: "pause" });
    expect(move([rest("pause")], steps, { pause: null }, state([at("pause")]))).to.deep.equal({
      to: "cancelled",
      step: "pause",
    });
    expect(move([rest("pause")], steps, { pause: "leave" }, state([at("pause")]))).to.deep.equal({
      to: "left",
      step: "pause",
    });
  });

  it("gives a wait up for a step of another kind, which begins", () => {
    const steps: Step[] = [{ key: "tell", kind: "notify", config: {} }];
    const mapped = move([rest("pause")], steps, { pause: "tell" }, state([at("pause", { wait: { at: 99, n: 3 } })]));
    expect(stateOf(mapped)).to.deep.include({ ready: [at("tell")] });
  });

  it("never has the run do again what it has done", () => {
    const [first, second] = [rest("first"), rest("second")];
    const back = move([first, second], [second, first], {}, state([at("second")]), "list", ["first"]);
    expect(back).to.deep.include({ to: "refused", step: "first" });
    const again = move([first, second], [first], { second: "first" }, state([at("second")]), "list", ["first"]);
    expect(again).to.deep.include({ to: "refused", step: "second" });
  });

  it("does not repeat a call under another key", () => {
    const retried = at("pause", { attempt: 2, wait: { at: 9, retry: true } });
    expect(move([rest("pause")], [rest("rest")], { pause: "rest" }, state([retried]))).to.include({ to: "refused" });
  });

  it("lets a join wait for the branches under way, and no longer for one that is new", () => {
    const third: Step[] = [
      { key: "split", kind: "parallel", config: {}, next: { a: "left", b: "right", c: "middle" } },
      ...both("join").slice(1),
      rest("middle", { success: "join" }),
      join,
    ];
    const mapped = move([...both("join"), join], third, {}, state([at("left"), at("right")]), "graph", ["split"]);
    expect(stateOf(mapped)).to.deep.include({ arrivals: { "": { join: { live: 0, dead: 1 } } } });
  });

  it("keeps what has arrived at a join, and refuses when its branch is no more", () => {
    const arrived = state([at("right")], { arrivals: { "": { join: { live: 1, dead: 0 } } } });
    const kept = move([...both("join"), join], [...both("join"), join], {}, arrived, "graph", ["split", "left"]);
    expect(stateOf(kept)).to.deep.include({ arrivals: { "": { join: { live: 1, dead: 0 } } } });
    const single: Step[] = [
      { key: "split", kind: "parallel", config: {}, next: { b: "right" } },
      rest("right", { success: "join" }),
      join,
    ];
    const lost = move([...both("join"), join], single, {}, arrived, "graph", ["split", "left"]);
    expect(lost).to.deep.include({ to: "refused", step: "join" });
  });

  it("carries loops over with the item they are at, under their new names", () => {
    const looped = (loop: string, body: string): Step[] => [
      { key: loop, kind: "loop", config: { items: [1, 2] }, next: { next: body } },
      rest(body, { success: loop }),
    ];
    const frame = {
      key: "each",
      iteration: "",
      n: 1,
      index: 1,
      length: 2,
      errors: 0,
      onItemError: "stop" as const,
      itemVariable: null,
      truncated: false,
    };
    const run = state([at("pause", { iteration: "each[1]", wait: { at: 9, n: 2 } })], { loops: [frame] });
    const mapped = move(looped("each", "pause"), looped("every", "pause"), { each: "every" }, run, "graph");
    expect(stateOf(mapped)).to.deep.include({
      ready: [at("pause", { iteration: "every[1]", wait: { at: 9, n: 2 } })],
      loops: [{ ...frame, key: "every" }],
    });
    const outside = move(looped("each", "pause"), [rest("pause", {})], {}, run, "graph");
    expect(outside).to.include({ to: "refused" });
  });
});
