import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { overTenThousand, whenWon } from "../support/engine-world.js";
import { type WebWorld, webWorld } from "./web-world.js";

const document = {
  object: "deal",
  triggers: [whenWon],
  conditions: overTenThousand,
  steps: [
    { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } },
    { key: "task", kind: "task.create", config: { title: "Plan {{ record.name }}" } },
  ],
};

const forNewCompanies = {
  object: "company",
  triggers: [{ key: "new", kind: "record.created" }],
  conditions: {},
  steps: [{ key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } }],
};

for (const dialect of dialects) {
  describe(`automations over HTTP (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
    });
    after(() => world.drop());

    const published = async (change: object = {}) => {
      const made = await world
        .as("editor")
        .post("/automations", { name: "Won deals", document: { ...document, ...change } });
      const { status, text, body } = await world
        .as("editor")
        .post(`/automations/${made.body.id}/publications`, { note: "first" });
      expect(status, text).to.equal(201);
      return body as { id: string; status: string; publishedVersion: number };
    };
    const newDeal = async (amount: number) =>
      (await world.as("operator").post("/objects/deal/records", { values: { name: "Fleet", stage: "lead", amount } }))
        .body as { id: string };
    const move = (id: string) =>
      world.as("operator").patch(`/objects/deal/records/${id}`, { values: { stage: "won" } });

    it("runs for a change that meets the conditions, and shows each step", async () => {
      const automation = await published();
      const deal = await newDeal(12_000);
      await move(deal.id);
      await world.drain();
      const { data } = (await world.as("viewer").get(`/runs?automation=${automation.id}`)).body;
      const run = (await world.as("viewer").get(`/runs/${data[0].id}`)).body;
      expect(run).to.include({ status: "completed", recordId: deal.id, automationName: "Won deals" });
      expect(run.steps.map((step: { key: string; status: string }) => `${step.key} ${step.status}`)).to.deep.equal([
        "mark success",
        "task success",
      ]);
      expect((await world.as("viewer").get(`/objects/deal/records/${deal.id}/runs`)).body.data).to.have.length(1);
    });

    it("explains with both values why it did not run", async () => {
      const automation = await published();
      const deal = await newDeal(8000);
      await move(deal.id);
      await world.drain();
      expect((await world.as("viewer").get(`/runs?automation=${automation.id}`)).body.data).to.deep.equal([]);
      const { data } = (await world.as("viewer").get(`/explanations?automation=${automation.id}&record=${deal.id}`))
        .body;
      expect(data[0]).to.include({ decision: "refused", runId: null });
      expect(data[0].reason.code).to.equal("conditions");
      expect(data[0].conditions.conditions[0]).to.include({ left: 8000, right: 10_000, result: false });
    });

    it("names every problem when a draft cannot be published", async () => {
      const wrong = { ...document, steps: [{ key: "a", kind: "record.updat", config: {} }] };
      const made = await world.as("editor").post("/automations", { name: "Wrong", document: wrong });
      const refused = await world.as("editor").post(`/automations/${made.body.id}/publications`);
      expect(refused.status).to.equal(422);
      expect(refused.body.errors[0].path).to.include("steps[0]");
      const checked = await world.as("editor").post("/automations/validation", { document: wrong });
      expect(checked.body.valid).to.equal(false);
      const diagnosed = await world.as("viewer").get(`/automations/${made.body.id}/diagnostics`);
      expect(diagnosed.body.problems).to.deep.equal(checked.body.problems);
    });

    it("lets two editors not overwrite each other", async () => {
      const made = await world.as("editor").post("/automations", { name: "Shared", document });
      const path = `/automations/${made.body.id}`;
      expect(made.headers["etag"]).to.equal(`"${made.body.ifVersion}"`);
      const first = await world
        .as("editor")
        .patch(path, { document: { ...document, conditions: {} }, ifVersion: made.body.ifVersion });
      expect(first.status, first.text).to.equal(200);
      const second = await world
        .as("editor")
        .patch(path, { document })
        .set("If-Match", made.headers["etag"] ?? "");
      expect(second.status).to.equal(412);
    });

    it("keeps what runs while a draft is edited, compares versions, and restores one", async () => {
      const { id } = await published();
      const edited = await world
        .as("editor")
        .patch(`/automations/${id}`, { document: { ...document, conditions: {} } });
      expect(edited.body).to.include({ version: 2, publishedVersion: 1, state: "draft" });
      const { changes } = (await world.as("viewer").get(`/automations/${id}/versions/1/diff/2`)).body;
      expect(changes[0].path).to.match(/^conditions/);
      const restored = await world.as("editor").post(`/automations/${id}/versions/1/restoration`);
      expect(restored.body.document.conditions).to.deep.equal(overTenThousand);
      expect((await world.as("viewer").get(`/automations/${id}/versions`)).body.data).to.have.length(2);
    });

    it("pauses, activates and deletes", async () => {
      const { id } = await published();
      expect((await world.as("editor").delete(`/automations/${id}/activation`)).body.status).to.equal("paused");
      expect((await world.as("editor").put(`/automations/${id}/activation`)).body.status).to.equal("active");
      expect((await world.as("editor").delete(`/automations/${id}`)).status).to.equal(204);
      expect((await world.as("viewer").get(`/automations/${id}`)).status).to.equal(404);
    });

    it("starts by hand, for real and as a simulation", async () => {
      const { id } = await published();
      const deal = await newDeal(20_000);
      const simulated = await world.as("operator").post(`/automations/${id}/simulations`, { recordId: deal.id });
      expect(simulated.body, simulated.text).to.include({ decision: "enrolled" });
      expect(simulated.body.diffs).to.deep.include({
        object: "deal",
        recordId: deal.id,
        field: "status",
        before: null,
        after: "onboarding",
      });
      const started = await world.as("operator").post(`/automations/${id}/runs`, { recordId: deal.id });
      expect([started.status, started.body.status]).to.deep.equal([202, "queued"]);
      await world.drain();
      const ended = await world.as("viewer").get(`/runs/${started.body.id}`);
      expect(ended.body.status).to.equal("completed");
    });

    it("waits for the end when asked to", async () => {
      const { id } = await published();
      const deal = await newDeal(20_000);
      let over = false;
      const asked = world
        .as("operator")
        .post(`/automations/${id}/runs?wait=10s`, { recordId: deal.id })
        .then((answer) => {
          over = true;
          return answer;
        });
      while (!over) await world.drain().then(() => new Promise(setImmediate));
      const answer = await asked;
      expect([answer.status, answer.body.status, answer.body.steps.length]).to.deep.equal([200, "completed", 2]);
      const nonsense = await world.as("operator").post(`/automations/${id}/runs?wait=soon`, { recordId: deal.id });
      expect(nonsense.body.errors[0].path).to.equal("wait");
    });

    it("starts nothing for a bulk write that says so, and explains it", async () => {
      const { id } = await published(forNewCompanies);
      const rows = { create: [{ values: { name: "Quiet" } }], automations: "skip" };
      await world.as("operator").post("/objects/company/records/bulk", rows);
      await world.drain();
      expect((await world.as("viewer").get(`/runs?automation=${id}`)).body.data).to.deep.equal([]);
      const [deal] = (await world.as("viewer").get("/objects/company/records?name=Quiet")).body.data;
      const { data } = (await world.as("viewer").get(`/explanations?automation=${id}&record=${deal.id}`)).body;
      expect(data[0].reason.code).to.equal("suppressed");
    });

    it("follows the runs of a bulk write as one batch", async () => {
      const { id } = await published(forNewCompanies);
      const rows = { create: [{ values: { name: "A" } }, { values: { name: "B" } }], automations: "batch" };
      const { body } = await world.as("operator").post("/objects/company/records/bulk", rows);
      await world.drain();
      expect((await world.as("viewer").get(`/runs?batch=${body.batchId}&automation=${id}`)).body.data).to.have.length(
        2,
      );
    });

    it("replays and undoes a run, and cancels only what is not over", async () => {
      const { id } = await published();
      const deal = await newDeal(20_000);
      const { body } = await world.as("operator").post(`/automations/${id}/runs`, { recordId: deal.id });
      await world.drain();
      expect((await world.as("operator").post(`/runs/${body.id}/cancellation`)).status).to.equal(409);
      const undone = await world.as("operator").post(`/runs/${body.id}/undo`);
      expect(undone.body.reverted.map(({ field }: { field: string }) => field)).to.include("status");
      const replay = await world.as("operator").post(`/runs/${body.id}/replays`, { from: "start" });
      expect(replay.status, replay.text).to.equal(202);
      const cancelled = await world.as("operator").post(`/runs/${replay.body.id}/cancellation`);
      expect(cancelled.body).to.include({ status: "cancelled", replayOf: body.id });
    });

    it("starts a batch on what a rule tree finds", async () => {
      const { id } = await published();
      const deals = [await newDeal(77_001), await newDeal(77_002)];
      const when = { all: [{ fact: "record", path: "amount", operator: "between", value: [77_000, 78_000] }] };
      const started = await world.as("operator").post("/batches", { automationId: id, when });
      expect(started.body, started.text).to.include({ total: deals.length, status: "running" });
      await world.drain();
      const batch = (await world.as("viewer").get(`/batches/${started.body.id}`)).body;
      expect([batch.status, batch.counts]).to.deep.equal(["completed", { completed: 2 }]);
    });

    it("travels as a file", async () => {
      const { id } = await published();
      const file = await world.as("viewer").get(`/automations/${id}/export`);
      const imported = await world.as("editor").post("/automations/import", file.body);
      expect(imported.status, imported.text).to.equal(201);
      expect(imported.body.automation.document).to.deep.equal(file.body.document);
      expect(imported.body.unmapped).to.deep.equal([]);
    });

    it("tells what can be built with, and when a schedule fires", async () => {
      const [triggers, actions, operators, one] = await Promise.all(
        ["triggers", "actions", "operators", "modules/time/triggers"].map((name) =>
          world.as("viewer").get(`/automations/registry/${name}`),
        ),
      );
      expect(triggers?.body.data.map(({ kind }: { kind: string }) => kind)).to.include.members([
        "record.updated",
        "schedule",
      ]);
      expect(actions?.body.data.find(({ kind }: { kind: string }) => kind === "http.request")).to.include({
        effect: "outside",
      });
      expect(operators?.body.data.length).to.be.greaterThan(10);
      expect(one?.body.data.map(({ kind }: { kind: string }) => kind)).to.deep.equal(["date", "schedule"]);
      const preview = await world
        .as("viewer")
        .post("/schedules/preview", { cron: "0 9 * * 1", timezone: "Europe/Berlin", count: 2 });
      expect(preview.body.fires).to.deep.equal(["2026-03-09T08:00:00.000Z", "2026-03-16T08:00:00.000Z"]);
    });

    it("counts runs against limits, by day and reason", async () => {
      const { id } = await published({ limits: { runsPerMonth: 1 } });
      for (const amount of [20_000, 30_000]) await move((await newDeal(amount)).id);
      await world.drain();
      const usage = (await world.as("viewer").get("/reports/usage")).body;
      expect(usage.automations.find((each: { id: string }) => each.id === id)).to.include({ used: 1, limit: 1 });
      const report = (await world.as("viewer").get(`/reports/runs?automation=${id}&from=2026-03-01&to=2026-03-02`))
        .body;
      expect(report.totals).to.deep.equal({ completed: 1, skipped: 1 });
      expect(report.reasons).to.deep.equal({ monthly_limit: 1 });
      expect(report.days).to.deep.equal([{ date: "2026-03-01" }, { date: "2026-03-02", completed: 1, skipped: 1 }]);
    });
  });
}
