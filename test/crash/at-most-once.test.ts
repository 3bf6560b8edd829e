import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import type { Step } from "../../src/graph/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { decide, questionsFor, remindPeople } from "../../src/people/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { startProcess } from "../support/processes.js";

for (const dialect of dialects) {
  describe(`a call that may happen at most once, on ${dialect}`, function () {
    this.timeout(60_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let erp: Loopback;
    let silent: boolean;
    beforeEach(async () => {
      silent = false;
      erp = await loopback((_req, res) => (silent ? undefined : res.end("{}")));
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: erp.host });
      world.clock.set(new Date().toISOString());
    });
    afterEach(async () => {
      await erp.close();
      await world.drop();
    });

    const call = (more: Partial<Step> = {}): Step => ({
      key: "pay",
      kind: "http.request",
      name: "Pay the invoice",
      config: { method: "POST", url: `${erp.url}/payments` },
      delivery: "atMostOnce",
      ...more,
    });
    const after: Step = { key: "after", kind: "set_variables", config: { values: { paid: true } } };

    /** A worker is killed when the call is out and its answer not stored; another looks at the run later. */
    async function cutOff(more: Partial<Step> = {}, fault = "called") {
      const { id } = await world.automation({ steps: [call(more), after] });
      const deal = await world.deal();
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      const worker = await startProcess("worker", world.url, { MILLRACE_ALLOW_HOSTS: erp.host, MILLRACE_FAULT: fault });
      expect(await worker.ended).to.equal("SIGKILL");
      world.clock.set(new Date(Date.now() + 10 * 60_000).toISOString());
      await world.drain();
      return runId;
    }
    async function answer(what: "happened" | "again" | "stop") {
      const [question] = (await questionsFor(world.engine, world.workspaceId, { userId: world.user.id })).data;
      const by = { id: world.user.id, name: world.user.name, overrides: false };
      const verdict = { decision: "done" as const, values: { answer: what } };
      await decide(world.engine, world.workspaceId, String(question?.id), by, verdict);
      await world.drain();
    }
    const stepsOf = async (runId: string) =>
      (await world.run(runId)).steps.map(({ key, status, attempt }) => `${key} ${attempt} ${status}`);

    it("is not repeated after a crash: its outcome is unknown, and the admins are asked", async () => {
      const runId = await cutOff();
      expect(erp.received).to.have.length(1);
      expect(await world.run(runId)).to.include({ status: "waiting" });
      expect(await stepsOf(runId)).to.deep.equal(["pay 1 unknown"]);
      const { data } = await questionsFor(world.engine, world.workspaceId, { userId: world.user.id });
      expect(data.map(({ title, kind }) => [title, kind])).to.deep.equal([
        ['Did "Pay the invoice" happen?', "human_task"],
      ]);
      expect(await remindPeople(world.engine)).to.equal(1);
    });

    it("goes on when a person says that it happened", async () => {
      const runId = await cutOff();
      await answer("happened");
      expect(erp.received).to.have.length(1);
      expect(await stepsOf(runId)).to.deep.equal(["pay 1 unknown", "pay 1 success", "after 1 success"]);
      expect((await world.run(runId)).steps[1]?.output).to.include({ confirmedBy: "Ada Admin" });
      expect(await world.run(runId)).to.include({ status: "completed" });
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it("is made again, with the same key, when a person says that it did not happen", async () => {
      const runId = await cutOff({}, "announced");
      expect(erp.received).to.have.length(0);
      await answer("again");
      expect(erp.received.map(({ headers }) => headers["idempotency-key"])).to.deep.equal([`${runId}:pay:`]);
      expect(await stepsOf(runId)).to.deep.equal(["pay 1 unknown", "pay 2 success", "after 1 success"]);
    });

    it("ends the run when a person says so", async () => {
      const runId = await cutOff();
      await answer("stop");
      expect(await world.run(runId)).to.include({ status: "cancelled" });
      expect((await world.run(runId)).reason?.message).to.contain("Stopped by Ada Admin");
    });

    it("has failed when nobody says so within a week, and is not tried again even then", async () => {
      const runId = await cutOff({ onError: { policy: "retry", on: "all", attempts: 5, then: "continue" } });
      world.clock.forward("7d");
      await world.drain();
      expect(erp.received).to.have.length(1);
      expect(await stepsOf(runId)).to.deep.equal(["pay 1 unknown", "pay 1 failed", "after 1 success"]);
      expect(await world.run(runId)).to.include({ status: "completed", failedSteps: 1 });
    });

    it("asks, too, when the answer does not come in time", async () => {
      silent = true;
      const { id } = await world.automation({ steps: [call({ timeout: "1s" }), after] });
      const deal = await world.deal();
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      await world.drain();
      expect(await stepsOf(runId)).to.deep.equal(["pay 1 unknown"]);
      await answer("happened");
      expect(await world.run(runId)).to.include({ status: "completed" });
      expect(erp.received).to.have.length(1);
    });
  });
}
