import { expect } from "chai";
import { startManually } from "../../../src/enrollments/index.js";
import { checkInvariants } from "../../../src/insight/index.js";
import { replayRun } from "../../../src/runs/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

for (const dialect of dialects) {
  describe(`a child that is run again, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    it("names the run that started the first one, and reports nothing to it", async () => {
      const fail = { key: "stop", kind: "end", config: { status: "failed" } };
      const child = await world.automation({ object: null, steps: [fail] }, "Child");
      const call = { key: "call", kind: "run_automation", config: { automation: "Child" } };
      const parent = await world.automation({ object: null, steps: [call] }, "Parent");
      const { id } = await startManually(world.engine, world.workspaceId, parent.id, {}, world.by);
      await world.drain();
      const before = await world.run(id);
      expect(before.status).to.equal("failed");
      const first = await world.onlyRun({ automation: child.id });
      const again = await replayRun(world.engine, world.workspaceId, first.id, "start", world.by);
      await world.drain();
      expect(await world.run(again)).to.include({ status: "failed", replayOf: first.id, parentRunId: id });
      expect(await world.run(id)).to.deep.equal(before);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });
  });
}
