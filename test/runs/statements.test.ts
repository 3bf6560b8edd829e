import { expect } from "chai";
import type { Step } from "../../src/graph/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";
import { countingStatements } from "../support/race.js";

const mark = { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } };
const task = { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } };

/** What one event costs that starts a run of two steps, and what each further one of a batch adds. */
const most = { first: 36, further: 1 };

for (const dialect of dialects) {
  describe(`the statements of a run, on ${dialect}`, () => {
    it("do not grow: one change of a deal, its automation's update and task", async () => {
      const world = await engineWorld(dialect);
      await world.automation({ triggers: [whenWon], steps: [mark, task] as Step[] });
      const win = async (n: number) => {
        for (let made = 0; made < n; made++) {
          const deal = await world.deal();
          await world.change("deal", deal.id, { stage: "won" });
        }
      };
      const drained = async (n: number) => {
        await win(n);
        const counted = countingStatements(world.db);
        await world.drain();
        return counted.stop();
      };
      await drained(1);
      const [one, eleven] = [await drained(1), await drained(11)];
      expect((await world.runs()).every(({ status }) => status === "completed")).to.equal(true);
      expect(one, "one run").to.be.at.most(most.first);
      expect((eleven - one) / 10, "each further run of a batch").to.be.at.most(most.further);
      await world.drop();
    });
  });
}
