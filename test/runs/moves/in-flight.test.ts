import { expect } from "chai";
import { publish, saveDraft } from "../../../src/automations/index.js";
import { startManually } from "../../../src/enrollments/index.js";
import { cancelRun, runsInFlight } from "../../../src/runs/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

const rest = (key: string, name?: string) => ({ key, kind: "wait", config: { for: "3d" }, ...(name ? { name } : {}) });

for (const dialect of dialects) {
  describe(`runs in flight, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());
    const start = async (id: string) => {
      const deal = await world.deal();
      return (await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by)).id;
    };
    const inFlight = (id: string) => runsInFlight(world.engine, world.workspaceId, id);

    it("counts by step where they rest, with those not begun at the first step", async () => {
      const { id } = await world.automation({ steps: [rest("first", "Rest a while"), rest("second")] });
      expect(await inFlight(id)).to.deep.equal({ inFlight: [], total: 0 });
      await start(id);
      await world.drain();
      world.clock.forward("3d");
      await world.drain();
      await start(id);
      await world.drain();
      await start(id);
      expect(await inFlight(id)).to.deep.equal({
        inFlight: [
          { step: "first", name: "Rest a while", count: 2, kept: true },
          { step: "second", name: "second", count: 1, kept: true },
        ],
        total: 3,
      });
    });

    it("counts runs on older versions too, and says which steps the latest no longer has", async () => {
      const made = await world.automation({ steps: [rest("old")] });
      await start(made.id);
      await world.drain();
      const document = { object: "deal", triggers: [], steps: [rest("new")] };
      await saveDraft(world.engine, world.workspaceId, made.id, { document }, world.by);
      await publish(world.engine, world.workspaceId, made.id, null, world.by);
      const over = await start(made.id);
      await world.drain();
      const { inFlight: steps } = await inFlight(made.id);
      expect(steps.map(({ step, kept }) => [step, kept])).to.deep.equal([
        ["new", true],
        ["old", false],
      ]);
      await cancelRun(world.engine, world.workspaceId, over, world.by);
      expect((await inFlight(made.id)).total).to.equal(1);
    });
  });
}
