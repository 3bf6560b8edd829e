import { expect } from "chai";
import { createRecord } from "../../../src/crm/index.js";
import { lookBack, startManually } from "../../../src/enrollments/index.js";
import { checkInvariants } from "../../../src/insight/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

for (const dialect of dialects) {
  describe(`a wait until a date of the record, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
      world.clock.set("2026-03-01T08:00:00.000Z");
    });
    afterEach(() => world.drop());

    /** A run that waits until the deal's close date, the 20th of March unless told otherwise. */
    async function waiting(config: object = { until: "{{ record.closeDate }}" }, closeDate = "2026-03-20") {
      const { id } = await world.automation({ steps: [{ key: "rest", kind: "wait", config: { ...config } }] });
      const deal = await world.deal({ closeDate });
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      await world.drain();
      const change = async (values: Record<string, unknown>) => {
        await world.change("deal", deal.id, values);
        await world.drain();
        return world.run(runId);
      };
      return { run: () => world.run(runId), change };
    }
    const rows = async (table: string) => Number((await world.db.one(`SELECT COUNT(*) AS n FROM ${table}`))?.["n"]);

    it("moves with the date, later and earlier, in one row of the log", async () => {
      const { run, change } = await waiting();
      expect(await run()).to.include({ wakeAt: "2026-03-19T23:00:00.000Z" });
      expect(await change({ closeDate: "2026-04-20" })).to.include({ wakeAt: "2026-04-19T22:00:00.000Z" });
      const moved = await change({ closeDate: "2026-03-10" });
      expect(moved).to.include({ wakeAt: "2026-03-09T23:00:00.000Z", status: "waiting" });
      expect(moved.steps.map(({ status, output }) => [status, output])).to.deep.equal([
        ["waiting", { until: "2026-03-09T23:00:00.000Z" }],
      ]);
      world.clock.set("2026-03-09T23:00:00.000Z");
      await world.drain();
      expect(await run()).to.include({ status: "completed" });
      expect(await rows("millrace_waits")).to.equal(0);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it("keeps its offset, also for a field that is only named", async () => {
      const { change } = await waiting({ until: "closeDate", offset: "-3d" });
      expect(await change({ closeDate: "2026-03-13" })).to.include({ wakeAt: "2026-03-09T23:00:00.000Z" });
    });

    it("goes on, skips or fails by its policy when the date has become past", async () => {
      const statusAfter = async (ifPast: string) => {
        const { change } = await waiting({ until: "closeDate", ifPast });
        const run = await change({ closeDate: "2026-02-01" });
        return [run.status, run.steps[0]?.status];
      };
      expect(await statusAfter("continue")).to.deep.equal(["completed", "success"]);
      expect(await statusAfter("skip")).to.deep.equal(["completed", "skipped"]);
      expect(await statusAfter("fail")).to.deep.equal(["failed", "failed"]);
    });

    it("fails as at its beginning when the date is cleared", async () => {
      const run = await (await waiting({ until: "closeDate" })).change({ closeDate: null });
      expect(run.steps[0]?.error).to.include({ code: "empty_date" });
    });

    it("is not woken by other fields, nor by other records", async () => {
      const { run, change } = await waiting();
      const before = await run();
      await world.change("deal", (await world.deal()).id, { closeDate: "2026-03-02" });
      expect(await change({ amount: 12 })).to.deep.equal(before);
    });

    it("moves with the date of a related record, and with the relation", async () => {
      const contact = (lastContactedAt: string) =>
        createRecord(world.engine, world.workspaceId, "contact", { name: "Kim", lastContactedAt }, { actor: world.by });
      const drain = async () => {
        do await world.drain();
        while ((await lookBack(world.engine)) > 0);
      };
      const [kim, lee] = [await contact("2026-03-20T09:00:00Z"), await contact("2026-05-01T09:00:00Z")];
      const until = "{{ record.contact.lastContactedAt }}";
      const { id } = await world.automation({
        steps: [{ key: "rest", kind: "wait", config: { until, offset: "1d" } }],
      });
      const deal = await world.deal({ contact: kim.id });
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      const wakesAfter = async (change: () => Promise<unknown>) => {
        await drain();
        await change();
        await drain();
        return (await world.run(runId)).wakeAt;
      };
      const update = (lastContactedAt: string) => () => world.change("contact", kim.id, { lastContactedAt });
      expect(await wakesAfter(async () => undefined)).to.equal("2026-03-21T09:00:00.000Z");
      expect(await wakesAfter(update("2026-04-10T09:00:00Z"))).to.equal("2026-04-11T09:00:00.000Z");
      expect(await wakesAfter(update("2026-03-10T09:00:00Z"))).to.equal("2026-03-11T09:00:00.000Z");
      const toLee = () => world.change("deal", deal.id, { contact: lee.id });
      expect(await wakesAfter(toLee)).to.equal("2026-05-02T09:00:00.000Z");
      expect(await wakesAfter(update("2026-03-05T09:00:00Z"))).to.equal("2026-05-02T09:00:00.000Z");
      expect((await world.run(runId)).steps).to.have.length(1);
    });

    it("sees what changed between its beginning and the first look at it", async () => {
      const by = { actor: world.by };
      const values = { name: "Kim", lastContactedAt: "2026-03-20T09:00:00Z" };
      const kim = await createRecord(world.engine, world.workspaceId, "contact", values, by);
      const until = "{{ record.contact.lastContactedAt }}";
      const { id } = await world.automation({ steps: [{ key: "rest", kind: "wait", config: { until } }] });
      const { id: recordId } = await world.deal({ contact: kim.id });
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId }, world.by);
      await world.drain();
      await world.change("contact", kim.id, { lastContactedAt: "2026-03-12T09:00:00Z" });
      await world.drain();
      await lookBack(world.engine);
      await world.drain();
      expect(await world.run(runId)).to.include({ wakeAt: "2026-03-12T09:00:00.000Z", status: "waiting" });
    });

    it("does not watch the record for a date that is not its own", async () => {
      await waiting({ until: "2026-03-20" });
      await waiting({ for: "3d" });
      expect(await rows("millrace_waits")).to.equal(0);
    });
  });
}
