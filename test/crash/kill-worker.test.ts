import { expect } from "chai";
import { checkInvariants } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";
import { loopback } from "../support/loopback.js";
import { type Process, pause, startProcess, until } from "../support/processes.js";

/** A few kills by default; CRASH_KILLS=50 CRASH_CHANGES=500 CRASH_WORKERS=2 for the whole promise. */
const kills = Number(process.env["CRASH_KILLS"] ?? 3);
const changes = Number(process.env["CRASH_CHANGES"] ?? 40);
const workers = Number(process.env["CRASH_WORKERS"] ?? 1);

for (const dialect of dialects) {
  describe(`workers that come and go while changes arrive, on ${dialect}`, function () {
    this.timeout(60_000 + kills * 10_000 + changes * 500);

    // What a restart leaves to others is theirs at once: with leases this long the test would otherwise not end.
    for (const [signal, lease, what] of [
      ["SIGKILL", "1s", `${kills} kills at random moments`],
      ["SIGTERM", "10m", `${kills} restarts, which double no call either`],
    ] as const) {
      it(`give each of ${changes} changes one run and one task, whatever is interrupted by ${what}`, async () => {
        const erp = await loopback((_req, res) => res.end("{}"));
        const world = await engineWorld(dialect);
        await world.automation({
          triggers: [whenWon],
          steps: [
            { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } },
            {
              key: "erp",
              kind: "http.request",
              config: { method: "POST", url: `${erp.url}/orders`, body: { deal: "{{ record.id }}" } },
            },
            { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } },
          ],
        });
        const start = () =>
          startProcess("worker", world.url, { MILLRACE_ALLOW_HOSTS: erp.host, MILLRACE_LEASE: lease });
        const alive: Process[] = await Promise.all(Array.from({ length: workers }, start));

        let made = 0;
        /** Deals are won, one after another, until `upTo` are. */
        const arrive = async (upTo: number) => {
          for (; made < upTo; made++) {
            world.clock.set(new Date().toISOString());
            const deal = await world.deal({ name: `Deal ${made}` });
            await world.change("deal", deal.id, { stage: "won" });
          }
        };
        for (let n = 1; n <= kills; n++) {
          const arriving = arrive(Math.round((changes * n) / kills));
          await pause(Math.random() * 400);
          alive[0]?.signal(signal);
          await alive.shift()?.ended;
          alive.push(await start());
          await arriving;
        }

        const finished = async () =>
          Number(
            (
              await world.db.one(
                "SELECT COUNT(*) AS n FROM millrace_runs WHERE status NOT IN ('queued','running','waiting')",
              )
            )?.["n"],
          );
        await until("every run is over", async () => (await finished()) >= changes, 30_000 + changes * 200);
        await Promise.all(alive.map((one) => one.kill()));

        const runs = await world.db.all("SELECT id, recordId, status, reason FROM millrace_runs");
        expect(runs.filter((run) => run["status"] !== "completed")).to.deep.equal([]);
        expect(new Set(runs.map((run) => run["recordId"])).size).to.equal(changes);
        expect(runs).to.have.length(changes);
        const titles = (await world.db.all("SELECT title FROM crm_tasks")).map((row) => String(row["title"])).sort();
        expect(titles).to.deep.equal(Array.from({ length: changes }, (_, n) => `Call Deal ${n}`).sort());
        const keys = new Map(erp.received.map(({ headers, body }) => [headers["idempotency-key"], body]));
        expect([...keys.keys()].sort()).to.deep.equal(runs.map((run) => `${run["id"]}:erp:`).sort());
        expect(new Set(keys.values()).size).to.equal(changes);
        expect(await checkInvariants(world.db)).to.deep.equal([]);
        if (signal === "SIGTERM") expect(erp.received).to.have.length(changes);
        await erp.close();
        await world.drop();
      });
    }
  });
}
