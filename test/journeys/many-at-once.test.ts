import { expect } from "chai";
import { checkInvariants } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { type Process, startProcess, until } from "../support/processes.js";
import { type ServedMillrace, servedMillrace } from "../support/servers.js";

const whenWon = { key: "won", kind: "record.updated", fields: ["stage"], to: "won" };
const task = { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } };

for (const dialect of dialects) {
  describe(`many at once, with two workers, on ${dialect}`, function () {
    this.timeout(60_000);
    let world: ServedMillrace;
    let workers: Process[];
    beforeEach(async () => {
      world = await servedMillrace(dialect);
      world.clock.set(new Date().toISOString());
      workers = [];
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.kill()));
      await world.stop();
    });

    const twoWorkers = async () => {
      workers = await Promise.all([1, 2].map(() => startProcess("worker", world.databaseUrl)));
    };
    const count = async (table: string, where = "1 = 1") =>
      Number((await world.db.one(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))?.["n"]);
    const allAtOnce = <T>(times: number, work: (n: number) => Promise<T>) =>
      Promise.all(Array.from({ length: times }, (_, n) => work(n)));

    it("starts exactly 50 runs for 200 parallel changes when 50 a month are allowed, and logs 150 with the numbers", async () => {
      await twoWorkers();
      const id = await world.automation({
        object: "deal",
        triggers: [whenWon],
        limits: { runsPerMonth: 50 },
        steps: [task],
      });
      const deals = await allAtOnce(200, (n) => world.deal({ name: `Deal ${n}` }));
      const answers = await Promise.all(deals.map((deal) => world.patch(deal, { stage: "won" })));
      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
      const over = "status IN ('completed','skipped')";
      await until("every change is dealt with", async () => (await count("millrace_runs", over)) === 200, 30_000);
      expect(await world.runs("status=completed")).to.have.length(50);
      const skipped = await world.runs("status=skipped&reason=monthly_limit");
      expect(skipped).to.have.length(150);
      for (const { reason } of skipped) expect(reason.details).to.include({ limit: 50, count: 50, of: "automation" });
      expect(skipped[0].reason.details.resetsAt).to.match(/^\d{4}-\d\d-01T00:00:00/);
      expect(await count("crm_tasks")).to.equal(50);
      expect((await world.api("GET", `/automations/${id}`)).body.stats).to.include({ completed: 50, skipped: 150 });
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it("counts starts by hand and by change against one limit, exactly", async () => {
      await twoWorkers();
      const id = await world.automation({
        object: "deal",
        triggers: [whenWon],
        limits: { runsPerMonth: 30 },
        steps: [task],
      });
      const deals = await allAtOnce(30, () => world.deal());
      const answers = await allAtOnce(60, (n) => {
        const deal = deals[n % 30] ?? "";
        return n < 30
          ? world.patch(deal, { stage: "won" })
          : world.api("POST", `/automations/${id}/runs`, { recordId: deal });
      });
      expect(answers.filter(({ status }) => status !== 200 && status !== 202).map(({ text }) => text)).to.deep.equal(
        [],
      );
      const over = "status IN ('completed','skipped')";
      await until("every start is dealt with", async () => (await count("millrace_runs", over)) === 60, 30_000);
      expect(await count("millrace_runs", "status = 'completed'")).to.equal(30);
      expect(await count("crm_tasks")).to.equal(30);
    });

    it("does a backlog once, whoever takes what", async () => {
      const id = await world.automation({
        object: "deal",
        triggers: [whenWon],
        steps: [{ key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } }, task],
      });
      const deals = await allAtOnce(100, (n) => world.deal({ name: `Deal ${n}` }));
      await Promise.all(deals.map((deal) => world.patch(deal, { stage: "won" })));
      await Promise.all(deals.map((recordId) => world.api("POST", `/automations/${id}/runs`, { recordId })));
      await twoWorkers();
      await until(
        "the backlog is done",
        async () => (await count("millrace_runs", "status = 'completed'")) === 200,
        30_000,
      );
      expect(await count("millrace_runs")).to.equal(200);
      expect(await count("crm_tasks")).to.equal(200);
      const twice = await world.db.all("SELECT runId FROM millrace_steps GROUP BY runId, `key` HAVING COUNT(*) > 1");
      expect(twice).to.deep.equal([]);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it("takes the same request with the same key once, however often it comes at the same time", async () => {
      const id = await world.automation({ object: "deal", triggers: [], steps: [task] });
      const recordId = await world.deal();
      const answers = await allAtOnce(20, () =>
        world.api("POST", `/automations/${id}/runs`, { recordId }, { "Idempotency-Key": "once" }),
      );
      const [first] = answers.filter(({ status }) => status === 202);
      for (const { status, body } of answers) {
        if (status === 202) expect(body.id).to.equal(first?.body.id);
        else expect([status, body.code]).to.deep.equal([409, "in_progress"]);
      }
      expect(await count("millrace_runs")).to.equal(1);
      const other = await world.api(
        "POST",
        `/automations/${id}/runs`,
        { recordId, inputs: { a: 1 } },
        { "Idempotency-Key": "once" },
      );
      expect([other.status, other.body.code]).to.deep.equal([409, "idempotency_key_reused"]);
    });

    it("keeps the versions of a record apart under parallel writes: nothing is lost", async () => {
      const deal = await world.deal({ amount: 0 });
      const answers = await allAtOnce(20, (n) =>
        world.api("PATCH", `/objects/deal/records/${deal}`, { values: { amount: n + 1 }, version: 1 }),
      );
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
      expect(answers.filter(({ status, body }) => status === 409 && body.code === "stale")).to.have.length(19);
      expect(await count("millrace_events", "kind = 'record.updated'")).to.equal(1);
    });
  });
}
