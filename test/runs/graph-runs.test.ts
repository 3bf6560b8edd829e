import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { advanceDueRuns, cancelRun } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const set = (key: string, values: Record<string, unknown>, next: Step["next"] = {}): Step => ({
  key,
  kind: "set_variables",
  config: { values },
  next,
});
const isBig = { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 100 }] };

for (const dialect of dialects) {
  describe(`walking graphs, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    /** Publishes a graph, runs it on a deal and returns the finished run. */
    async function run(steps: Step[], more: Partial<Document> = {}, values: Record<string, unknown> = { amount: 500 }) {
      const { id } = await world.automation({ steps, ...more }, "A workflow", "graph");
      const { id: runId } = await startManually(
        world.engine,
        world.workspaceId,
        id,
        { recordId: (await world.deal(values)).id },
        world.by,
      );
      await world.drain();
      return world.run(runId);
    }
    const trail = (run: Awaited<ReturnType<typeof world.run>>) =>
      run.steps.map((step) => `${step.key}${step.iteration && `@${step.iteration}`} ${step.status}`);

    it("takes one branch of a condition, and a skipped branch never skips the join", async () => {
      const done = await run([
        { key: "big", kind: "condition", config: { when: isBig }, next: { true: "yes", false: "no" } },
        set("yes", { took: "yes" }, { success: "both" }),
        set("no", { took: "no" }, { success: "after_no" }),
        set("after_no", { more: 1 }, { success: "both" }),
        { key: "both", kind: "join", config: { mode: "all" }, next: { success: "last" } },
        set("last", { end: true }),
      ]);
      expect(done.status).to.equal("completed");
      expect(trail(done)).to.deep.equal([
        "big success",
        "no skipped",
        "after_no skipped",
        "yes success",
        "both success",
        "last success",
      ]);
    });

    it("starts all parallel branches and joins them", async () => {
      const done = await run(
        [
          {
            key: "fork",
            kind: "parallel",
            config: { branches: [{ key: "a" }, { key: "b" }] },
            next: { a: "left", b: "right" },
          },
          set("left", { l: 1 }, { success: "meet" }),
          set("right", { r: 2 }, { success: "meet" }),
          { key: "meet", kind: "join", config: {}, next: { success: "sum" } },
          set("sum", { both: "{{ l }}-{{ r }}" }),
        ],
        { outputs: { both: "{{ vars.both }}" } },
      );
      expect(done.outputs).to.deep.equal({ both: "1-2" });
      expect(trail(done)).to.deep.equal([
        "fork success",
        "left success",
        "right success",
        "meet success",
        "sum success",
      ]);
    });

    it("takes the first case that holds, or the default", async () => {
      const steps: Step[] = [
        {
          key: "size",
          kind: "switch",
          config: {
            cases: [
              {
                key: "huge",
                when: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 1000 }] },
              },
              { key: "big", when: isBig },
            ],
          },
          next: { huge: "h", big: "b", default: "d" },
        },
        set("h", { was: "huge" }),
        set("b", { was: "big" }),
        set("d", { was: "small" }),
      ];
      const outputs = { was: "{{ vars.was }}" };
      expect((await run(steps, { outputs })).outputs).to.deep.equal({ was: "big" });
      expect((await run(steps, { outputs }, { amount: 5 })).outputs).to.deep.equal({ was: "small" });
    });

    it("takes the body of a loop once an item, loops within loops too", async () => {
      const done = await run(
        [
          {
            key: "outer",
            kind: "loop",
            config: { items: "{{ vars.rows }}", itemVariable: "row" },
            next: { next: "inner", done: "after" },
          },
          { key: "inner", kind: "loop", config: { items: "{{ row }}" }, next: { next: "note", done: "outer" } },
          set(
            "note",
            { seen: "{{ seen }}{{ loop.parent.index }}{{ loop.item }}{% if loop.last %};{% endif %}" },
            { success: "inner" },
          ),
          set("after", { end: true }),
        ],
        { variables: { rows: [["a", "b"], [], ["c"]], seen: "" }, outputs: { seen: "{{ vars.seen }}" } },
      );
      expect(done.outputs).to.deep.equal({ seen: "0a0b;2c;" });
      expect(done.steps.find((step) => step.key === "outer")?.output).to.deep.equal({
        count: 3,
        errors: 0,
        truncated: false,
      });
    });

    it("gives up an item that fails and goes on, ends, or leaves by the error port", async () => {
      const loop = (onItemError: string): Step[] => [
        {
          key: "each",
          kind: "loop",
          config: { items: [1, 2, 3], onItemError },
          next: { next: "half", done: "ok", error: "bad" },
        },
        {
          key: "half",
          kind: "calculate",
          config: { expression: "6 / (loop.item - 2)", as: "x" },
          next: { success: "each" },
        },
        set("ok", { left: "done" }),
        set("bad", { left: "error" }),
      ];
      const outputs = { left: "{{ vars.left }}" };
      const outcome = async (onItemError: string) => {
        const done = await run(loop(onItemError), { outputs });
        return [done.outputs?.["left"], done.steps.find((step) => step.key === "each")?.output];
      };
      expect(await outcome("continue")).to.deep.equal(["done", { count: 3, errors: 1, truncated: false }]);
      expect(await outcome("break")).to.deep.equal(["done", { count: 2, errors: 1, truncated: false }]);
      expect(await outcome("stop")).to.deep.equal(["error", { count: 2, errors: 1, truncated: false }]);
    });

    it("fails with its item when that stops it: the log says which, and the error port can read it", async () => {
      const steps = (next: object): Step[] => [
        { key: "outer", kind: "loop", config: { items: [7], onItemError: "stop" }, next: { next: "each" } },
        { key: "each", kind: "loop", config: { items: [1, 0] }, next: { next: "half", done: "outer", ...next } },
        { key: "half", kind: "calculate", config: { expression: "6 / loop.item", as: "x" }, next: { success: "each" } },
      ];
      const message = "Item 2 of 2 failed: 6 / loop.item: A division by zero.";
      const failed = await run(steps({}));
      const rowOf = ({ steps }: typeof failed, key: string) => steps.find((step) => step.key === key);
      expect(failed, "one item failed").to.include({ status: "failed", failedSteps: 1 });
      expect(rowOf(failed, "each")).to.deep.include({
        status: "failed",
        output: { count: 2, errors: 1, truncated: false },
        error: { code: "item_failed", message, retryable: false },
      });
      expect(rowOf(failed, "outer")?.error?.message).to.equal(`Item 1 of 1 failed: ${message}`);
      const told = set("told", { why: "{{ steps.each.error.message }}" }, { success: "outer" });
      const caught = await run([...steps({ error: "told" }), told], { outputs: { why: "{{ vars.why }}" } });
      expect(caught).to.deep.include({ status: "completed", outputs: { why: message } });
      expect(rowOf(caught, "each")).to.include({ status: "failed", port: "error" });
    });

    it("goes eight loops deep, however long their keys; deeper is refused before it is published", async () => {
      const key = (n: number) => `${"deep".repeat(15)}_${n}`;
      const nested = (depth: number): Step[] => [
        ...Array.from(
          { length: depth },
          (_, n): Step => ({
            key: key(n),
            kind: "loop",
            config: { items: n < 2 ? [1, 2] : [1] },
            next: { next: n + 1 < depth ? key(n + 1) : "tell", done: n > 0 ? key(n - 1) : "end" },
          }),
        ),
        { key: "tell", kind: "note.create", config: { body: "here" }, next: { success: key(depth - 1) } },
      ];
      const done = await run(nested(8));
      expect(done.status).to.equal("completed");
      const keys = done.steps.filter((step) => step.key === "tell").map((step) => step.idempotencyKey);
      expect(new Set(keys).size).to.equal(4);
      const refused = await run(nested(9)).catch(String);
      expect(refused).to.include("lies inside of 8 others");
    });

    it("is left by an edge of its body to a step behind it, which runs once and outside of it", async () => {
      const steps = (done: string): Step[] => [
        { key: "outer", kind: "loop", config: { items: [1] }, next: { next: "each", done: "end" } },
        { key: "each", kind: "loop", config: { items: [1, 2, 3] }, next: { next: "found", done } },
        {
          key: "found",
          kind: "condition",
          config: { when: { all: [{ fact: "loop", path: "item", operator: "equal", value: 2 }] } },
          next: { true: "after", false: "each" },
        },
        ...(done === "between" ? [set("between", { b: 1 }, { success: "after" })] : []),
        set("after", { at: "{{ loop.item }}" }, { success: "outer" }),
      ];
      for (const done of ["after", "between"]) {
        const ended = await run(steps(done));
        expect(ended.status).to.equal("completed");
        const trail = ended.steps.map(({ key, iteration, status }) => `${key} ${iteration} ${status}`);
        expect(trail.filter((line) => /^(after|between)/.test(line))).to.deep.equal(["after outer[0] success"]);
        const each = ended.steps.find(({ key }) => key === "each");
        expect(each).to.deep.include({ port: "break", output: { count: 2, errors: 0, truncated: false } });
      }
    });

    it("says when items were left out", async () => {
      const done = await run(
        [
          { key: "each", kind: "loop", config: { items: "{{ vars.many }}", maxItems: 2 }, next: { next: "n" } },
          set("n", { at: "{{ loop.index }}" }, { success: "each" }),
        ],
        { variables: { many: [1, 2, 3] } },
      );
      expect(done.steps.find((step) => step.key === "each")?.output).to.deep.equal({
        count: 2,
        errors: 0,
        truncated: true,
      });
    });

    it("goes by the error port, and leaves a join at its timeout", async () => {
      const done = await run(
        [
          {
            key: "fork",
            kind: "parallel",
            config: { branches: [{ key: "a" }, { key: "b" }] },
            next: { a: "fails", b: "slow" },
          },
          {
            key: "fails",
            kind: "record.update",
            config: { values: { stage: "{{ 'nowhere' }}" } },
            next: { success: "meet", error: "mend" },
          },
          set("mend", { mended: true }, { success: "meet" }),
          { key: "slow", kind: "wait", config: { for: "2d" }, next: { success: "meet" } },
          { key: "meet", kind: "join", config: { timeout: "1d" }, next: { success: "never", timeout: "late" } },
          set("never", { way: "success" }),
          set("late", { way: "timeout" }),
        ],
        { outputs: { way: "{{ vars.way }}" } },
      );
      expect(done.status).to.equal("waiting");
      world.clock.forward("1d");
      await world.drain();
      world.clock.forward("1d");
      await world.drain();
      const ended = await world.run(done.id);
      expect(ended).to.include({ status: "completed", failedSteps: 1 });
      expect(ended.outputs).to.deep.equal({ way: "timeout" });
    });

    it("lets effects of different branches go out at the same time", async () => {
      let open = 0;
      let most = 0;
      const server = createServer((_request, response) => {
        most = Math.max(most, ++open);
        setImmediate(() => setImmediate(() => setTimeout(() => response.end("{}", () => open--), 60)));
      });
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      await world.drop();
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: host });
      const call = (key: string): Step => ({
        key,
        kind: "http.request",
        config: { method: "GET", url: `http://${host}/` },
        next: { success: "meet" },
      });
      const done = await run([
        {
          key: "fork",
          kind: "parallel",
          config: { branches: [{ key: "a" }, { key: "b" }, { key: "c" }] },
          next: { a: "one", b: "two", c: "three" },
        },
        call("one"),
        call("two"),
        call("three"),
        { key: "meet", kind: "join", config: {}, next: {} },
      ]);
      server.close();
      expect(done.status).to.equal("completed");
      expect(most).to.equal(3);
    });

    it("stores a long loop bit by bit, so that it can be cancelled on the way", async function () {
      this.timeout(60_000);
      const steps: Step[] = [
        { key: "each", kind: "loop", config: { items: "{{ vars.many }}", maxItems: 5000 }, next: { next: "n" } },
        set("n", { at: "{{ loop.index }}" }, { success: "each" }),
      ];
      const { id } = await world.automation(
        { steps, variables: { many: Array.from({ length: 5000 }, (_, n) => n) } },
        "Long",
        "graph",
      );
      const { id: runId } = await startManually(
        world.engine,
        world.workspaceId,
        id,
        { recordId: (await world.deal()).id },
        world.by,
      );
      const advancing = advanceDueRuns(world.engine);
      const stored = async () => Number((await world.db.one("SELECT COUNT(*) AS n FROM millrace_steps"))?.["n"]);
      while ((await stored()) < 400) await new Promise((resolve) => setImmediate(resolve));
      await cancelRun(world.engine, world.workspaceId, runId, world.by);
      await advancing;
      expect(await stored()).to.be.lessThan(4000);
      expect(await world.run(runId)).to.include({ status: "cancelled" });
    });
  });
}
