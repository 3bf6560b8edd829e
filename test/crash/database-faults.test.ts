import { expect } from "chai";
import { connect, type Database } from "../../src/db/index.js";
import { relay, setAsideEvents } from "../../src/events/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { pause } from "../support/processes.js";
import { servedMillrace } from "../support/servers.js";

const mark = { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } };
const task = { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } };

/** What each driver says when two transactions meet, and when the connection is gone. */
const busy = { sqlite: "SQLITE_BUSY", mysql: "ER_LOCK_DEADLOCK" };
const coded = (code: string, more = {}) => Object.assign(new Error(`${code}: injected`), { code, ...more });

for (const dialect of dialects) {
  describe(`a database that misbehaves, on ${dialect}`, function () {
    this.timeout(60_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let server: Loopback;
    beforeEach(async () => {
      server = await loopback((_req, res) => res.end("{}"));
      world = await engineWorld(dialect, { MILLRACE_ALLOW_HOSTS: server.host });
    });
    afterEach(async () => {
      await world.drop();
      await server.close();
    });

    const won = async (name = "Northwind renewal") => {
      const deal = await world.deal({ name });
      await world.change("deal", deal.id, { stage: "won" });
      return deal;
    };
    const count = async (table: string, where = "1 = 1") =>
      Number((await world.db.one(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))?.["n"]);
    /** Works until nothing is left, as often as a poll would begin anew after an error, and past every lease. */
    const workOn = async () => {
      for (let polls = 0; polls < 4; polls++) {
        await world.drain().catch(() => undefined);
        world.clock.forward("2m");
      }
    };

    /** Makes the n-th writing statement fail once, before it is carried out. Says whether it came to that. */
    const failing = (nth: number, error: Error): { happened(): boolean; restore(): void } => {
      const { db } = world.engine;
      const { run, insert } = db;
      let left = nth;
      const once =
        <A extends unknown[], R>(original: (...given: A) => Promise<R>) =>
        (...given: A) =>
          --left === 0 ? Promise.reject(error) : original(...given);
      db.run = once(run) as Database["run"];
      db.insert = once(insert) as Database["insert"];
      return { happened: () => left <= 0, restore: () => Object.assign(db, { run, insert }) };
    };

    it(`carries on after ${busy[dialect]}, whichever statement it meets, as if nothing had been`, async () => {
      world.engine.log.error = (() => expect.fail("it was noticed")) as typeof world.engine.log.error;
      const call = { key: "call", kind: "http.request", config: { method: "POST", url: server.url } };
      await world.automation({ triggers: [whenWon], steps: [mark, call, task] });
      let nth = 0;
      for (let met = true; met; ) {
        await won(`Deal ${++nth}`);
        const fault = failing(nth, coded(busy[dialect]));
        await world.drain();
        met = fault.happened();
        fault.restore();
      }
      expect(nth).to.be.greaterThan(8);
      expect(await count("millrace_runs", "status = 'completed'")).to.equal(nth);
      expect(await count("crm_tasks")).to.equal(nth);
      expect(server.received).to.have.length(nth);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it("loses and doubles nothing when the connection breaks, whichever statement it takes with it", async () => {
      await world.automation({
        triggers: [whenWon],
        steps: [mark, { key: "rest", kind: "wait", config: { for: "1m" } }, task],
      });
      let nth = 0;
      for (let met = true; met; ) {
        await won(`Deal ${++nth}`);
        const fault = failing(nth, coded("PROTOCOL_CONNECTION_LOST", { fatal: true }));
        await workOn();
        met = fault.happened();
        fault.restore();
      }
      expect(await count("millrace_runs", "status = 'completed'")).to.equal(nth);
      expect(await count("crm_tasks")).to.equal(nth);
      expect((await setAsideEvents(world.engine, world.workspaceId, { limit: 50 })).data).to.deep.equal([]);
      expect(await checkInvariants(world.db)).to.deep.equal([]);
    });

    it("sets an event aside that cannot be handled, after two tries, and goes on with the others", async () => {
      const deals = [await won("One"), await won("Two"), await won("Three")];
      const handled: (string | null)[] = [];
      const handle = () =>
        relay(world.engine, 100, async (events, tx) => {
          if (events.some((event) => event.recordId === deals[1]?.id)) throw new Error("poison");
          tx.afterCommit(() => void handled.push(...events.map((event) => event.recordId)));
        });
      for (let polls = 0; polls < 4; polls++) await handle().catch(() => undefined);
      expect(new Set(handled)).to.deep.equal(new Set([deals[0]?.id, deals[2]?.id]));
      expect(handled).to.have.length(4);
      const { data: failed } = await setAsideEvents(world.engine, world.workspaceId, { limit: 50 });
      expect(failed.map(({ event, error }) => `${event?.recordId} ${error}`)).to.deep.equal([
        `${deals[1]?.id} poison`,
        `${deals[1]?.id} poison`,
      ]);
    });

    it("sets an event aside whose row cannot even be read, and starts the runs of the others at once", async () => {
      await world.automation({ triggers: [whenWon], steps: [task] });
      await won("One");
      const bad = await won("Two");
      await won("Three");
      await world.db.run("UPDATE millrace_events SET actor = '{' WHERE recordId = ? AND kind = 'record.updated'", [
        bad.id,
      ]);
      for (let polls = 0; polls < 3; polls++) await world.drain().catch(() => undefined);
      expect((await world.runs()).map((run) => run.status)).to.deep.equal(["completed", "completed"]);
      expect(await count("millrace_events", "error IS NOT NULL")).to.equal(1);
    });

    it("waits for whoever holds the database or the record, and then writes", async () => {
      const deal = await world.deal();
      const other = connect(world.url);
      let written = false;
      let writing: Promise<unknown> | undefined;
      await other.inTransaction(async (tx) => {
        await other.run("UPDATE crm_deals SET amount = 5 WHERE id = ?", [deal.id], tx);
        writing = world.change("deal", deal.id, { stage: "won" }).then(() => (written = true));
        await pause(100);
        expect(written).to.equal(false);
      });
      await writing;
      expect(await count("crm_deals", "stage = 'won' AND amount = 5")).to.equal(1);
      await other.sequelize.close();
    });

    it("is answered for with 503 over HTTP, without a word about it, and writes nothing", async () => {
      const served = await servedMillrace(dialect);
      const deal = await served.deal();
      const { inTransaction } = served.engine.db;
      served.engine.db.inTransaction = () => Promise.reject(coded("SQLITE_FULL"));
      const answer = await served.patch(deal, { amount: 5 });
      served.engine.db.inTransaction = inTransaction;
      expect([answer.status, answer.body.code]).to.deep.equal([503, "unavailable"]);
      expect(answer.text).not.to.include("injected");
      expect((await served.api("GET", `/objects/deal/records/${deal}`)).body.version).to.equal(1);
      await served.stop();
    });

    if (dialect === "mysql") {
      it("gets over a server that throws every connection out, again and again", async () => {
        await world.automation({ triggers: [whenWon], steps: [mark, task] });
        const admin = connect(world.url);
        const [{ id: own } = { id: 0 }] = await admin.all("SELECT CONNECTION_ID() AS id");
        // Sequelize says on the console what it could not roll back; it is meant to be so here.
        const { warn } = console;
        console.warn = () => undefined;
        const cut = async () => {
          const all = await admin.all("SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE()");
          for (const { id } of all) if (id !== own) await admin.run(`KILL ${Number(id)}`).catch(() => undefined);
        };
        let made = 0;
        for (let round = 0; round < 10; round++) {
          const working = Promise.allSettled([won().then(() => made++), won().then(() => made++), world.drain()]);
          await pause(Math.random() * 20);
          await cut();
          await working;
        }
        await workOn();
        console.warn = warn;
        // A change whose answer was lost may have been made: what counts is that each that was made has its run.
        const changed = await count("crm_deals", "stage = 'won'");
        expect(changed).to.be.at.least(made);
        expect(await count("millrace_runs", "status = 'completed'")).to.equal(changed);
        expect(await count("crm_tasks")).to.equal(changed);
        expect(await checkInvariants(world.db)).to.deep.equal([]);
        await admin.sequelize.close();
      });
    }
  });
}
