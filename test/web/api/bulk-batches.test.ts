import { expect } from "chai";
import type { Document } from "../../../src/graph/index.js";
import { dialects } from "../../support/databases.js";
import { type WebWorld, webWorld } from "../web-world.js";

/** Fails for companies without employees, waits a day for all others. */
const greet: Document = {
  object: "company",
  triggers: [{ key: "made", kind: "record.created" }],
  steps: [
    { key: "count", kind: "calculate", config: { expression: "100 / {{ record.employees }}" } },
    { key: "pause", kind: "wait", config: { for: "1d" } },
  ],
};
const companies = (...employees: number[]) => ({
  create: employees.map((count, at) => ({ values: { name: `Company ${at}`, employees: count } })),
  automations: "batch",
});

for (const dialect of dialects) {
  describe(`bulk writes as one batch, on ${dialect}`, () => {
    let world: WebWorld;
    beforeEach(async () => {
      world = await webWorld(dialect);
      await world.automation(greet);
    });
    afterEach(() => world.drop());
    const write = async (rows: object) =>
      (await world.as("operator").post("/objects/company/records/bulk", rows)).body.batchId as string;
    const batch = async (id: string) => (await world.as("viewer").get(`/batches/${id}`)).body;

    it("show how far they have come", async () => {
      const id = await write(companies(1, 0));
      expect(await batch(id)).to.include({
        automationId: null,
        object: "company",
        total: 2,
        waiting: 2,
        status: "running",
      });
      await world.drain();
      expect(await batch(id)).to.deep.include({ waiting: 0, status: "running", counts: { unfinished: 1, failed: 1 } });
      world.clock.forward("2d");
      await world.drain();
      expect(await batch(id)).to.deep.include({ status: "completed", counts: { completed: 1, failed: 1 } });
    });

    it("can be cancelled, those not looked at yet as well", async () => {
      const id = await write(companies(1));
      await world.drain();
      const later = await write(companies(2));
      for (const one of [id, later])
        expect((await world.as("operator").post(`/batches/${one}/cancellation`)).body.status).to.equal("cancelled");
      await world.drain();
      expect((await batch(id)).counts).to.deep.equal({ cancelled: 1 });
      expect(await batch(later)).to.deep.include({ status: "cancelled", counts: {}, waiting: 0 });
    });

    it("have their failed runs replayed", async () => {
      const id = await write(companies(0));
      await world.drain();
      const replayed = await world.as("operator").post(`/batches/${id}/replays`, { from: "start" });
      expect(replayed.body.started, replayed.text).to.have.length(1);
    });

    it("come from imports too, and a file that cannot be read leaves none", async () => {
      const send = (text: string) =>
        world.as("operator").post("/objects/company/imports?automations=batch").type("text/csv").send(text);
      const { body } = await send("name,employees\nAcme,3\n");
      expect(await batch(body.batchId)).to.include({ total: 1, object: "company" });
      expect((await send("nonsense\nx\n")).status).to.equal(422);
      expect((await world.as("viewer").get("/batches")).body.data).to.have.length(1);
    });
  });
}
