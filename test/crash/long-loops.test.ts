import v8 from "node:v8";
import vm from "node:vm";
import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import type { Step } from "../../src/graph/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { cancelRun } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { pause, startProcess, until } from "../support/processes.js";

const ITEMS = 10_000;

/** Counts its items one by one, so that one that was taken twice, or never, would show. */
const long: Step[] = [
  { key: "each", kind: "loop", config: { items: "{{ vars.many }}", maxItems: ITEMS }, next: { next: "count" } },
  {
    key: "count",
    kind: "calculate",
    config: { expression: "if(loop.index == vars.seen, vars.seen + 1, 0 - 1000000)", as: "seen" },
    next: { success: "each" },
  },
];
const variables = { seen: 0, many: Array.from({ length: ITEMS }, (_, n) => `item ${n}`) };

for (const dialect of dialects) {
  describe(`long loops and many branches, on ${dialect}`, function () {
    this.timeout(120_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let server: Loopback;
    beforeEach(async () => {
      server = await loopback((_req, res) => res.end("{}"));
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: server.host });
      world.clock.set(new Date().toISOString());
    });
    afterEach(async () => {
      await world.drop();
      await server.close();
    });

    const worker = (env: Record<string, string> = {}) =>
      startProcess("worker", world.url, { MILLRACE_ALLOW_HOSTS: server.host, ...env });
    const stored = async () => Number((await world.db.one("SELECT MAX(n) AS n FROM millrace_steps"))?.["n"] ?? 0);
    async function start(steps: Step[], more: object = {}): Promise<string> {
      const { id } = await world.automation({ steps, ...more }, "Long", "graph");
      const deal = await world.deal();
      return (await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by)).id;
    }
    const isOver = async (id: string) => (await world.runs()).some((run) => run.id === id && run.finishedAt !== null);

    it(`a loop over ${ITEMS} items goes on at the first item that was not stored, whoever is killed`, async () => {
      const id = await start(long, { variables, outputs: { seen: "{{ vars.seen }}" } });
      for (const reached of [1_000, 4_000]) {
        const victim = await worker();
        await until(`${reached} items are stored`, async () => (await stored()) > reached, 60_000);
        await victim.kill();
      }
      const last = await worker();
      await until("the loop is over", () => isOver(id), 60_000);
      await last.kill();
      const row = await world.db.one("SELECT status, outputs FROM millrace_runs WHERE id = ?", [id]);
      expect([row?.["status"], row?.["outputs"]]).to.deep.equal(["completed", `{"seen":${ITEMS}}`]);
      expect(await stored()).to.equal(ITEMS + 1);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it(`a loop over ${ITEMS} items takes no more memory at its end than at its beginning`, async () => {
      v8.setFlagsFromString("--expose-gc");
      const collect = vm.runInNewContext("gc") as () => void;
      const heaps: number[] = [];
      const { inTransaction } = world.engine.db;
      let commits = 0;
      world.engine.db.inTransaction = async (...given) => {
        const result = await inTransaction(...given);
        if (++commits % 10 === 0) {
          collect();
          heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
        }
        return result;
      };
      const id = await start(long, { variables });
      await world.drain();
      world.engine.db.inTransaction = inTransaction;
      expect(await isOver(id)).to.equal(true);
      expect(heaps.length).to.be.greaterThan(3);
      expect((heaps.at(-1) ?? 0) - (heaps[0] ?? 0), `MB: ${heaps.map(Math.round).join(" ")}`).to.be.lessThan(10);
    });

    it("a loop under way in a worker stops within two seconds of being cancelled", async () => {
      const id = await start(long, { variables });
      const busy = await worker();
      await until("it is under way", async () => (await stored()) > 500, 30_000);
      const asked = Date.now();
      await cancelRun(world.engine, world.workspaceId, id, world.by);
      expect(Date.now() - asked).to.be.lessThan(2_000);
      const reached = await stored();
      await pause(500);
      await busy.kill();
      expect(await stored()).to.equal(reached);
      expect(reached).to.be.lessThan(ITEMS);
    });

    for (const fault of ["announced", "called:2"]) {
      it(`three branches whose worker dies at ${fault} meet once, and repeat calls with their keys only`, async () => {
        const call = (key: string): Step => ({
          key,
          kind: "http.request",
          config: { method: "POST", url: server.url, body: { key } },
          next: { success: key === "three" ? "again" : "meet" },
        });
        const id = await start([
          {
            key: "fork",
            kind: "parallel",
            config: { branches: [{ key: "a" }, { key: "b" }, { key: "c" }] },
            next: { a: "one", b: "two", c: "three" },
          },
          ...["one", "two", "three"].map(call),
          { ...call("again"), next: { success: "meet" } },
          { key: "meet", kind: "join", config: {}, next: { success: "task" } },
          { key: "task", kind: "task.create", config: { title: "All came" } },
        ]);
        expect(await (await worker({ MILLRACE_FAULT: fault })).ended).to.equal("SIGKILL");
        const other = await worker();
        await until("the run is over", () => isOver(id));
        await other.kill();
        const run = await world.run(id);
        expect(run.status).to.equal("completed");
        const meets = run.steps.filter(({ key }) => key === "meet" || key === "task");
        expect(meets.map(({ key, status }) => `${key} ${status}`)).to.deep.equal(["meet success", "task success"]);
        const bodies = new Map(server.received.map(({ headers, body }) => [String(headers["idempotency-key"]), body]));
        expect([...bodies].sort()).to.deep.equal(
          ["again", "one", "three", "two"].map((key) => [`${id}:${key}:`, `{"key":"${key}"}`]),
        );
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });
    }
  });
}
