import { expect } from "chai";
import { createRecord } from "../../../src/crm/index.js";
import { lookBack, startManually } from "../../../src/enrollments/index.js";
import { emitEvent } from "../../../src/events/index.js";
import type { Document, Step } from "../../../src/graph/index.js";
import { cancelRun } from "../../../src/runs/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

const set = (key: string, values: Record<string, unknown>, next: Step["next"] = {}): Step => ({
  key,
  kind: "set_variables",
  config: { values },
  next,
});
const isWon = { all: [{ fact: "record", path: "stage", operator: "equal", value: "won" }] };

for (const dialect of dialects) {
  describe(`waiting for events and goals, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    /** All that can be done now, the first look at new waits included. */
    async function drain() {
      do await world.drain();
      while ((await lookBack(world.engine)) > 0);
      await world.drain();
    }

    /** Publishes a graph and starts it on a deal. */
    async function start(steps: Step[], values: Record<string, unknown> = {}, more: Partial<Document> = {}) {
      const { id } = await world.automation({ steps, ...more }, "A workflow", "graph");
      const deal = await world.deal(values);
      await world.drain();
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      return { runId, deal };
    }
    const portOf = async (runId: string, key: string) =>
      (await world.run(runId)).steps.find((step) => step.key === key)?.port;
    const emit = (name: string, data: Record<string, unknown> = {}, record?: { id: string }) =>
      emitEvent(
        world.engine,
        {
          workspaceId: world.workspaceId,
          kind: "event",
          name,
          data,
          ...(record ? { object: "deal", recordId: record.id } : {}),
        },
        { actor: world.by },
      );

    const forUpdate = (more: object = {}): Step => ({
      key: "hear",
      kind: "wait_for_event",
      config: { event: "record.updated", timeout: "2d", ...more },
      next: { received: "yes", timeout: "no" },
    });
    const heard = (more: object = {}) => [forUpdate(more), set("yes", { was: "heard" }), set("no", { was: "silence" })];

    it("leaves by received when the record changes, with the event as output", async () => {
      const { runId, deal } = await start(heard());
      await drain();
      await world.change("deal", deal.id, { amount: 7 });
      await drain();
      const run = await world.run(runId);
      expect(run).to.include({ status: "completed" });
      expect(run.steps[0]).to.include({ port: "received" });
      expect(run.steps[0]?.output).to.deep.include({
        kind: "record.updated",
        changes: [{ field: "amount", old: null, new: 7 }],
      });
    });

    it("does not hear other records, nor events its filter leaves out", async () => {
      const { runId, deal } = await start(heard({ where: isWon }));
      await drain();
      await world.change("deal", (await world.deal()).id, { stage: "won" });
      await world.change("deal", deal.id, { amount: 7 });
      await drain();
      expect(await world.run(runId)).to.include({ status: "waiting" });
      await world.change("deal", deal.id, { stage: "won" });
      await drain();
      expect(await portOf(runId, "hear")).to.equal("received");
    });

    it("leaves by timeout at its deadline, not before", async () => {
      const { runId } = await start(heard());
      await drain();
      world.clock.forward("47h");
      await drain();
      expect(await world.run(runId)).to.include({ status: "waiting" });
      world.clock.forward("1h");
      await drain();
      expect(await portOf(runId, "hear")).to.equal("timeout");
    });

    it("sees what happened since the run started, once", async () => {
      const { runId, deal } = await start([
        { key: "rest", kind: "wait", config: { for: "1h" }, next: { success: "hear" } },
        { ...forUpdate(), next: { received: "again" } },
        { ...forUpdate(), key: "again", next: {} },
      ]);
      await drain();
      await world.change("deal", deal.id, { amount: 7 });
      await drain();
      world.clock.forward("1h");
      await drain();
      expect(await portOf(runId, "hear")).to.equal("received");
      expect(await world.run(runId)).to.include({ status: "waiting" });
    });

    it("looks back before the start only when asked to", async () => {
      const startAfterChange = async (more: object) => {
        const { id } = await world.automation({ steps: heard(more) }, "A workflow", "graph");
        const deal = await world.deal();
        await world.change("deal", deal.id, { amount: 9 });
        await world.drain();
        world.clock.forward("1h");
        const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
        await drain();
        return (await world.run(runId)).status;
      };
      expect(await startAfterChange({})).to.equal("waiting");
      expect(await startAfterChange({ lookback: "30m" })).to.equal("waiting");
      expect(await startAfterChange({ lookback: "2h" })).to.equal("completed");
    });

    it("does not take its own changes for the event", async () => {
      const { runId } = await start([
        { key: "write", kind: "record.update", config: { values: { amount: 3 } }, next: { success: "hear" } },
        ...heard(),
      ]);
      await drain();
      expect(await world.run(runId)).to.include({ status: "waiting" });
    });

    it("hears a named event of its record or of none, and not of another", async () => {
      const paid = heard({
        event: "payment.received",
        where: { all: [{ fact: "trigger", path: "paid", operator: "equal", value: "{{ record.amount }}" }] },
      });
      const { runId, deal } = await start(paid, { amount: 50 });
      await drain();
      await emit("payment.received", { paid: 50 }, await world.deal());
      await emit("payment.received", { paid: 49 });
      await emit("payment.sent", { paid: 50 }, deal);
      await drain();
      expect(await world.run(runId)).to.include({ status: "waiting" });
      await emit("payment.received", { paid: 50 });
      await drain();
      expect(await portOf(runId, "hear")).to.equal("received");
    });

    const goal = (more: object = {}): Step[] => [
      { key: "aim", kind: "goal", config: { when: isWon, timeout: "1d", ...more }, next: { met: "yes", unmet: "no" } },
      set("yes", { was: "met" }),
      set("no", { was: "unmet" }),
    ];

    it("has met a goal at entry, unless it must be met anew", async () => {
      const met = await start(goal(), { stage: "won" });
      const anew = await start(goal({ fresh: true }), { stage: "won" });
      await drain();
      expect(await portOf(met.runId, "aim")).to.equal("met");
      await world.change("deal", anew.deal.id, { amount: 4 });
      await drain();
      expect(await world.run(anew.runId)).to.include({ status: "waiting" });
      await world.change("deal", anew.deal.id, { stage: "lead" });
      await world.change("deal", anew.deal.id, { stage: "won" });
      await drain();
      expect(await portOf(anew.runId, "aim")).to.equal("met");
    });

    it("meets a goal by a later change, or leaves by unmet", async () => {
      const one = await start(goal());
      const other = await start(goal());
      await drain();
      await world.change("deal", one.deal.id, { stage: "won" });
      await drain();
      world.clock.forward("1d");
      await drain();
      expect(await portOf(one.runId, "aim")).to.equal("met");
      expect(await portOf(other.runId, "aim")).to.equal("unmet");
    });

    it("meets a goal on a related record as soon as that one changes", async () => {
      const by = { actor: world.by };
      const company = await createRecord(world.engine, world.workspaceId, "company", { name: "Northwind" }, by);
      const when = { all: [{ fact: "record", path: "company.name", operator: "equal", value: "Southwind" }] };
      const { runId } = await start(goal({ when }), { company: company.id });
      await drain();
      expect(await world.run(runId)).to.include({ status: "waiting" });
      await world.change("company", company.id, { name: "Southwind" });
      await drain();
      expect(await portOf(runId, "aim")).to.equal("met");
    });

    it("meets it when the record is related to another one, whose changes count from then on", async () => {
      const by = { actor: world.by };
      const company = (name: string) => createRecord(world.engine, world.workspaceId, "company", { name }, by);
      const [first, second] = [await company("Northwind"), await company("Eastwind")];
      const when = { all: [{ fact: "record", path: "company.name", operator: "equal", value: "Southwind" }] };
      const { runId, deal } = await start(goal({ when, fresh: true }), { company: first.id });
      await drain();
      await world.change("deal", deal.id, { company: second.id });
      await drain();
      await world.change("company", first.id, { name: "Southwind" });
      await drain();
      expect(await world.run(runId)).to.include({ status: "waiting" });
      await world.change("company", second.id, { name: "Southwind" });
      await drain();
      expect(await portOf(runId, "aim")).to.equal("met");
      expect(await world.db.all("SELECT token FROM millrace_watches")).to.deep.equal([]);
    });

    it("leaves nothing behind that waits for a run that was cancelled", async () => {
      const { runId } = await start(heard());
      await drain();
      await cancelRun(world.engine, world.workspaceId, runId, world.by);
      expect(await world.db.all("SELECT token FROM millrace_waits")).to.deep.equal([]);
    });
  });
}
