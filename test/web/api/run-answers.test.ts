import { expect } from "chai";
import { defineAction } from "../../../src/actions/index.js";
import { dialects } from "../../support/databases.js";
import { whenWon } from "../../support/engine-world.js";
import { type WebWorld, webWorld } from "../web-world.js";

const DAY_MS = 86_400_000;

for (const dialect of dialects) {
  describe(`runs over HTTP, on ${dialect}`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
      defineAction(world.engine.actions, {
        kind: "credit.check",
        title: "Check the credit",
        group: "Outside",
        description: "Asks the bank, which answers some day.",
        config: { type: "object", properties: {} },
        output: { type: "object", properties: {} },
        ports: ["good", "bad", "timeout"],
        graphOnly: true,
        effect: "none",
        sentence: () => "check the credit",
        perform: async (_config, { now }) => ({
          type: "wait",
          for: { kind: "answer", from: "approval", deadlineAt: now + DAY_MS, timeoutPort: "timeout", details: {} },
        }),
      });
      const mark = {
        key: "mark",
        kind: "record.update",
        config: { values: { status: "{{ steps.check.output.limit }}" } },
      };
      const check = { key: "check", kind: "credit.check", config: {}, next: { good: "mark" } };
      await world.automation({ triggers: [whenWon], steps: [check, mark] }, "Credit", "graph");
    });
    after(() => world.drop());

    async function waiting() {
      const deal = await world.deal();
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      return (await world.onlyRun({ record: deal.id })).id;
    }
    const answer = (id: string, body: object) => world.as("operator").post(`/runs/${id}/answers`, body);

    it("let the application answer its own step, once", async () => {
      const id = await waiting();
      const said = { step: "check", port: "good", output: { limit: "7" } };
      const first = await answer(id, said);
      expect(first.status, first.text).to.equal(200);
      expect((await answer(id, said)).body).to.include({ status: 409, code: "not_waiting" });
      await world.drain();
      const run = await world.run(id);
      expect(run.status).to.equal("completed");
      expect(run.steps.map(({ key, port }) => `${key} ${port}`)).to.deep.equal(["check good", "mark success"]);
    });

    it("refuse a port the step does not have, another step, and a run that is not there", async () => {
      const id = await waiting();
      const wrong = await answer(id, { step: "check", port: "goood" });
      expect([wrong.status, wrong.body.errors[0].path]).to.deep.equal([422, "port"]);
      expect((await answer(id, { step: "mark", port: "success" })).status).to.equal(409);
      expect((await answer("nothing", { step: "check", port: "good" })).status).to.equal(404);
    });

    it("are found by a text and by the run that started them", async () => {
      const id = await waiting();
      await world.db.run("UPDATE millrace_runs SET parentRunId = ? WHERE id = ?", ["P".repeat(26), id]);
      const ids = async (query: string) =>
        (await world.as("viewer").get(`/runs?${query}`)).body.data.map((run: { id: string }) => run.id);
      expect(await ids(`parent=${"P".repeat(26)}`)).to.deep.equal([id]);
      expect(await ids(`text=${id}`)).to.deep.equal([id]);
      expect(await ids("text=no such thing")).to.deep.equal([]);
    });
  });
}
