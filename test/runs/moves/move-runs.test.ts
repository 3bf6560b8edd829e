import { expect } from "chai";
import { getAutomation, publish, saveDraft } from "../../../src/automations/index.js";
import { startManually } from "../../../src/enrollments/index.js";
import type { Document, Form, Step } from "../../../src/graph/index.js";
import { publishTested } from "../../../src/insight/index.js";
import {
  claimRuns,
  continueMoves,
  listMoves,
  lookAtMove,
  previewMove,
  type StepMap,
  storeMove,
} from "../../../src/runs/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

const rest = (key: string, next?: Step["next"]): Step => ({
  key,
  kind: "wait",
  config: { for: "3d" },
  ...(next ? { next } : {}),
});
const note = (key: string, text = key): Step => ({ key, kind: "set_variables", config: { values: { was: text } } });

for (const dialect of dialects) {
  describe(`moving runs to another version, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    const outputs = { was: "{{ vars.was }}" };
    const variables = { was: "nothing" };
    /** An automation with a run that waits in its first version. */
    async function waiting(steps: Step[], form: Form = "list") {
      const { id } = await world.automation({ steps, outputs, variables }, "Follow up", form);
      const { id: runId } = await startManually(
        world.engine,
        world.workspaceId,
        id,
        { recordId: (await world.deal()).id },
        world.by,
      );
      await world.drain();
      return { id, runId };
    }
    async function draft(id: string, steps: Step[], more: Partial<Document> = {}) {
      const document = { object: "deal", triggers: [], steps, outputs, variables, ...more };
      await saveDraft(world.engine, world.workspaceId, id, { document }, world.by);
    }
    const publishWith = (id: string, map: StepMap) =>
      publishTested(world.engine, world.workspaceId, id, { note: null, map }, world.by);
    const moves = (id: string) => listMoves(world.engine, world.workspaceId, id);

    it("goes on in the new version after its wait, whose end stays the one it had", async () => {
      const { id, runId } = await waiting([rest("pause"), note("old")]);
      const before = await world.run(runId);
      await draft(id, [rest("pause"), note("new")]);
      world.clock.forward("1d");
      await publishWith(id, {});
      expect(await world.run(runId)).to.include({ version: 2, status: "waiting", wakeAt: before.wakeAt });
      world.clock.forward("2d");
      await world.drain();
      const run = await world.run(runId);
      expect(run).to.deep.include({ status: "completed", outputs: { was: "new" } });
      expect(run.steps.map(({ key, status }) => [key, status])).to.deep.equal([
        ["pause", "success"],
        ["new", "success"],
      ]);
      expect(run.moves).to.have.length(1);
      expect(run.moves[0]).to.deep.include({ from: 1, to: 2, by: world.by, n: 1 });
    });

    it("does by its map with each: elsewhere, nowhere, or as it was; and is kept with who and when", async () => {
      const { id, runId } = await waiting([rest("pause"), note("last")]);
      await draft(id, [rest("nap"), note("last")]);
      await publishWith(id, { pause: "leave" });
      expect(await world.run(runId)).to.include({ version: 1, status: "waiting" });
      const move = await getAutomation(world.engine, world.workspaceId, id);
      const other = (map: StepMap) => ({ from: null, to: 2, map, runs: null });
      expect(await previewMove(world.engine, move, other({ pause: "nap" }))).to.include({ moved: 1, refused: 0 });
      expect(await previewMove(world.engine, move, other({}))).to.include({ moved: 0, refused: 1 });
      const stored = await world.db.inTransaction((tx) =>
        storeMove(world.engine, move, other({ pause: null }), world.by, tx),
      );
      await lookAtMove(world.engine, stored);
      expect(await world.run(runId)).to.include({ status: "cancelled" });
      expect((await world.run(runId)).reason).to.include({ code: "moved" });
      expect(
        (await moves(id)).map(({ by, to, left, cancelled, done }) => [by.id, to, left, cancelled, done]),
      ).to.deep.equal([
        [world.user.id, 2, 0, 1, true],
        [world.user.id, 2, 1, 0, true],
      ]);
    });

    it("begins a step of another kind, with what was done before under its new name", async () => {
      const { id, runId } = await waiting([
        { ...note("first"), kind: "calculate", config: { expression: "6 * 7", as: "n" } },
        rest("pause"),
      ]);
      await draft(id, [
        { key: "sum", kind: "calculate", config: { expression: "1", as: "n" } },
        note("after", "{{ steps.sum.output.result }}"),
      ]);
      await publishWith(id, { first: "sum", pause: "after" });
      await world.drain();
      const run = await world.run(runId);
      expect(run).to.deep.include({ status: "completed", outputs: { was: 42 } });
      expect(run.steps.map(({ status }) => status)).to.deep.equal(["success", "skipped", "success"]);
    });

    it("says of each run it does not move why", async () => {
      const { id, runId } = await waiting([rest("pause")]);
      await draft(id, [note("last")]);
      await publishWith(id, {});
      const [move] = await moves(id);
      expect(move).to.include({ refused: 1, moved: 0 });
      expect(move?.refusals).to.deep.include({ run: runId, step: "pause", message: move?.refusals[0]?.message });
      expect(move?.refusals[0]?.message).to.contain('stands at "pause"');
    });

    it("names steps that nobody has", async () => {
      const { id } = await waiting([rest("pause")]);
      await draft(id, [rest("nap")]);
      const refused = await publishWith(id, { pauze: "nab" }).catch((problem: unknown) => problem);
      expect(refused).to.have.property("status", 422);
      expect((refused as { errors: { message: string }[] }).errors.map(({ message }) => message).join(" "))
        .to.contain("pause")
        .and.contain("nap");
    });

    it("takes along the answer a person has yet to give", async () => {
      const ask = (key: string): Step => ({
        key,
        kind: "wait_for_event",
        config: { event: "paid", timeout: "9d" },
        next: { received: "yes", timeout: "no" },
      });
      const { id, runId } = await waiting([ask("hear"), note("yes"), note("no")], "graph");
      await draft(id, [ask("listen"), note("yes", "moved"), note("no")]);
      await publishWith(id, { hear: "listen" });
      const rows = await world.db.all("SELECT stepKey FROM millrace_waits");
      expect(rows).to.deep.equal([{ stepKey: "listen" }]);
      world.clock.forward("9d");
      await world.drain();
      expect(await world.run(runId)).to.deep.include({ version: 2, outputs: { was: "no" } });
      expect(await world.db.all("SELECT stepKey FROM millrace_waits")).to.deep.equal([]);
    });

    it("ends a wait that followed its record when it would have, where the step follows it no longer", async () => {
      const until = (text: string): Step => ({ key: "pause", kind: "wait", config: { until: text } });
      const { id } = await world.automation({ steps: [until("closeDate"), note("old")], outputs, variables });
      const deal = await world.deal({ closeDate: "2040-01-01" });
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      await world.drain();
      await draft(id, [rest("pause"), note("new")]);
      await publishWith(id, {});
      const { wakeAt } = await world.run(runId);
      await world.change("deal", deal.id, { closeDate: "2039-01-01" });
      await world.drain();
      expect(await world.run(runId)).to.include({ version: 2, status: "waiting", wakeAt });
      expect(await world.db.all("SELECT token FROM millrace_waits")).to.deep.equal([]);
    });

    it("leaves a run alone that a worker has in hand, and moves it once it rests", async () => {
      const { id, runId } = await waiting([rest("pause"), rest("more"), note("old")]);
      await draft(id, [rest("pause"), rest("more"), note("new")]);
      world.clock.forward("3d");
      const [claimed] = await claimRuns(world.engine);
      expect(claimed?.id).to.equal(runId);
      await publishWith(id, {});
      expect((await moves(id))[0]).to.include({ underWay: 1, done: false });
      world.clock.forward("2m");
      await world.drain();
      await continueMoves(world.engine);
      expect((await moves(id))[0]).to.include({ moved: 1, underWay: 0, done: true });
      world.clock.forward("3d");
      await world.drain();
      expect(await world.run(runId)).to.deep.include({ version: 2, status: "completed", outputs: { was: "new" } });
    });

    it("is beaten by a claim at the same moment, and beats a late worker", async () => {
      const { id, runId } = await waiting([rest("pause"), note("old")]);
      await draft(id, [rest("pause"), note("new")]);
      await publish(world.engine, world.workspaceId, id, null, world.by);
      world.clock.forward("3d");
      const automation = { workspaceId: world.workspaceId, id };
      const stored = await world.db.inTransaction((tx) =>
        storeMove(world.engine, automation, { from: 1, to: 2, map: {}, runs: [runId] }, world.by, tx),
      );
      await Promise.all([lookAtMove(world.engine, stored), world.drain()]);
      await world.drain();
      await continueMoves(world.engine);
      const run = await world.run(runId);
      expect(run.status).to.equal("completed");
      expect(run.outputs).to.deep.equal({ was: run.version === 2 ? "new" : "old" });
      expect((await moves(id))[0]).to.include({ done: true, underWay: 0 });
    });
  });
}
