import { expect } from "chai";
import { timetable } from "../src/timetable.js";
import { fireSchedules } from "../src/triggers/index.js";
import { dialects } from "./support/databases.js";
import { engineWorld } from "./support/engine-world.js";

type World = Awaited<ReturnType<typeof engineWorld>>;

for (const dialect of dialects) {
  describe(`the timetable on ${dialect}`, () => {
    let world: World;
    const next = async (job: string) => (await timetable(world.engine.db)).get(job);

    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    it("says that an event waits, and nothing of what is done", async () => {
      expect(await next("relay")).to.equal(undefined);
      await world.deal();
      expect(await next("relay")).to.be.at.most(world.clock.now());
      await world.drain();
      expect([await next("relay"), await next("runs")]).to.deep.equal([undefined, undefined]);
    });

    it("says to the millisecond when the first of the waits ends", async () => {
      await world.automation({
        triggers: [{ key: "new", kind: "record.created" }],
        steps: [{ key: "rest", kind: "wait", config: { for: "3d" } }],
      });
      await world.deal();
      await world.drain();
      const due = world.clock.now() + 3 * 86_400_000;
      world.clock.set(new Date(world.clock.now() + 60_000).toISOString());
      await world.deal();
      await world.drain();
      expect(await next("runs")).to.equal(due);
    });

    it("says when the next schedule fires, once its publication was followed, and when the night comes", async () => {
      const schedule = { key: "daily", kind: "schedule", every: "day", at: "09:00" };
      await world.automation(
        { object: null, triggers: [schedule], steps: [{ key: "stop", kind: "end", config: {} }] },
        "Every morning",
      );
      await fireSchedules(world.engine);
      expect(await next("schedules")).to.be.within(world.clock.now(), world.clock.now() + 86_400_000);
      expect(await next("waits")).to.be.a("number");
    });
  });
}
