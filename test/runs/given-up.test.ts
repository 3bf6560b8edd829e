import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";

const set = (key: string, values: Record<string, unknown>, next: Step["next"] = {}): Step => ({
  key,
  kind: "set_variables",
  config: { values },
  next,
});
const fork = (a: string, b: string): Step => ({
  key: "fork",
  kind: "parallel",
  config: { branches: [{ key: "a" }, { key: "b" }] },
  next: { a, b },
});
/** Fails at the second item. */
const half: Step = { key: "half", kind: "calculate", config: { expression: "1 / (loop.index - 1)" }, next: {} };
const each = (onItemError: string, more: Step["config"] = {}): Step => ({
  key: "each",
  kind: "loop",
  config: { items: [1, 2, 3], onItemError, ...more },
  next: { next: "fork", done: "after" },
});

for (const dialect of dialects) {
  describe(`what is given up while a run goes on, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let server: Loopback;
    beforeEach(async () => {
      server = await loopback((_req, res) => res.end("{}"));
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: server.host });
    });
    afterEach(async () => {
      await world.drop();
      await server.close();
    });

    async function run(steps: Step[], more: Partial<Document> = {}) {
      const { id } = await world.automation({ steps, ...more }, "A workflow", "graph");
      const deal = await world.deal({ amount: 5 });
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      await world.drain();
      return world.run(runId);
    }
    const trail = ({ steps }: Awaited<ReturnType<typeof world.run>>, key: string) =>
      steps.filter((step) => step.key === key).map(({ iteration, status }) => `${iteration} ${status}`);
    const call = (key: string, next: Step["next"] = {}): Step => ({
      key,
      kind: "http.request",
      config: { method: "POST", url: server.url, body: { at: "{{ loop.index }}" } },
      next,
    });

    it("a failed item takes the waits of its other branches along, and those who could answer them", async () => {
      const ask: Step = {
        key: "ask",
        kind: "approval",
        config: { assignees: { role: "admin" }, message: "Go on?", deadline: "1h" },
        next: { approved: "each", timeout: "each" },
      };
      const started = await run([each("continue"), fork("ask", "half"), ask, half, set("after", { end: true })]);
      world.clock.forward("1h");
      await world.drain();
      expect(await world.db.all("SELECT iteration FROM millrace_waits")).to.deep.equal([{ iteration: "each[2]" }]);
      world.clock.forward("1h");
      await world.drain();
      const ended = await world.run(started.id);
      expect(ended).to.include({ status: "completed", failedSteps: 1 });
      expect(trail(ended, "ask")).to.deep.equal(["each[0] success", "each[1] skipped", "each[2] success"]);
    });

    it("a failed item's call that was about to go out does not", async () => {
      const ended = await run([
        each("continue"),
        fork("tell", "half"),
        call("tell"),
        half,
        set("after", { end: true }),
      ]);
      expect(server.received.map(({ body }) => body)).to.deep.equal(['{"at":0}', '{"at":2}']);
      expect(trail(ended, "tell")).to.deep.equal(["each[0] success", "each[2] success"]);
    });

    it("what follows a call of an item that failed meanwhile is not done, and the call stays in the log", async () => {
      const bad = { ...call("bad"), config: { method: "GET", url: `http://elsewhere.test/{{ loop.index }}` } };
      const ended = await run([
        each("continue"),
        fork("tell", "bad"),
        call("tell", { success: "then" }),
        set("then", { seen: "{{ loop.index }}" }, { success: "each" }),
        bad,
        set("after", { end: true }),
      ]);
      expect(ended).to.include({ status: "completed", failedSteps: 3 });
      expect(trail(ended, "tell")).to.deep.equal(["each[0] success", "each[1] success", "each[2] success"]);
      expect(trail(ended, "then")).to.deep.equal([]);
    });

    it("an item that fails in a loop within fails that loop too, which says at which item", async () => {
      const inner: Step = {
        key: "fork",
        kind: "loop",
        config: { items: [0, 1] },
        next: { next: "half", done: "each" },
      };
      const ended = await run([
        each("continue"),
        inner,
        { ...half, next: { success: "fork" } },
        set("after", { z: 1 }),
      ]);
      expect(ended, "three items failed").to.include({ status: "completed", failedSteps: 3 });
      expect(trail(ended, "fork")).to.deep.equal(["each[0] failed", "each[1] failed", "each[2] failed"]);
      expect(ended.steps.find(({ key }) => key === "fork")?.error?.message).to.match(/^Item 2 of 2 failed: /);
      expect(ended.steps.find(({ key }) => key === "each")?.output).to.include({ count: 3, errors: 3 });
    });

    it("of two branches that fail together the first is the reason, and each failure is in the log", async () => {
      const bad = (key: string) => ({ ...call(key), config: { method: "GET", url: `http://${key}.test/` } });
      const ended = await run([fork("one", "two"), bad("one"), bad("two")]);
      expect(ended).to.include({ status: "failed", failedSteps: 2 });
      expect(ended.reason?.details).to.deep.equal({ step: "one" });
    });
  });

  describe(`steps that are switched off, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    const cases: [what: string, first: Step][] = [
      [
        "a condition is left by true",
        { key: "x", kind: "condition", config: { when: {} }, next: { false: "no", true: "yes" } },
      ],
      [
        "a loop by done, without its body",
        { key: "x", kind: "loop", config: { items: [1] }, next: { next: "no", done: "yes" } },
      ],
      ["an end at the beginning is passed over", { key: "x", kind: "end", config: {} }],
      ["so is a step that leads nowhere", { key: "x", kind: "note.create", config: { body: "x" } }],
    ];
    for (const [what, first] of cases) {
      it(what, async () => {
        const leads = first.next ? [] : [set("begin", { z: 1 }, { success: "yes" })];
        const steps = [{ ...first, disabled: true }, ...leads, set("yes", { way: "yes" }), set("no", { way: "no" })];
        const used = first.next ? steps : steps.filter(({ key }) => key !== "no");
        const { id } = await world.automation({ steps: used, outputs: { way: "{{ vars.way }}" } }, what, "graph");
        const deal = await world.deal();
        const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
        await world.drain();
        expect((await world.run(runId)).outputs).to.deep.equal({ way: "yes" });
      });
    }
  });
}
