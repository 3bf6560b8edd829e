import { expect } from "chai";
import { publish, saveDraft } from "../../src/automations/index.js";
import { notificationsOf } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { monthlyReason, monthOf } from "../../src/enrollments/limits.js";
import { replayRun } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

describe("a monthly limit", () => {
  it("says in its own zone when the count begins again, and to programs as an instant", () => {
    const { resetsAt } = monthOf(Date.parse("2026-03-31T21:30:00Z"), "Europe/Berlin");
    const { message, details } = monthlyReason("automation", 10, 10, resetsAt, "Europe/Berlin");
    expect(message).to.include("The count begins again on 1 April 2026.");
    expect(details).to.include({ limit: 10, resetsAt: "2026-03-31T22:00:00.000Z" });
  });
});

for (const dialect of dialects) {
  describe(`what a monthly limit counts, on ${dialect}`, () => {
    it("is what ran before it was set, replays too, and the owner hears of it", async () => {
      const world = await engineWorld(dialect);
      const { engine, workspaceId, by } = world;
      const steps = [{ key: "stop", kind: "end", config: {} }];
      const { id } = await world.automation({ object: null, steps });
      const start = async () => (await startManually(engine, workspaceId, id, { inputs: {} }, by)).status;
      await start();
      await world.drain();
      await replayRun(engine, workspaceId, (await world.onlyRun()).id, "start", by);
      const document = { object: null, triggers: [], steps, limits: { runsPerMonth: 3 } };
      await saveDraft(engine, workspaceId, id, { document }, by);
      await publish(engine, workspaceId, id, null, by);
      expect([await start(), await start()]).to.deep.equal(["queued", "skipped"]);
      const told = await notificationsOf(engine, world.user.id);
      expect(told.map(({ title }) => title)).to.deep.equal(['"Won deals" has used all 3 runs of this month']);
      await world.drop();
    });
  });
}
