import { expect } from "chai";
import { type ActionKind, defineAction } from "../../../src/actions/index.js";
import { createAutomation } from "../../../src/automations/index.js";
import type { Document, Step } from "../../../src/graph/index.js";
import { simulate } from "../../../src/insight/index.js";
import { answerStep } from "../../../src/runs/index.js";
import { Problem } from "../../../src/shared/errors.js";
import { dialects } from "../../support/databases.js";
import { engineWorld, whenWon } from "../../support/engine-world.js";

const DAY_MS = 86_400_000;
const mark = (status: string): Step => ({ key: status, kind: "record.update", config: { values: { status } } });
const document: Document = {
  object: "deal",
  triggers: [whenWon],
  steps: [
    { key: "check", kind: "credit.check", config: {}, next: { good: "bought", bad: "refused", timeout: "late" } },
    mark("bought"),
    mark("refused"),
    mark("late"),
  ],
};

for (const dialect of dialects) {
  describe(`a host's own step that waits for an answer, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    const asked: string[] = [];
    before(async () => {
      world = await engineWorld(dialect);
      const check: ActionKind = {
        kind: "credit.check",
        title: "Check the credit",
        group: "Host",
        description: "Asks the bank, which answers some day.",
        config: { type: "object", properties: {} },
        output: { type: "object", properties: { limit: { type: "number" } } },
        ports: ["good", "bad", "timeout"],
        graphOnly: true,
        effect: "none",
        sentence: () => "check the credit",
        async perform(_config, { idempotencyKey, now }) {
          asked.push(idempotencyKey);
          const deadlineAt = now + DAY_MS;
          return {
            type: "wait",
            for: { kind: "answer", from: "host", deadlineAt, timeoutPort: "timeout", details: {} },
          };
        },
      };
      defineAction(world.engine.actions, check);
      await world.automation(document, "Credit", "graph");
    });
    after(() => world.drop());

    /** A run that has just asked, and the key its answer is to show. */
    async function waiting() {
      asked.length = 0;
      const deal = await world.deal({ stage: "lead" });
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      return { key: String(asked.at(-1)), run: () => world.onlyRun({ record: deal.id }) };
    }

    it("goes on by the port it is told, once", async () => {
      const { key, run } = await waiting();
      expect((await run()).status).to.equal("waiting");
      expect(await answerStep(world.engine, key, { port: "bad", output: { limit: 3 } })).to.equal(true);
      expect(await answerStep(world.engine, key, { port: "good", output: {} })).to.equal(false);
      await world.drain();
      const ended = await run();
      expect([ended.status, ended.steps[0]?.port, ended.steps[0]?.output]).to.deep.equal([
        "completed",
        "bad",
        { limit: 3 },
      ]);
    });

    it("is answered in the host's own transaction, or not at all", async () => {
      const { key, run } = await waiting();
      const undone = world.db.inTransaction(async (tx) => {
        expect(await answerStep(world.engine, key, { port: "good", output: {} }, tx)).to.equal(true);
        throw new Error("The host thought better of it.");
      });
      await undone.catch(() => undefined);
      await world.drain();
      expect((await run()).status).to.equal("waiting");
    });

    it("runs out by itself", async () => {
      const { key, run } = await waiting();
      world.clock.forward("2d");
      expect(await answerStep(world.engine, key, { port: "good", output: {} })).to.equal(false);
      await world.drain();
      expect((await run()).steps[0]?.port).to.equal("timeout");
    });

    it("names the port it was meant to be", async () => {
      const { key } = await waiting();
      const error: unknown = await answerStep(world.engine, key, { port: "goood", output: {} }).catch(
        (thrown) => thrown,
      );
      expect(error).to.be.instanceOf(Problem);
      expect((error as Problem).errors[0]?.message).to.equal(
        '"credit.check" has no port "goood". Did you mean "good"?',
      );
      expect(await answerStep(world.engine, "no such:key:", { port: "good", output: {} })).to.equal(false);
    });

    it("is answered in a simulation as well", async () => {
      const made = await createAutomation(
        world.engine,
        world.workspaceId,
        { name: "Draft", form: "graph", document },
        world.by,
      );
      const recordId = (await world.deal()).id;
      const answers = { check: { port: "good", output: { limit: 9 } } };
      const tried = (request: object) =>
        simulate(world.engine, world.workspaceId, made.id, { recordId, ...request }, world.by);
      expect((await tried({ answers })).path).to.deep.equal(["check", "bought"]);
      expect((await tried({})).path).to.deep.equal(["check", "late"]);
    });
  });
}
