import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { findRecords, getRecord } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { advanceRuns, cancelRun, claimRuns, replayRun, undoRun } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";

/** A server on loopback that gives the next of these statuses to each call, and keeps the calls. */
async function answering(statuses: number[]) {
  const calls: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    calls.push(request);
    response.writeHead(statuses[calls.length - 1] ?? 200, { "content-type": "application/json" }).end('{"ok":true}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const port = (server.address() as AddressInfo).port;
  return { calls, url: `http://127.0.0.1:${port}/hook`, host: `127.0.0.1:${port}`, close: () => server.close() };
}

const task = { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } };

for (const dialect of dialects) {
  describe(`advancing runs, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let server: Awaited<ReturnType<typeof answering>>;
    beforeEach(async () => {
      server = await answering([503, 503, 200]);
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: server.host });
    });
    afterEach(async () => {
      server.close();
      await world.drop();
    });
    const tasks = async () => (await findRecords(world.engine, world.workspaceId, "task", { limit: 1000 })).records;
    const win = async () => {
      const deal = await world.deal({ amount: 5 });
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      return deal;
    };

    it("tries a call again with growing delays and the same key, and completes", async () => {
      const call = { key: "call", kind: "http.request", config: { method: "POST", url: server.url, body: { a: 1 } } };
      await world.automation({
        triggers: [whenWon],
        onError: { policy: "retry", attempts: 3, delay: "30s" },
        steps: [call, task],
      });
      await win();
      expect(await world.onlyRun()).to.include({ status: "waiting" });
      for (const pause of ["31s", "61s"]) {
        world.clock.forward(pause);
        await world.drain();
      }
      const run = await world.onlyRun();
      expect(run.status).to.equal("completed");
      expect(run.steps.map((step) => `${step.key} ${step.attempt} ${step.status}`)).to.deep.equal([
        "call 1 retrying",
        "call 2 retrying",
        "call 3 success",
        "task 1 success",
      ]);
      expect(new Set(server.calls.map((request) => request.headers["idempotency-key"])).size).to.equal(1);
    });

    it("goes on after a failure when told to continue, and counts it", async () => {
      const bad = { key: "bad", kind: "record.update", config: { values: { stage: "{{ 'nowhere' }}" } } };
      await world.automation({ triggers: [whenWon], onError: { policy: "continue" }, steps: [bad, task] });
      await win();
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed", failedSteps: 1 });
      expect(run.steps.map((step) => step.status)).to.deep.equal(["failed", "success"]);
    });

    it("fails the run when told to stop, keeping what earlier steps did", async () => {
      const bad = { key: "bad", kind: "record.update", config: { values: { stage: "{{ 'nowhere' }}" } } };
      await world.automation({ triggers: [whenWon], steps: [task, bad, { ...task, key: "never" }] });
      await win();
      const run = await world.onlyRun();
      expect(run.status).to.equal("failed");
      expect(run.reason?.details).to.include({ step: "bad" });
      expect(await tasks()).to.have.length(1);
    });

    it("does in a batch what it does one by one, when one run of the batch fails", async () => {
      const bad = {
        key: "bad",
        kind: "record.update",
        config: { values: { amount: "{{ record.amount | minus: 5 | divided_by: 0 }}" } },
      };
      await world.automation({
        triggers: [whenWon],
        steps: [task, { ...bad, config: { values: { stage: "{{ record.name }}" } } }],
      });
      for (const name of ["lost", "nowhere", "lead"]) {
        const deal = await world.deal({ name });
        await world.change("deal", deal.id, { stage: "won" });
      }
      await world.drain();
      const statuses = (await world.runs()).map((run) => run.status).sort();
      expect(statuses).to.deep.equal(["completed", "completed", "failed"]);
      expect(await tasks()).to.have.length(3);
    });

    it("rests for three days and goes on by itself", async () => {
      await world.automation({
        triggers: [whenWon],
        steps: [{ key: "rest", kind: "wait", config: { for: "3d" } }, task],
      });
      await win();
      world.clock.forward("2d");
      await world.drain();
      expect(await tasks()).to.have.length(0);
      world.clock.forward("1d");
      await world.drain();
      expect(await world.onlyRun()).to.include({ status: "completed" });
      expect(await tasks()).to.have.length(1);
    });

    it("ends a list at a gate that does not hold, as completed with that reason", async () => {
      const gate = {
        key: "gate",
        kind: "condition",
        config: { when: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 100 }] } },
      };
      await world.automation({ triggers: [whenWon], steps: [gate, task] });
      await win();
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed" });
      expect(run.reason?.code).to.equal("gate");
      expect(JSON.stringify(run.steps[0]?.conditions)).to.contain('"left":5');
      expect(await tasks()).to.have.length(0);
    });

    it("does not let a worker whose claim was lost store anything", async () => {
      const { id } = await world.automation({ steps: [task] });
      await startManually(world.engine, world.workspaceId, id, { recordId: (await world.deal()).id }, world.by);
      const stale = await claimRuns(world.engine);
      world.clock.forward("61s");
      const taken = await claimRuns(world.engine, "broken");
      await advanceRuns(
        world.engine,
        stale.map((run) => ({ run })),
      );
      expect(await tasks()).to.have.length(0);
      await advanceRuns(
        world.engine,
        taken.map((run) => ({ run })),
      );
      expect(await tasks()).to.have.length(1);
    });

    it("gives up on a run that keeps killing its worker", async () => {
      const { id } = await world.automation({ steps: [task] });
      const { id: runId } = await startManually(
        world.engine,
        world.workspaceId,
        id,
        { recordId: (await world.deal()).id },
        world.by,
      );
      for (let crash = 0; crash < 3; crash++) {
        await claimRuns(world.engine, crash === 0 ? "whole" : "broken");
        world.clock.forward("61s");
      }
      await world.drain();
      expect((await world.run(runId)).reason?.code).to.equal("crashed_worker");
    });

    it("cancels a resting run for good", async () => {
      await world.automation({
        triggers: [whenWon],
        steps: [{ key: "rest", kind: "wait", config: { for: "3d" } }, task],
      });
      await win();
      const { id } = await world.onlyRun();
      await cancelRun(world.engine, world.workspaceId, id, world.by);
      world.clock.forward("4d");
      await world.drain();
      expect(await world.run(id)).to.include({ status: "cancelled" });
      expect(await tasks()).to.have.length(0);
    });

    it("replays from the failed step, keeping what had succeeded", async () => {
      server.close();
      const call = { key: "call", kind: "http.request", config: { method: "POST", url: server.url } };
      await world.automation({ triggers: [whenWon], steps: [task, call] });
      await win();
      const failed = await world.onlyRun();
      expect(failed.status).to.equal("failed");
      const again = await replayRun(world.engine, world.workspaceId, failed.id, "failed", world.by);
      await world.drain();
      expect((await world.run(again)).steps.map((step) => step.key)).to.deep.equal(["task", "call"]);
      expect(await tasks()).to.have.length(1);
    });

    it("undoes what a run wrote where nobody has changed it since", async () => {
      const update = { key: "u", kind: "record.update", config: { values: { status: "onboarding", amount: 7 } } };
      await world.automation({ triggers: [whenWon], steps: [update, task] });
      const deal = await win();
      await world.change("deal", deal.id, { amount: 9 });
      const undone = await undoRun(world.engine, world.workspaceId, (await world.onlyRun()).id, world.by);
      expect(undone.reverted).to.have.length(2);
      expect(undone.kept.map((kept) => kept.field)).to.deep.equal(["amount"]);
      expect((await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.values).to.deep.include({
        amount: 9,
        status: null,
      });
      expect(await tasks()).to.have.length(0);
    });
  });
}
