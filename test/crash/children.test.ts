import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { startProcess, until } from "../support/processes.js";

const items = ["a", "b", "c", "d", "e", "f", "g"];
const mark = { key: "mark", kind: "task.create", config: { title: "Call {{ inputs.letter }}" } };
const letters = { type: "object", properties: { letter: { type: "string" } } };

for (const dialect of dialects) {
  describe(`a process that dies among runs that start runs, on ${dialect}`, function () {
    this.timeout(60_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
      world.clock.set(new Date().toISOString());
    });
    afterEach(() => world.drop());

    for (const [when, fault] of [
      ["while the parent writes down its children", "claimed:1"],
      ["after the first children are started, before their first step", "relayed:1"],
      ["after the second lot of children is started", "relayed:2"],
      ["as children end, before their parent knows", "saving:1"],
      ["as the last children end, before their parent is woken", "saving:3"],
    ] as const) {
      it(`${when}: every item runs once, and the parent hears of all`, async () => {
        await world.automation({ object: null, inputs: letters, steps: [mark] }, "Child");
        const config = { items, automation: "Child", inputs: { letter: "{{ loop.item }}" }, concurrency: 3 };
        const parent = { object: null, steps: [{ key: "call", kind: "for_each", config }] };
        const { id } = await world.automation(parent, "Parent");
        const run = await startManually(world.engine, world.workspaceId, id, {}, world.by);
        const worker = await startProcess("worker", world.url, { MILLRACE_FAULT: fault });
        expect(await worker.ended).to.equal("SIGKILL");
        world.clock.set(new Date(Date.now() + 10 * 60_000).toISOString());
        await until("the parent is over", async () => {
          await world.drain();
          return (await world.run(run.id)).status === "completed";
        });
        expect((await world.run(run.id)).steps[0]?.output).to.deep.include({ total: 7, succeeded: 7, failed: 0 });
        expect(await world.runs({ parent: run.id })).to.have.length(7);
        expect(await world.db.one("SELECT COUNT(*) AS n FROM crm_tasks")).to.deep.include({ n: 7 });
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });
    }
  });
}
