import { expect } from "chai";
import { createAutomation, getVersion, saveDraft } from "../../src/automations/index.js";
import { deleteRecord } from "../../src/crm/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { changeTest, listTests, makeTest, publishTested, runTests } from "../../src/insight/index.js";
import { Problem } from "../../src/shared/errors.js";
import { dialects } from "../support/databases.js";
import { engineWorld, overTenThousand, whenWon } from "../support/engine-world.js";

const mark = (status: string): Step => ({ key: "mark", kind: "record.update", config: { values: { status } } });
const onboarding: Document = {
  object: "deal",
  triggers: [whenWon],
  conditions: overTenThousand,
  steps: [mark("onboarding")],
};

for (const dialect of dialects) {
  describe(`saved tests on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    const draft = (document = onboarding) =>
      createAutomation(world.engine, world.workspaceId, { name: "Won deals", document }, world.by);
    const edit = (id: string, document: Partial<Document>) =>
      saveDraft(world.engine, world.workspaceId, id, { document: { ...onboarding, ...document } }, world.by);
    /** A test that a big deal that is won is marked. */
    async function bigDeal(id: string, name = "Big deals are marked") {
      const deal = await world.deal({ amount: 20_000, stage: "lead" });
      const request = { recordId: deal.id, changes: { stage: "won" } };
      return { deal, test: await makeTest(world.engine, world.workspaceId, id, { name, request }, world.by) };
    }
    const run = (id: string) => runTests(world.engine, world.workspaceId, id, world.by);
    const publishing = (id: string, ignoreTests = false, note: string | null = null) =>
      publishTested(world.engine, world.workspaceId, id, { note, ignoreTests }, world.by);
    async function problemOf(work: Promise<unknown>): Promise<Problem> {
      const error = await work.then(() => null).catch((thrown: unknown) => thrown);
      if (!(error instanceof Problem)) throw new Error(`Expected a problem, got ${String(error)}`);
      return error;
    }

    it("expect what the draft did, unless somebody says otherwise", async () => {
      const made = await draft();
      const { test } = await bigDeal(made.id);
      expect(test.expectations).to.deep.equal({
        decision: "enrolled",
        status: "completed",
        path: ["mark"],
        values: [{ object: "deal", field: "status", value: "onboarding" }],
        effects: [{ count: 0 }],
      });
      expect(test.lastResult).to.include({ passed: true, version: 1 });
      expect((await listTests(world.engine, world.workspaceId, made.id)).map(({ name }) => name)).to.deep.equal([
        "Big deals are marked",
      ]);
    });

    it("do not depend on their record staying as it is, or being there", async () => {
      const made = await draft();
      const { deal } = await bigDeal(made.id);
      await world.change("deal", deal.id, { amount: 5, stage: "lost", status: "old" });
      expect((await run(made.id))[0]?.lastResult?.unmet).to.deep.equal([]);
      await deleteRecord(world.engine, world.workspaceId, "deal", deal.id, { actor: world.by });
      expect((await run(made.id))[0]?.lastResult?.unmet).to.deep.equal([]);
    });

    it("do not depend on the day they are run", async () => {
      const made = await draft({
        ...onboarding,
        object: null,
        conditions: {},
        triggers: [],
        steps: [],
        outputs: { day: "{{ now | date: 'yyyy-MM-dd' }}" },
      });
      await makeTest(world.engine, world.workspaceId, made.id, { name: "Today" }, world.by);
      world.clock.forward("30d");
      expect((await run(made.id))[0]?.lastResult?.unmet).to.deep.equal([]);
    });

    it("keep the event they were made from", async () => {
      const made = await draft();
      const deal = await world.deal({ amount: 20_000, stage: "lead" });
      await world.change("deal", deal.id, { stage: "won" });
      const row = await world.db.one("SELECT MAX(id) AS id FROM millrace_events");
      const request = { event: { id: String(row?.["id"]) } };
      const test = await makeTest(world.engine, world.workspaceId, made.id, { name: "It was won", request }, world.by);
      expect([test.request.event?.id, test.expectations.decision]).to.deep.equal([undefined, "enrolled"]);
      await world.db.run("DELETE FROM millrace_events");
      expect((await run(made.id))[0]?.lastResult?.passed).to.equal(true);
    });

    it("keep a draft that breaks them from being published, and say how", async () => {
      const made = await draft();
      await bigDeal(made.id);
      await edit(made.id, { steps: [mark("new")] });
      const { status, code, errors, message } = await problemOf(publishing(made.id));
      expect([status, code]).to.deep.equal([422, "tests_failed"]);
      expect(errors).to.deep.equal([
        {
          path: 'tests["Big deals are marked"].values.deal.status',
          message: 'Expected deal.status to become "onboarding", and it becomes "new".',
        },
      ]);
      expect(message).to.include('The test "Big deals are marked" fails');
      expect((await getVersion(world.engine, made)).state).to.equal("draft");
    });

    it("can be passed over, and the note says so", async () => {
      const made = await draft();
      await bigDeal(made.id);
      await edit(made.id, { steps: [mark("new")] });
      const published = await publishing(made.id, true, "In a hurry");
      expect((await getVersion(world.engine, published)).note).to.equal(
        'In a hurry\nPublished although a test failed: "Big deals are marked".',
      );
    });

    it("let a draft that keeps them be published", async () => {
      const made = await draft();
      await bigDeal(made.id);
      expect((await publishing(made.id, false, "Fine")).status).to.equal("active");
    });

    it("fail, rather than stop the others, when they can no longer be tried", async () => {
      const made = await draft();
      const { deal } = await bigDeal(made.id);
      const request = { recordId: deal.id, changes: { stage: "won" }, answers: {} };
      await makeTest(world.engine, world.workspaceId, made.id, { name: "Another", request }, world.by);
      await world.db.run("UPDATE millrace_tests SET request = ? WHERE name = 'Another'", [
        JSON.stringify({ ...request, answers: { gone: { port: "approved" } } }),
      ]);
      const [another, big] = await run(made.id);
      expect([another?.lastResult?.passed, big?.lastResult?.passed]).to.deep.equal([false, true]);
      expect(another?.lastResult?.unmet[0]?.message).to.include('There is no step "gone"');
    });

    it("are changed under their names, of which there is one each", async () => {
      const made = await draft();
      const { test } = await bigDeal(made.id);
      await bigDeal(made.id, "Second");
      const taken = await problemOf(
        changeTest(world.engine, world.workspaceId, made.id, test.id, { name: "Second" }, world.by),
      );
      expect([taken.status, taken.code]).to.deep.equal([409, "taken"]);
      const changed = await changeTest(
        world.engine,
        world.workspaceId,
        made.id,
        test.id,
        { expectations: { status: "failed" } },
        world.by,
      );
      expect([changed.lastResult, changed.expectations]).to.deep.equal([null, { status: "failed" }]);
    });
  });
}
