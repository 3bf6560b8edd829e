import { expect } from "chai";
import { validateDocument } from "../../src/automations/index.js";
import type { Form } from "../../src/graph/index.js";
import { engineWorld, whenWon } from "../support/engine-world.js";

const over = (path: string) => ({ all: [{ fact: "record", path, operator: "greaterThan", value: 5 }] });
const task = (key: string, title: string, next?: object) => ({
  key,
  kind: "task.create",
  config: { title },
  ...(next ? { next } : {}),
});
const fork = {
  key: "fork",
  kind: "parallel",
  config: { branches: [{ key: "a" }, { key: "b" }] },
  next: { a: "left", b: "right" },
};
const join = { key: "both", kind: "join", config: {}, next: { success: "after" } };
const loop = (next: object, config: object = {}) => ({
  key: "each",
  kind: "loop",
  config: { items: "{{ steps.find.records }}", ...config },
  next,
});
const find = { key: "find", kind: "record.find", config: { object: "contact" }, next: { success: "each" } };

describe("validating a graph", () => {
  let world: Awaited<ReturnType<typeof engineWorld>>;
  before(async () => {
    world = await engineWorld("sqlite");
  });
  after(() => world.drop());
  const check = (steps: object[], form: Form = "graph", more: object = {}) =>
    validateDocument(world.engine, world.workspaceId, { object: "deal", triggers: [whenWon], steps, ...more }, form);
  const errors = async (...given: Parameters<typeof check>) =>
    (await check(...given))
      .filter(({ severity }) => severity === "error")
      .map(({ path, message }) => `${path}: ${message}`);

  it("has nothing to say about one that is wired as it should be", async () => {
    const branches = [fork, task("left", "L", { success: "both" }), task("right", "R", { success: "both" }), join];
    expect(
      await check([
        ...branches,
        task("after", "{{ steps.left.output.id }} {{ steps.right.output.id }} {{ steps.both.port }}"),
      ]),
    ).to.deep.equal([]);
  });

  it("knows the ports of every kind, those that come from its config too", async () => {
    const [problem, ...more] = await check([{ ...fork, next: { a: "left", b: "end", bb: "end" } }, task("left", "L")]);
    expect(more).to.deep.equal([]);
    expect(problem).to.include({ severity: "error", path: "steps[0].next.bb", step: "fork", port: "bb" });
    expect(problem?.message).to.include('Did you mean "b"?');
  });

  it("lets a template read only steps that can have run before it", async () => {
    const steps = [
      fork,
      task("left", "{{ steps.right.output.id }}", { success: "both" }),
      task("right", "R", { success: "both" }),
      join,
      task("after", "A"),
    ];
    expect(await errors(steps)).to.deep.equal([
      'steps[1].config.title: The step "right" does not run before this one, so nothing of it can be read here.',
    ]);
    const first = [task("a", "{{ steps.b.port }}", { success: "b" }), task("b", "B")];
    expect(await errors(first)).to.have.length(1);
    const [mistyped] = await errors([task("a", "A", { success: "b" }), task("b", "{{ steps.aa.output.id }}")]);
    expect(mistyped).to.match(/no variable "steps\.aa\.output\.id"\. Did you mean "steps\.a\.output/);
  });

  it("does not go by the order the steps stand in", async () => {
    const steps = [
      task("a", "A", { success: "c" }),
      task("b", "{{ steps.c.output.id }}"),
      task("c", "C", { success: "b" }),
    ];
    expect(await errors(steps)).to.deep.equal([]);
  });

  it("knows loop and the loop's own name for its item inside the body, and nowhere else", async () => {
    const body = task("call", "{{ loop.index }} {{ person.name }} {{ person.values.email }}", { success: "each" });
    const named = loop({ next: "call", done: "after" }, { itemVariable: "person" });
    expect(
      await errors([find, named, body, task("after", "{{ steps.call.output.id }} {{ steps.each.output.count }}")]),
    ).to.deep.equal([]);
    const outside = await errors([find, named, body, task("after", "{{ loop.index }}{{ person.name }}")]);
    expect(outside).to.have.length(1);
    expect(outside[0]).to.include("steps[3].config.title").and.include('no variable "loop.index"');
    expect(await errors([task("a", "{{ loop.item }}")], "list")).to.have.length(1);
  });

  it("knows variables only behind the step that sets them", async () => {
    const set = { key: "set", kind: "set_variables", config: { values: { days: 3 } }, next: { success: "then" } };
    expect(await errors([set, task("then", "{{ days }}")])).to.deep.equal([]);
    const gate = {
      key: "gate",
      kind: "condition",
      config: { when: over("amount") },
      next: { true: "set", false: "other" },
    };
    const [only, ...more] = await errors([gate, set, task("then", "{{ days }}"), task("other", "{{ days }}")]);
    expect(more).to.deep.equal([]);
    expect(only).to.include("steps[3].config.title");
  });

  it("checks the conditions of every case of a switch by the fields there are", async () => {
    const cases = [
      { key: "big", when: over("amount") },
      { key: "odd", when: over("amuont") },
    ];
    const found = await errors([
      { key: "sort", kind: "switch", config: { cases }, next: { big: "end", odd: "end", default: "end" } },
    ]);
    expect(found).to.have.length(1);
    expect(found[0]).to.include("steps[0].config.cases[1].when.all[0].path").and.include("amount");
  });

  it("lets outputs read every step", async () => {
    expect(await errors([task("a", "A")], "graph", { outputs: { id: "{{ steps.a.output.id }}" } })).to.deep.equal([]);
  });

  it("says nothing about the ports of a kind there is not, beside that there is none", async () => {
    const [problem, ...more] = await check([{ key: "a", kind: "taks.create", config: {}, next: { sideways: "end" } }]);
    expect(more).to.deep.equal([]);
    expect(problem).to.include({ path: "steps[0].kind", step: "a" });
  });

  it("is quick with 500 steps that all use templates", async () => {
    const steps = Array.from({ length: 500 }, (_none, at) =>
      task(
        `s${at}`,
        at === 0 ? "x" : `{{ steps.s${at - 1}.output.id }} {{ record.name }}`,
        at < 499 ? { success: `s${at + 1}` } : undefined,
      ),
    );
    const started = performance.now();
    expect(await check(steps)).to.deep.equal([]);
    expect(performance.now() - started).to.be.below(3_000);
  });

  it("knows the objects and fields that steps write, whichever record they are of", async () => {
    const one = (kind: string, config: object) => errors([{ key: "one", kind, config }]);
    expect(await one("record.create", { object: "dael", values: {} })).to.deep.equal([
      'steps[0].config.object: There is no object "dael". Did you mean "deal"?',
    ]);
    const company = { record: { object: "company", id: "{{ record.company.id }}" }, values: { naem: "x" } };
    expect(await one("record.update", company)).to.deep.equal([
      'steps[0].config.values.naem: A company has no field "naem". Did you mean "name"?',
    ]);
    const upsert = { object: "contact", match: { emial: "a@demo.test" }, values: { name: "A" } };
    expect((await one("record.upsert", upsert)).join()).to.include('Did you mean "email"?');
    expect(await one("record.create", { object: "{{ record.name }}", values: { any: 1 } })).to.deep.equal([]);
  });

  it("wants the keys that become ports to be there once, and a join that counts to say how many", async () => {
    const when = { all: [] };
    const faults = (kind: string, config: object) => errors([{ key: "one", kind, config }]);
    const both = [{ key: "a" }, { key: "a" }];
    const [twice = ""] = await faults("parallel", { branches: both });
    expect(twice).to.include('branches[1].key: "a" is used already');
    const [split = ""] = await faults("split", { branches: both.map((branch) => ({ ...branch, weight: 1 })) });
    expect(split).to.include("branches[1].key");
    const [taken = ""] = await faults("switch", { cases: [{ key: "default", when }] });
    expect(taken).to.include("cases[0].key");
    const counting = [fork, task("left", "L", { success: "both" }), task("right", "R", { success: "both" })];
    const [count = ""] = await errors([...counting, { ...join, config: { mode: "count" }, next: {} }]);
    expect(count).to.include("config.count: Say how many");
  });

  it("names the step of what is wrong with its shape, too", async () => {
    const [problem] = await check([{ ...task("left", "L"), timeout: "soon" }]);
    expect(problem).to.include({ path: "steps[0].timeout", step: "left" });
  });
});
