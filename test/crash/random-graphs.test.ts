import { expect } from "chai";
import fc from "fast-check";
import { startManually } from "../../src/enrollments/index.js";
import type { Document } from "../../src/graph/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { startProcess, until } from "../support/processes.js";
import { anyPieces, pathOf, wire } from "../support/random-graphs.js";

/** CRASH_GRAPHS=5 for more. Graphs of some size that call another system and wait for no clock: those a real worker gets through at once. */
const graphs = fc
  .sample(anyPieces, { numRuns: 2_000, seed: 5 })
  .map((pieces) => wire(pieces))
  .filter(({ steps }) => steps.length > 9 && steps.filter(({ kind }) => kind === "http.request").length > 1)
  .filter(
    ({ steps }) => !steps.some(({ kind, config }) => kind === "wait" || kind === "record.update" || config["timeout"]),
  )
  .slice(0, Number(process.env["CRASH_GRAPHS"] ?? 1));

for (const dialect of dialects) {
  describe(`graphs made at random whose workers are killed, on ${dialect}`, function () {
    this.timeout(120_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let server: Loopback;
    before(async () => {
      server = await loopback((_req, res) => res.end("{}"));
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: server.host });
      world.clock.set(new Date().toISOString());
    });
    after(async () => {
      await world.drop();
      await server.close();
    });

    const called = (run: string) =>
      [
        ...new Set(
          server.received
            .filter(({ headers }) => String(headers["idempotency-key"]).startsWith(run))
            .map(({ headers, body }) => `${String(headers["idempotency-key"]).slice(run.length)} ${body}`),
        ),
      ].sort();
    const begin = async (automation: string) => {
      const deal = await world.deal({ amount: 5 });
      return (await startManually(world.engine, world.workspaceId, automation, { recordId: deal.id }, world.by)).id;
    };

    for (const [n, document] of graphs.entries()) {
      it(`go the way they go undisturbed: number ${n + 1}, ${document.steps.length} steps`, async () => {
        const real = JSON.parse(JSON.stringify(document).replaceAll("http://erp.test", server.url)) as Document;
        const { id } = await world.automation(real, `Random ${n}`, "graph");
        const calm = await begin(id);
        await world.drain();
        const rough = await begin(id);
        const isOver = async () => (await world.run(rough)).finishedAt !== null;
        for (const MILLRACE_FAULT of ["announced", "called:2"]) {
          const victim = await startProcess("worker", world.url, { MILLRACE_ALLOW_HOSTS: server.host, MILLRACE_FAULT });
          await Promise.race([victim.ended, until("it is over", isOver, 20_000)]);
          await victim.kill();
        }
        const last = await startProcess("worker", world.url, { MILLRACE_ALLOW_HOSTS: server.host });
        await until("it is over", isOver, 30_000);
        await last.kill();
        const [expected, found] = [await world.run(calm), await world.run(rough)];
        expect(pathOf(found.steps)).to.deep.equal(pathOf(expected.steps));
        expect([found.status, found.outputs]).to.deep.equal([expected.status, expected.outputs]);
        expect(called(rough)).to.deep.equal(called(calm));
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });
    }
  });
}
