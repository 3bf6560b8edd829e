import { expect } from "chai";
import { createWorkspace, updateRecord } from "../../src/crm/index.js";
import { emitEvent } from "../../src/events/index.js";
import { explain } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, overTenThousand, whenWon } from "../support/engine-world.js";

const markOnboarding = { key: "onboard", kind: "record.update", config: { values: { status: "onboarding" } } };

const note = { key: "note", kind: "set_variables", config: { values: { seen: true } } };

for (const dialect of dialects) {
  describe(`what an event means, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    it("starts one run for a change that matches, which does what the list says", async () => {
      await world.automation({ triggers: [whenWon], conditions: overTenThousand, steps: [markOnboarding] });
      const deal = await world.deal({ amount: 12_000 });
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed", recordId: deal.id, failedSteps: 0 });
      expect(run.steps[0]).to.include({ key: "onboard", status: "success", attempt: 1 });
    });

    it("starts nothing when a condition does not hold, and can say so with both values", async () => {
      const { id } = await world.automation({
        triggers: [whenWon],
        conditions: overTenThousand,
        steps: [markOnboarding],
      });
      const deal = await world.deal({ amount: 8_000 });
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      expect(await world.runs()).to.have.length(0);
      const [latest] = (await explain(world.engine, world.workspaceId, id, deal.id)).data;
      expect(latest).to.include({ decision: "refused", runId: null });
      expect(latest?.reason?.code).to.equal("conditions");
      expect(latest?.conditions).to.deep.include({ result: false });
      expect(JSON.stringify(latest?.conditions)).to.contain('"left":8000').and.to.contain('"right":10000');
    });

    it("leaves no event behind when the change is rolled back", async () => {
      await world.automation({ triggers: [whenWon], steps: [markOnboarding] });
      const deal = await world.deal();
      await world.drain();
      const change = world.engine.db.inTransaction(async (tx) => {
        await updateRecord(
          world.engine,
          world.workspaceId,
          "deal",
          deal.id,
          { stage: "won" },
          { actor: world.by },
          {},
          tx,
        );
        throw new Error("the CRM changed its mind");
      });
      await change.catch(() => undefined);
      await world.drain();
      expect(await world.runs()).to.have.length(0);
    });

    it("starts once for an event that is relayed twice", async () => {
      await world.automation({ triggers: [whenWon], steps: [markOnboarding] });
      const deal = await world.deal();
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      await world.engine.db.run("UPDATE millrace_events SET relayedAt = NULL");
      await world.drain();
      expect(await world.runs()).to.have.length(1);
    });

    it("stops two automations that set each other off, with the chain", async () => {
      const flip = (from: string, to: string) => ({
        triggers: [{ key: "t", kind: "record.updated", fields: ["status"], to: from }],
        steps: [{ key: "s", kind: "record.update", config: { values: { status: to } } }],
      });
      await world.automation(flip("ping", "pong"), "Ping");
      await world.automation(flip("pong", "ping"), "Pong");
      const deal = await world.deal();
      await world.change("deal", deal.id, { status: "ping" });
      await world.drain();
      const runs = await world.runs();
      expect(runs.filter((run) => run.status === "completed")).to.have.length(2);
      const [stopped] = runs.filter((run) => run.status === "skipped");
      expect(stopped?.reason?.code).to.equal("loop_guard");
      expect(stopped?.reason?.details?.["chain"]).to.have.length(2);
    });

    it("logs runs over the monthly limit as skipped, with the numbers, and starts again next month", async () => {
      await world.automation({ triggers: [whenWon], limits: { runsPerMonth: 2 }, steps: [markOnboarding] });
      const win = async () => world.change("deal", (await world.deal()).id, { stage: "won" });
      for (let n = 0; n < 3; n++) await win();
      await world.drain();
      const [skipped] = await world.runs({ status: "skipped" });
      expect(skipped?.reason).to.deep.include({ code: "monthly_limit" });
      expect(skipped?.reason?.details).to.include({ limit: 2, count: 2 });
      world.clock.set("2026-04-01T08:00:00.000Z");
      await win();
      await world.drain();
      expect(await world.runs({ status: "completed" })).to.have.length(3);
    });

    it("gives exactly 50 runs for 200 parallel changes against a limit of 50", async () => {
      await world.automation({ triggers: [whenWon], limits: { runsPerMonth: 50 }, steps: [markOnboarding] });
      const deals = await Promise.all(Array.from({ length: 200 }, () => world.deal()));
      await Promise.all(deals.map((deal) => world.change("deal", deal.id, { stage: "won" })));
      await Promise.all([world.drain(), world.drain(), world.drain()]);
      expect(await world.runs({ status: "completed" })).to.have.length(50);
      expect(await world.runs({ status: "skipped", reason: "monthly_limit" })).to.have.length(150);
    });

    it("lets a record enter once only, once until it is finished, or once a day", async () => {
      const entries = async (reenter: "once" | "afterFinish" | { per: "day" }) => {
        const { id } = await world.automation({
          triggers: [whenWon],
          enrollment: { reenter },
          steps: [{ key: "w", kind: "wait", config: { for: "1h" } }],
        });
        const deal = await world.deal();
        for (const stage of ["won", "lead", "won"]) await world.change("deal", deal.id, { stage });
        await world.drain();
        world.clock.forward("1d");
        await world.drain();
        for (const stage of ["lead", "won"]) await world.change("deal", deal.id, { stage });
        await world.drain();
        return (await world.runs({ automation: id, record: deal.id }))
          .map((run) => run.reason?.code ?? "ran")
          .reverse();
      };
      expect(await entries("once")).to.deep.equal(["ran", "reenter", "reenter"]);
      expect(await entries("afterFinish")).to.deep.equal(["ran", "reenter", "ran"]);
      expect(await entries({ per: "day" })).to.deep.equal(["ran", "reenter", "ran"]);
    });

    it("drops, queues or replaces a second run on the same record", async () => {
      const statuses = async (concurrency: "drop" | "queue" | "replace") => {
        const { id } = await world.automation({
          triggers: [whenWon],
          enrollment: { concurrency },
          steps: [{ key: "w", kind: "wait", config: { for: "1h" } }],
        });
        const deal = await world.deal();
        for (const stage of ["won", "lead", "won"]) {
          await world.change("deal", deal.id, { stage });
          await world.drain();
        }
        return { id, seen: (await world.runs({ automation: id })).map((run) => run.status).reverse() };
      };
      expect((await statuses("drop")).seen).to.deep.equal(["waiting", "skipped"]);
      expect((await statuses("replace")).seen).to.deep.equal(["cancelled", "waiting"]);
      const queue = await statuses("queue");
      expect(queue.seen).to.deep.equal(["waiting", "queued"]);
      world.clock.forward("2h");
      await world.drain();
      expect((await world.runs({ automation: queue.id })).map((run) => run.status)).to.deep.equal([
        "waiting",
        "completed",
      ]);
    });

    it("tells conditions that held before from conditions that do not hold now", async () => {
      const becomes = { key: "any", kind: "record.updated", becomes: true };
      const { id } = await world.automation({ triggers: [becomes], conditions: overTenThousand, steps: [note] });
      const deal = await world.deal({ amount: 12_000 });
      for (const amount of [13_000, 9_000, 8_000, 20_000]) await world.change("deal", deal.id, { amount });
      await world.drain();
      const { data } = await explain(world.engine, world.workspaceId, id, deal.id, { limit: 4 });
      expect(data.map(({ decision, reason }) => reason?.code ?? decision)).to.deep.equal([
        "enrolled",
        "conditions",
        "conditions",
        "trigger_filter",
      ]);
    });

    it("takes an automation that a host's event mentions for data, not for an address", async () => {
      const heard = await world.automation(
        { triggers: [{ key: "t", kind: "event", name: "gone" }], steps: [note] },
        "Heard",
      );
      const other = await world.automation({ triggers: [whenWon], steps: [note] }, "Other");
      const { id: recordId } = await world.deal();
      for (const automationId of [other.id, heard.id, "nobody"]) {
        const event = { workspaceId: world.workspaceId, kind: "event", name: "gone", object: "deal", recordId };
        await emitEvent(world.engine, { ...event, data: { automationId, triggerKey: "won" } }, { actor: world.by });
      }
      await world.drain();
      expect((await world.runs()).map((run) => run.automationId)).to.deep.equal([heard.id, heard.id, heard.id]);
      const explained = await explain(world.engine, world.workspaceId, heard.id, recordId);
      expect(explained.data.filter(({ decision }) => decision === "enrolled")).to.have.length(3);
    });

    it("takes no start addressed from another workspace", async () => {
      const { id } = await world.automation({ object: null, triggers: [], steps: [note] });
      const stranger = await createWorkspace(world.engine, { slug: "other", name: "Other", timezone: "UTC" });
      const data = { automationId: id, triggerKey: "automation", parent: { runId: "r", token: "t", item: 0 } };
      await emitEvent(world.engine, { workspaceId: stranger.id, kind: "automation", data }, { actor: world.by });
      await world.drain();
      expect(await world.runs()).to.deep.equal([]);
      expect(await world.db.all("SELECT id FROM millrace_runs")).to.deep.equal([]);
    });

    it("spreads starts over minutes instead of failing them", async () => {
      await world.automation({ triggers: [whenWon], limits: { perMinute: 2 }, steps: [markOnboarding] });
      for (let n = 0; n < 5; n++) await world.change("deal", (await world.deal()).id, { stage: "won" });
      await world.drain();
      expect(await world.runs({ status: "completed" })).to.have.length(2);
      expect(await world.runs({ status: "queued", reason: "rate" })).to.have.length(3);
      world.clock.forward("1m");
      await world.drain();
      expect(await world.runs({ status: "completed" })).to.have.length(4);
    });
  });
}
