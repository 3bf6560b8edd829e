import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { type ServedMillrace, servedMillrace } from "../support/servers.js";
import { action } from "./known.js";

const definition = {
  name: "Greet",
  description: "Says hello.",
  steps: [
    action("who", "customer.get_by_id", { customerId: "{{input.customerId}}" }, { success: "odd" }),
    action("odd", "rocket.launch", {}, { success: "end" }),
  ],
};

for (const dialect of dialects) {
  describe(`importing over HTTP (${dialect})`, () => {
    let served: ServedMillrace;
    before(async () => {
      served = await servedMillrace(dialect);
    });
    after(() => served.stop());

    it("answers with the draft and what could not be taken over, and gives the same bytes out again", async () => {
      const { status, body, text } = await served.api("POST", "/automations/import", definition);
      expect(status, text).to.equal(201);
      expect(body.automation).to.include({ name: "Greet", description: "Says hello.", form: "graph", status: "draft" });
      expect(body.unmapped).to.deep.equal([
        { path: "steps[1]", reason: 'There is nothing here that does "rocket.launch".' },
      ]);
      const once = await served.api("GET", `/automations/${body.automation.id}/export`);
      const again = await served.api("POST", "/automations/import", once.text);
      expect(again.body.unmapped).to.deep.equal([]);
      expect((await served.api("GET", `/automations/${again.body.automation.id}/export`)).text).to.equal(once.text);
    });

    it("makes drafts that can be published and started at once", async () => {
      const { body } = await served.api("POST", "/automations/import", {
        ...definition,
        steps: definition.steps.slice(1),
      });
      const { id } = body.automation;
      expect((await served.api("POST", `/automations/${id}/publications`, { note: "in" })).status).to.equal(201);
      const started = await served.api("POST", `/automations/${id}/runs`, {});
      await served.work();
      const run = (await served.api("GET", `/runs/${started.body.id}`)).body;
      expect([run.status, run.reason.code]).to.deep.equal(["failed", "unmapped"]);
    });

    it("refuses what is no definition", async () => {
      const { status, body } = await served.api("POST", "/automations/import", { hello: "there" });
      expect([status, body.errors.length]).to.deep.equal([422, 1]);
      expect(body.detail).to.include("stepSlug and nextSteps");
    });
  });
}
