import { expect } from "chai";
import { dialects } from "../../../support/databases.js";
import { type WebWorld, webWorld } from "../../web-world.js";

const rest = (key: string) => ({ key, kind: "wait", config: { for: "3d" } });

for (const dialect of dialects) {
  describe(`moving runs over HTTP (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
    });
    after(() => world.drop());
    const editor = () => world.as("editor");

    /** An automation whose second version is a draft, and a run that waits in the first. */
    async function waiting() {
      const document = { object: "deal", triggers: [], steps: [rest("pause")] };
      const { id } = (await editor().post("/automations", { name: "Follow up", document })).body;
      await editor().post(`/automations/${id}/publications`);
      const started = await editor().post(`/automations/${id}/runs`, { recordId: (await world.deal()).id });
      await world.drain();
      await editor().patch(`/automations/${id}`, { document: { ...document, steps: [rest("nap")] } });
      return { id: String(id), runId: String(started.body.id) };
    }
    const runOf = async (runId: string) => (await editor().get(`/runs/${runId}`)).body;

    it("happens with the publication when it brings a map, which is kept", async () => {
      const { id, runId } = await waiting();
      const published = await editor().post(`/automations/${id}/publications`, { note: "naps", map: { pause: "nap" } });
      expect(published.status, published.text).to.equal(201);
      const run = await runOf(runId);
      expect(run).to.include({ version: 2, status: "waiting" });
      expect(run.moves).to.have.length(1);
      const { data } = (await world.as("viewer").get(`/automations/${id}/moves`)).body;
      expect(data).to.have.length(1);
      expect(data[0]).to.deep.include({ map: { pause: "nap" }, to: 2, moved: 1, done: true });
    });

    it("happens afterwards, once tried without moving anything", async () => {
      const { id, runId } = await waiting();
      await editor().post(`/automations/${id}/publications`);
      const dry = await editor().post(`/automations/${id}/moves`, { map: { pause: "nap" }, dryRun: true });
      expect(dry.status, dry.text).to.equal(202);
      expect(dry.body).to.include({ id: null, moved: 1 });
      expect(await runOf(runId)).to.include({ version: 1 });
      const moved = await editor().post(`/automations/${id}/moves`, { map: { pause: "nap" }, runs: [runId] });
      expect(moved.body).to.include({ moved: 1, refused: 0, done: true });
      expect(await runOf(runId)).to.include({ version: 2, status: "waiting" });
    });

    it("takes only the runs at a step, on a version, of a record", async () => {
      const { id, runId } = await waiting();
      await editor().post(`/automations/${id}/publications`);
      const map = { pause: "nap" };
      const moved = async (filter: object) =>
        (await editor().post(`/automations/${id}/moves`, { map, filter })).body.moved;
      expect(await moved({ step: "nap" })).to.equal(0);
      expect(await moved({ record: "nobody" })).to.equal(0);
      expect(await runOf(runId)).to.include({ version: 1 });
      const { recordId } = await runOf(runId);
      expect(await moved({ step: "pause", version: 1, record: recordId })).to.equal(1);
      expect(await runOf(runId)).to.include({ version: 2 });
      const wrong = await editor().post(`/automations/${id}/moves`, { map, filter: { step: "pausse" } });
      expect([wrong.status, wrong.body.errors[0]]).to.deep.equal([
        422,
        { path: "filter.step", message: 'No version has a step "pausse". Did you mean "pause"?' },
      ]);
    });

    it("is refused for a draft, for steps nobody has, and for viewers", async () => {
      const { id } = await waiting();
      expect((await editor().post(`/automations/${id}/moves`, { to: 2 })).status).to.equal(409);
      const wrong = await editor().post(`/automations/${id}/moves`, { map: { pause: "napp" }, from: 2 });
      expect([wrong.status, wrong.body.errors[0].path]).to.deep.equal([422, "map.pause"]);
      expect((await world.as("viewer").post(`/automations/${id}/moves`, {})).status).to.equal(403);
    });
  });
}
