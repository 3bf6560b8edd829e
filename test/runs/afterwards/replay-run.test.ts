import { expect } from "chai";
import { findRecords } from "../../../src/crm/index.js";
import { startManually } from "../../../src/enrollments/index.js";
import type { Document, Form, Step } from "../../../src/graph/index.js";
import { checkInvariants } from "../../../src/insight/index.js";
import { countRuns, replayRun, stepLines, undoRun } from "../../../src/runs/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

const step = (key: string, kind: string, config: object = {}, next?: Step["next"]): Step =>
  ({ key, kind, config, ...(next ? { next } : {}) }) as Step;
const letters = ["a", "b", "c"];
const note = step("note", "note.create", { body: "Done" });
/** Fails while the deal is small. */
const needsMoney = (key: string, next?: Step["next"]) =>
  step(key, "calculate", { expression: "1 / (record.amount - 5)", as: "x" }, next);

for (const dialect of dialects) {
  describe(`a run that is run again, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    /** Starts it on a deal of 5, lets it fail, gives the deal 6, and goes on from the failed step. */
    async function failsThenGoesOn(steps: Step[], form: Form = "list", more: Partial<Document> = {}) {
      const { id: automation } = await world.automation({ ...more, steps }, "Again", form);
      const deal = await world.deal({ amount: 5 });
      const { id } = await startManually(world.engine, world.workspaceId, automation, { recordId: deal.id }, world.by);
      await world.drain();
      const first = await world.run(id);
      await world.change("deal", deal.id, { amount: 6 });
      const again = await replayRun(world.engine, world.workspaceId, id, "failed", world.by);
      await world.drain();
      const { records } = await findRecords(world.engine, world.workspaceId, "note", { limit: 1000 });
      const notes = records.filter(({ values }) => values["relatedId"] === deal.id).map(({ values }) => values["body"]);
      return { first, second: await world.run(again), notes: notes.sort(), automation };
    }

    it("does nothing again that succeeded, before the failed step and beside it", async () => {
      const graph = [
        step("first", "note.create", { body: "first" }, { success: "fork" }),
        step("fork", "parallel", { branches: [{ key: "a" }, { key: "b" }] }, { a: "good", b: "bad" }),
        step("good", "note.create", { body: "good" }, { success: "join" }),
        needsMoney("bad", { success: "join" }),
        step("join", "join", { mode: "all" }, { success: "last" }),
        step("last", "note.create", { body: "last" }),
      ];
      const { first, second, notes } = await failsThenGoesOn(graph, "graph");
      expect([first.status, second.status]).to.deep.equal(["failed", "completed"]);
      expect(notes).to.deep.equal(["first", "good", "last"]);
    });

    it("takes of a loop the items that failed and those it did not come to", async () => {
      for (const onItemError of ["stop", "continue"]) {
        const graph = [
          step("each", "loop", { items: letters, onItemError }, { next: "before", done: "end" }),
          step("before", "note.create", { body: "{{ loop.item }}" }, { success: "which" }),
          step(
            "which",
            "condition",
            { when: { all: [{ fact: "loop", path: "item", operator: "equal", value: "b" }] } },
            { true: "bad", false: "each" },
          ),
          needsMoney("bad", { success: "each" }),
        ];
        const { first, second, notes } = await failsThenGoesOn(graph, "graph");
        expect(first.failedSteps, "one item failed").to.equal(1);
        expect([second.status, second.failedSteps, notes]).to.deep.equal(["completed", 0, letters]);
      }
    });

    it("starts runs again only for the items whose runs did not end well", async () => {
      const fails = step("bad", "calculate", { expression: "1 / (inputs.n - record.amount)", as: "x" });
      const n = { type: "object", properties: { n: { type: "number" } } };
      const child = await world.automation({ inputs: n, steps: [fails] }, "Each");
      for (const onItemError of ["stop", "continue"]) {
        const before = (await world.runs({ automation: child.id })).length;
        const each = step("each", "for_each", {
          items: [4, 5, 7],
          automation: "Each",
          inputs: { n: "{{ loop.item }}" },
          record: "{{ record.id }}",
          concurrency: 1,
          onItemError,
        });
        const { first, second } = await failsThenGoesOn([each]);
        expect(first.failedSteps, "one item failed").to.equal(1);
        const output = second.steps.at(-1)?.output as { succeeded: number };
        expect([second.status, output.succeeded]).to.deep.equal(["completed", 3]);
        const runs = (await world.runs({ automation: child.id })).length - before;
        expect(runs).to.equal(4);
      }
    });

    it("goes on from what failed in a run that went on from it", async () => {
      const more = { onError: { policy: "continue" as const } };
      const { first, second, notes } = await failsThenGoesOn([needsMoney("bad"), note], "list", more);
      expect([first.status, first.failedSteps]).to.deep.equal(["completed", 1]);
      expect([second.status, second.failedSteps, notes.length]).to.deep.equal(["completed", 0, 1]);
    });

    it("leaves the failed and their counts, and each is linked to the other", async () => {
      const { first, second, automation } = await failsThenGoesOn([needsMoney("bad")]);
      expect(await world.run(first.id)).to.include({ status: "failed", replayedBy: second.id });
      expect(second.replayOf).to.equal(first.id);
      expect(await world.runs({ automation, status: "failed" })).to.deep.equal([]);
      expect(await countRuns(world.engine, world.workspaceId, { automation })).to.deep.equal({
        completed: 1,
        replayed: 1,
      });
      expect((await world.runs({ automation, status: "replayed" })).map(({ id }) => id)).to.deep.equal([first.id]);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });
  });

  describe(`mail without a mail server, on ${dialect}`, () => {
    it("is kept: the run, the step and its undoing say so, and not that it was sent", async () => {
      const world = await engineWorld(dialect);
      const mail = step("mail", "email.send", { to: "nora@northwind.test", subject: "Hello", body: "Hello" });
      const { id: automation } = await world.automation({ object: null, steps: [mail] }, "Writes");
      const { id } = await startManually(world.engine, world.workspaceId, automation, {}, world.by);
      await world.drain();
      expect(await world.run(id)).to.include({ status: "completed", keptMails: 1, failedSteps: 0 });
      expect((await stepLines(world.engine, id)).map(({ status }) => status)).to.deep.equal(["kept"]);
      const undone = await undoRun(world.engine, world.workspaceId, id, world.by);
      expect([undone.notUndoable.length, undone.neverSent.map(({ step }) => step)]).to.deep.equal([0, ["mail"]]);
      await world.drop();
    });
  });

  describe(`a child that is run again, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    it("names the run that started the first one, and reports nothing to it", async () => {
      const fail = { key: "stop", kind: "end", config: { status: "failed" } };
      const child = await world.automation({ object: null, steps: [fail] }, "Child");
      const call = { key: "call", kind: "run_automation", config: { automation: "Child" } };
      const parent = await world.automation({ object: null, steps: [call] }, "Parent");
      const { id } = await startManually(world.engine, world.workspaceId, parent.id, {}, world.by);
      await world.drain();
      const before = await world.run(id);
      expect(before.status).to.equal("failed");
      const first = await world.onlyRun({ automation: child.id });
      const again = await replayRun(world.engine, world.workspaceId, first.id, "start", world.by);
      await world.drain();
      expect(await world.run(again)).to.include({ status: "failed", replayOf: first.id, parentRunId: id });
      expect(await world.run(id)).to.deep.equal(before);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });
  });
}
