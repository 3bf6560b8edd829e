import type { RequestListener } from "node:http";
import { expect } from "chai";
import { getRecord } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { createApiKey } from "../../src/web/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, overTenThousand, whenWon } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { pause, startProcess, until } from "../support/processes.js";

const mark = { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } };
const task = { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } };

for (const dialect of dialects) {
  describe(`a process that dies at the worst moment, on ${dialect}`, function () {
    this.timeout(60_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let erp: Loopback;
    let answer: RequestListener;
    beforeEach(async () => {
      answer = (_req, res) => res.end("{}");
      erp = await loopback((req, res) => answer(req, res));
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: erp.host });
      world.clock.set(new Date().toISOString());
    });
    afterEach(async () => {
      await erp.close();
      await world.drop();
    });

    const call = () => ({ key: "erp", kind: "http.request", config: { method: "POST", url: `${erp.url}/orders` } });
    const worker = (env: Record<string, string> = {}) =>
      startProcess("worker", world.url, { MILLRACE_ALLOW_HOSTS: erp.host, ...env });
    const won = async () => {
      const deal = await world.deal();
      await world.change("deal", deal.id, { stage: "won" });
      return deal;
    };
    const count = async (table: string, where = "1 = 1") =>
      Number((await world.db.one(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))?.["n"]);
    /** A worker does what there is to do and is killed at the point; then this process, later than any lease, does the rest. */
    const dieAt = async (fault: string) => {
      expect(await (await worker({ MILLRACE_FAULT: fault })).ended).to.equal("SIGKILL");
      world.clock.set(new Date(Date.now() + 10 * 60_000).toISOString());
      await until("the work is done", async () => {
        await world.drain();
        return (
          (await count("millrace_events", "relayedAt IS NULL")) +
            (await count("millrace_runs", "status IN ('queued','running','waiting')")) ===
          0
        );
      });
    };
    const keysCalled = () => erp.received.map(({ headers }) => headers["idempotency-key"]);

    for (const [when, fault] of [
      ["after relaying, before the first step", "relayed"],
      ["between the last step and the end of the run", "saving"],
      ["inside the transaction of its own record change", "changing"],
    ] as const) {
      it(`${when}: the run is finished by another, and everything is there once`, async () => {
        await world.automation({ triggers: [whenWon], steps: [mark, task] });
        const deals = [await won(), await won(), await won()];
        await dieAt(fault);
        expect((await world.runs()).map((run) => run.status)).to.deep.equal(["completed", "completed", "completed"]);
        expect(await count("crm_tasks")).to.equal(3);
        for (const deal of deals)
          expect((await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.values["status"]).to.equal(
            "onboarding",
          );
        expect(await count("millrace_events", "object = 'deal' AND kind = 'record.updated'")).to.equal(6);
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });
    }

    it("after claiming: another claims again, and the steps are done once", async () => {
      const { id } = await world.automation({ steps: [mark, task] });
      await startManually(world.engine, world.workspaceId, id, { recordId: (await world.deal()).id }, world.by);
      await dieAt("claimed");
      expect(await world.onlyRun()).to.include({ status: "completed" });
      expect(await count("crm_tasks")).to.equal(1);
    });

    it("with a step announced and its call not made: the call is made once", async () => {
      await world.automation({ triggers: [whenWon], steps: [mark, call(), task] });
      await won();
      await dieAt("announced");
      const run = await world.onlyRun();
      expect(run.steps.map((step) => `${step.key} ${step.status}`)).to.deep.equal([
        "mark success",
        "erp retrying",
        "erp success",
        "task success",
      ]);
      expect(keysCalled()).to.deep.equal([`${run.id}:erp:`]);
      expect(await count("crm_tasks")).to.equal(1);
    });

    it("with the call made and its answer lost: it is repeated, with the same key, and the log says so", async () => {
      await world.automation({ triggers: [whenWon], steps: [mark, call(), task] });
      await won();
      await dieAt("called");
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed" });
      expect(run.steps[1]?.error?.code).to.equal("interrupted");
      expect(keysCalled()).to.deep.equal([`${run.id}:erp:`, `${run.id}:erp:`]);
      expect(await count("crm_tasks")).to.equal(1);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    // A worker must live for ten seconds before it tries such a run once more: too long for every day.
    if (process.env["CRASH_KILLS"]) {
      it("every time it makes a certain call: that run is given up after three crashes, and no other", async () => {
        await world.automation({ triggers: [whenWon], conditions: overTenThousand, steps: [call(), task] }, "Deadly");
        await world.automation({ triggers: [{ ...whenWon, to: "lost" }], steps: [task] }, "Harmless");
        const deal = await world.deal({ amount: 12_000 });
        await world.change("deal", deal.id, { stage: "won" });
        for (let crash = 1; crash <= 3; crash++) {
          expect(await (await worker({ MILLRACE_FAULT: "announced" })).ended).to.equal("SIGKILL");
          await world.change("deal", (await world.deal()).id, { stage: "lost" });
        }
        const last = await worker({ MILLRACE_FAULT: "announced" });
        await until(
          "all is over",
          async () => (await count("millrace_runs", "status IN ('completed','failed')")) === 4,
        );
        await last.kill();
        const [failed] = await world.runs({ status: "failed" });
        expect(failed).to.include({ automationName: "Deadly" });
        expect(failed?.reason?.code).to.equal("crashed_worker");
        expect(erp.received).to.have.length(0);
        expect(await count("crm_tasks")).to.equal(3);
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });
    }

    it("while a person's change is being written: neither the change nor its event is there", async () => {
      await world.automation({ triggers: [whenWon], steps: [task] });
      const deal = await world.deal();
      const { key } = await createApiKey(world.engine, world.workspaceId, { name: "Outside", role: "operator" });
      const web = await startProcess("web", world.url, { MILLRACE_FAULT: "changing" });
      const change = {
        method: "PATCH",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: '{"values":{"stage":"won"}}',
      };
      await fetch(`${web.url}/api/workspaces/demo/objects/deal/records/${deal.id}`, change).then(
        () => expect.fail("it answered"),
        () => undefined,
      );
      expect(await web.ended).to.equal("SIGKILL");
      expect((await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.version).to.equal(1);
      expect(await count("millrace_events", "kind = 'record.updated'")).to.equal(0);
    });

    it("while publishing: the draft is still a draft, and can be published", async () => {
      const { id } = await world.automation({ triggers: [whenWon], steps: [task] });
      const { key } = await createApiKey(world.engine, world.workspaceId, { name: "Outside", role: "editor" });
      const web = await startProcess("web", world.url, { MILLRACE_FAULT: "publishing" });
      const ask = (method: string, path: string, body: object) =>
        fetch(`${web.url}/api/workspaces/demo/automations/${id}${path}`, {
          method,
          headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
      await ask("PATCH", "", { document: { object: "deal", triggers: [whenWon], steps: [mark] } });
      await ask("POST", "/publications", {}).then(
        () => expect.fail("it answered"),
        () => undefined,
      );
      const states = await world.db.all(
        "SELECT version, state FROM millrace_versions WHERE automationId = ? ORDER BY version",
        [id],
      );
      expect(states.map((row) => row["state"])).to.deep.equal(["published", "draft"]);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it("stopped for longer than its lease and continued: it overwrites nothing", async () => {
      await world.automation({ triggers: [whenWon], steps: [call(), task] });
      let release = () => {};
      answer = (_req, res) => {
        if (erp.received.length > 1) res.end('{"late":false}');
        else release = () => res.end('{"late":true}');
      };
      const sleeper = await worker();
      await won();
      await until("the worker is in its call", () => erp.received.length === 1);
      sleeper.signal("SIGSTOP");
      world.clock.set(new Date(Date.now() + 60_000).toISOString());
      await world.drain();
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed" });
      sleeper.signal("SIGCONT");
      release();
      // Its next piece of work shows that it is done with the last.
      await world.change("deal", (await world.deal()).id, { stage: "won" });
      await until("it works again", async () => (await count("millrace_runs", "status = 'completed'")) === 2);
      expect(await world.run(run.id)).to.deep.equal(run);
      expect(JSON.stringify(run.steps)).to.include('"late":false').and.not.include('"late":true');
      expect(await count("crm_tasks")).to.equal(2);
      await sleeper.kill();
    });

    it("slower than its lease, but alive: nobody takes the run away, and the call is made once", async () => {
      await world.automation({ triggers: [whenWon], steps: [call(), task] });
      let release = () => {};
      answer = (_req, res) => {
        release = () => res.end("{}");
      };
      const both = await Promise.all([worker(), worker()]);
      await won();
      await until("a worker is in its call", () => erp.received.length === 1);
      await pause(1_700);
      release();
      await until("the run is over", async () => (await count("millrace_runs", "status = 'completed'")) === 1);
      await Promise.all(both.map((one) => one.kill()));
      expect(erp.received).to.have.length(1);
      expect((await world.onlyRun()).steps.map((step) => `${step.key} ${step.attempt}`)).to.deep.equal([
        "erp 1",
        "task 1",
      ]);
    });

    it("told to stop: it finishes the step in hand, puts the run down for others at once, and goes", async () => {
      await world.automation({ triggers: [whenWon], steps: [call(), task] });
      let release = () => {};
      answer = (_req, res) => (release = () => res.end("{}"));
      const leaver = await worker({ MILLRACE_LEASE: "60s" });
      await won();
      await until("the worker is in its call", () => erp.received.length === 1);
      leaver.signal("SIGTERM");
      release();
      expect(await leaver.ended).to.equal(0);
      world.clock.set(new Date().toISOString());
      await world.drain();
      const run = await world.onlyRun();
      expect(run.steps.map((step) => `${step.key} ${step.attempt} ${step.status}`)).to.deep.equal([
        "erp 1 success",
        "task 1 success",
      ]);
      expect(run.status).to.equal("completed");
      expect(erp.received).to.have.length(1);
    });
  });
}
