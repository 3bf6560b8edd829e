import { expect } from "chai";
import { openApiDocument } from "../../../../src/web/api/openapi.js";
import { createChecks } from "../../../../src/web/api/validate.js";
import { dialects } from "../../../support/databases.js";
import { overTenThousand, whenWon } from "../../../support/engine-world.js";
import { type WebWorld, webWorld } from "../../web-world.js";

const marking = (status: string) => ({
  object: "deal",
  triggers: [whenWon],
  conditions: overTenThousand,
  steps: [{ key: "mark", kind: "record.update", config: { values: { status } } }],
});

for (const dialect of dialects) {
  describe(`simulations and tests over HTTP (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
    });
    after(() => world.drop());

    async function draft() {
      const made = await world
        .as("editor")
        .post("/automations", { name: "Won deals", document: marking("onboarding") });
      const deal = await world.deal({ amount: 20_000, stage: "lead" });
      return { id: String(made.body.id), request: { recordId: deal.id, changes: { stage: "won" } } };
    }
    const keep = (id: string, body: object) => world.as("editor").post(`/automations/${id}/tests`, body);

    it("answer as they are described", async () => {
      const { id, request } = await draft();
      const simulated = await world.as("operator").post(`/automations/${id}/simulations`, request);
      const kept = await keep(id, { name: "Marked", request });
      const check = createChecks(openApiDocument("http://localhost"));
      check({ $ref: "#/components/schemas/Simulation" })(simulated.body);
      check({ $ref: "#/components/schemas/Test" })(kept.body);
      expect([simulated.status, kept.status]).to.deep.equal([200, 201]);
    });

    it("are kept, listed, changed, run and deleted", async () => {
      const { id, request } = await draft();
      const kept = await keep(id, { name: "Marked", request, expectations: { status: "completed" } });
      const at = `/automations/${id}/tests/${kept.body.id}`;
      const renamed = await world.as("editor").patch(at, { name: "Is marked" });
      expect([renamed.status, renamed.body.name]).to.deep.equal([200, "Is marked"]);
      expect((await world.as("viewer").get(`/automations/${id}/tests`)).body.data).to.have.length(1);
      const run = await world.as("operator").post(`/automations/${id}/tests/run`);
      expect([run.body.passed, run.body.data[0].lastResult.unmet]).to.deep.equal([true, []]);
      expect((await world.as("editor").delete(at)).status).to.equal(204);
      expect((await world.as("viewer").get(at)).status).to.equal(404);
    });

    it("stop a publication, unless it passes them over", async () => {
      const { id, request } = await draft();
      await keep(id, { name: "Marked", request });
      await world.as("editor").patch(`/automations/${id}`, { document: marking("new") });
      const refused = await world.as("editor").post(`/automations/${id}/publications`, {});
      expect([refused.status, refused.body.code]).to.deep.equal([422, "tests_failed"]);
      expect(refused.body.errors).to.deep.equal([
        {
          path: 'tests["Marked"].values.deal.status',
          message: 'Expected deal.status to become "onboarding", and it becomes "new".',
        },
      ]);
      const passed = await world.as("editor").post(`/automations/${id}/publications`, { ignoreTests: true });
      const [version] = (await world.as("viewer").get(`/automations/${id}/versions`)).body.data;
      expect([passed.status, version.note]).to.deep.equal([201, 'Published although a test failed: "Marked".']);
    });

    it("say what is wrong with a request", async () => {
      const { id, request } = await draft();
      const wrong = await keep(id, { name: "Marked", request: { ...request, answers: { mark: { prot: "x" } } } });
      expect([wrong.status, wrong.body.errors[0].path]).to.deep.equal([422, "request.answers.mark.prot"]);
      const noAnswer = await keep(id, {
        name: "Marked",
        request: { ...request, answers: { mark: { port: "success" } } },
      });
      expect(noAnswer.body.errors[0].message).to.equal('"mark" waits for nobody and calls nobody: it takes no answer.');
      expect((await keep(id, { name: " ", request })).status).to.equal(422);
    });

    it("take null for no record", async () => {
      const { id } = await draft();
      const refused = await world.as("operator").post(`/automations/${id}/simulations`, { recordId: null });
      expect(refused.body.errors[0]).to.deep.equal({ path: "recordId", message: "Choose a deal to simulate on." });
    });
  });
}
