import { expect } from "chai";
import { dialects } from "../../../support/databases.js";
import { overTenThousand, whenWon } from "../../../support/engine-world.js";
import { type WebWorld, webWorld } from "../../web-world.js";

const task = (key: string) => ({ key, kind: "task.create", name: `Task ${key}`, config: { title: "Call" } });
const gate = { key: "gate", kind: "condition", name: "Large?", config: { when: overTenThousand } };
const document = { object: "deal", triggers: [whenWon], steps: [gate, task("call")] };
const branched = {
  ...document,
  steps: [{ ...gate, next: { true: "call", false: "other" } }, task("call"), task("other")],
};

for (const dialect of dialects) {
  describe(`lists and workflows over HTTP (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
    });
    after(() => world.drop());
    const editor = () => world.as("editor");
    const viewer = () => world.as("viewer");
    const made = async () => String((await editor().post("/automations", { name: "Won", document })).body.id);
    const published = async () => {
      const id = await made();
      const answer = await editor().post(`/automations/${id}/publications`, { note: "first" });
      expect(answer.status, answer.text).to.equal(201);
      return id;
    };

    it("promotes to the same automation with its ports written out, and back", async () => {
      const id = await published();
      const promoted = await editor().post(`/automations/${id}/promotion`);
      expect(promoted.status, promoted.text).to.equal(201);
      expect(promoted.body).to.include({ id, form: "graph", version: 2, publishedVersion: 1, status: "active" });
      expect(promoted.body.document.steps[0].next).to.deep.equal({ true: "call" });
      expect((await viewer().get(`/automations/${id}?version=1`)).body).to.deep.include({ form: "list", document });
      const demoted = await editor().delete(`/automations/${id}/promotion`);
      expect([demoted.status, demoted.body.form]).to.deep.equal([200, "list"]);
      expect(demoted.body.document).to.deep.equal(document);
    });

    it("answers 409 with the reason when a workflow is more than a list", async () => {
      const { body } = await editor().post("/automations", { name: "Branched", document: branched });
      expect(body.form).to.equal("graph");
      const refused = await editor().delete(`/automations/${body.id}/promotion`);
      expect([refused.status, refused.body.code]).to.deep.equal([409, "not_a_chain"]);
      expect(refused.body.detail).to.include('"gate" leads to "other" by its port "false"');
    });

    it("shows any automation in graph form by the workflow's address, and promotes by it", async () => {
      const id = await made();
      const path = `/crm/automations/${id}/workflow`;
      const shown = (await viewer().get(path)).body;
      expect(shown).to.include({ id, form: "graph", promoted: false });
      expect(shown.document.steps[0].next).to.deep.equal({ true: "call" });
      expect((await viewer().get(`/automations/${id}`)).body.form).to.equal("list");
      expect((await editor().patch(path, { document: branched })).body.code).to.equal("not_a_workflow");
      const promoted = await editor().post(path);
      expect([promoted.status, promoted.body.promoted]).to.deep.equal([201, true]);
      expect(promoted.headers["etag"]).to.equal(`"${promoted.body.ifVersion}"`);
    });

    it("edits the workflow, and lets two editors not overwrite each other", async () => {
      const id = await made();
      const path = `/crm/automations/${id}/workflow`;
      const { ifVersion } = (await editor().post(path)).body;
      const saved = await editor().patch(path, { document: branched, ifVersion });
      expect(saved.status, saved.text).to.equal(200);
      expect(saved.body.document.steps).to.have.length(3);
      const late = await editor().patch(path, { document: branched }).set("If-Match", `"${ifVersion}"`);
      expect([late.status, late.body.code]).to.deep.equal([412, "overtaken"]);
      expect((await editor().post(path, { ifVersion })).status).to.equal(412);
      expect((await editor().patch(path, { document: { steps: 7 } })).body.errors[0].path).to.equal("document.steps");
    });

    it("names step, port and path of what is wrong with a graph, and does not publish it", async () => {
      const steps = [{ ...gate, next: { true: "cal", false: "end" } }, task("call")];
      const checked = await editor().post("/automations/validation", {
        form: "graph",
        document: { ...document, steps },
      });
      expect(checked.body.valid).to.equal(false);
      const unnamed = await editor().post("/automations/validation", { document: { ...document, steps } });
      expect(unnamed.body).to.deep.equal(checked.body);
      expect(checked.body.problems[0]).to.deep.include({ path: "steps[0].next.true", step: "gate", port: "true" });
      const { body } = await editor().post("/automations", {
        name: "G",
        form: "graph",
        document: { ...document, steps },
      });
      const refused = await editor().post(`/automations/${body.id}/publications`);
      expect([refused.status, refused.body.errors[0].path]).to.deep.equal([422, "steps[0].next.true"]);
      const { problems } = (await viewer().get(`/automations/${body.id}/diagnostics`)).body;
      expect(problems).to.deep.equal(checked.body.problems);
    });

    it("compares versions in words and setting by setting, whatever their form", async () => {
      const id = await published();
      const second = { ...document, steps: [gate, { ...task("call"), config: { title: "Write" } }] };
      await editor().patch(`/automations/${id}`, { document: second });
      const { words, changes } = (await viewer().get(`/automations/${id}/versions/1/diff/2`)).body;
      expect(words).to.deep.equal(["The step “Task call”: Title changes from “Call” to “Write”."]);
      expect(changes).to.deep.equal([{ path: "steps.call.config.title", before: "Call", after: "Write" }]);
      await editor().post(`/automations/${id}/promotion`);
      const { document: graph } = (await viewer().get(`/automations/${id}`)).body;
      const steps = [{ ...graph.steps[0], next: { true: "call", false: "call" } }, graph.steps[1]];
      await editor().patch(`/crm/automations/${id}/workflow`, { document: { ...graph, steps } });
      const promoted = (await viewer().get(`/automations/${id}/versions/1/diff/2`)).body;
      expect(promoted.words).to.deep.equal([
        "It is a workflow now, no longer a list.",
        "The step “Large?”: “Otherwise” leads to “Task call” instead of the end.",
        "The step “Task call”: Title changes from “Call” to “Write”.",
      ]);
      expect(promoted.changes[0]).to.deep.equal({ path: "form", before: "list", after: "graph" });
      const order = { ...document, steps: [task("call"), gate] };
      const { body } = await editor().post("/automations", { name: "Order", document });
      await editor().post(`/automations/${body.id}/publications`);
      await editor().patch(`/automations/${body.id}`, { document: order });
      expect((await viewer().get(`/automations/${body.id}/versions/1/diff/2`)).body.changes).to.deep.equal([
        { path: "steps", before: ["gate", "call"], after: ["call", "gate"] },
      ]);
      expect((await viewer().get(`/automations/${id}/versions/1/diff/9`)).status).to.equal(404);
    });

    it("tells before publishing how many runs stand at which step", async () => {
      const rest = { key: "rest", kind: "wait", name: "Rest", config: { for: "3d" } };
      const { body } = await editor().post("/automations", { name: "Rest", document: { ...document, steps: [rest] } });
      await editor().post(`/automations/${body.id}/publications`);
      for (const name of ["A", "B"]) {
        const deal = await world.deal({ name });
        await world.as("operator").post(`/automations/${body.id}/runs`, { recordId: deal.id });
      }
      await world.drain();
      await editor().patch(`/automations/${body.id}`, { document });
      const impact = await viewer().get(`/automations/${body.id}/impact`);
      expect(impact.body, impact.text).to.deep.equal({
        inFlight: [{ step: "rest", name: "Rest", count: 2, kept: false }],
        total: 2,
      });
      expect((await viewer().get("/automations/nothing/impact")).status).to.equal(404);
    });

    it("keeps the form of a version that is restored", async () => {
      const id = await published();
      await editor().post(`/automations/${id}/promotion`);
      const restored = await editor().post(`/automations/${id}/versions/1/restoration`);
      expect([restored.body.form, restored.body.version]).to.deep.equal(["list", 2]);
      const { data } = (await viewer().get(`/automations/${id}/versions`)).body;
      expect(data.map((one: { form: string; state: string }) => `${one.form} ${one.state}`)).to.deep.equal([
        "list draft",
        "list published",
      ]);
    });
  });
}
