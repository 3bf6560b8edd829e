import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import type { Step } from "../../src/graph/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { advanceDueRuns, type Engine } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { proxyTo, type Way } from "../support/proxy.js";
import { hold } from "../support/race.js";

const mark = { key: "mark", kind: "record.update", config: { values: { amount: 7 } } };
const task = { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } };

/** Where the way to the database breaks off: right after a statement was sent, before its answer is heard. */
const places: Record<string, RegExp> = {
  "while runs are claimed": /^UPDATE millrace_runs SET fence/,
  "while a record is written": /^UPDATE `?crm_deals/,
  "while the step log is stored": /^INSERT INTO `millrace_steps`/,
  "while a call is prepared": /millrace_opened_hosts|millrace_secrets|^SELECT .* FROM millrace_workspaces/,
  "at the commit": /^COMMIT/,
};

if (dialects.includes("mysql"))
  describe("a database that is gone in the middle of a run", function () {
    this.timeout(60_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let server: Loopback;
    let proxy: Way;
    let engine: Engine;
    let automation: string;
    before(async () => {
      server = await loopback((_req, res) => res.end("{}"));
      world = await engineWorld("mysql", { MILLRACE_ALLOW_HOSTS: server.host, MILLRACE_LEASE: "10s" });
      const url = new URL(world.url);
      proxy = await proxyTo(url.hostname, Number(url.port || 3306));
      url.hostname = "127.0.0.1";
      url.port = String(proxy.port);
      engine = world.another(url.href);
      const call = { key: "call", kind: "http.request", config: { method: "POST", url: server.url } };
      automation = (await world.automation({ steps: [mark, call, task] as Step[] })).id;
    });
    after(async () => {
      await world.drop();
      await proxy.close();
      await server.close();
    });

    for (const [place, at] of Object.entries(places)) {
      it(`fails no step: ${place}`, async () => {
        const deal = await world.deal();
        const { id } = await startManually(
          world.engine,
          world.workspaceId,
          automation,
          { recordId: deal.id },
          world.by,
        );
        const held = hold(engine.db, { at });
        const working = advanceDueRuns(engine)
          .catch(() => 0)
          .then(() => engine.inHand.atRest());
        await Promise.race([held.reached, working]);
        proxy.cut();
        held.release();
        const mended = new Promise((resolve) => setTimeout(resolve, 300)).then(() => proxy.mend());
        await Promise.all([working, mended]);
        for (let look = 0; look < 3; look++) {
          world.clock.forward("15s");
          await advanceDueRuns(engine);
          await engine.inHand.atRest();
        }
        const run = await world.run(id);
        expect([run.status, run.failedSteps, run.reason]).to.deep.equal(["completed", 0, null]);
        expect(run.steps.filter(({ status }) => status === "failed")).to.deep.equal([]);
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });
    }
  });
