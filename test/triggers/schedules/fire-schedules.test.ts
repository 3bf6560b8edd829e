import { expect } from "chai";
import { activate, pause, publish, saveDraft } from "../../../src/automations/index.js";
import { updateWorkspace } from "../../../src/crm/index.js";
import { connect } from "../../../src/db/index.js";
import type { Document } from "../../../src/graph/index.js";
import { fireSchedules, ticksOf } from "../../../src/triggers/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

const steps = [{ key: "done", kind: "end", config: {} }];

/** Every day at nine in Berlin, unless said otherwise; the clock stands on Monday, ten in Berlin. */
const daily = (more: object = {}): Document => ({
  object: null,
  steps,
  triggers: [{ key: "daily", kind: "schedule", cron: "0 9 * * *", ...more }],
});
const every = (interval: string, more: object = {}): Document => ({
  object: null,
  steps,
  triggers: [{ key: "often", kind: "schedule", every: interval, ...more }],
});

for (const dialect of dialects) {
  describe(`schedules fire (${dialect})`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    const fire = () => fireSchedules(world.engine);
    /** The planned instants of the events so far, to the minute, in order. */
    const ticks = async () => {
      const rows = await world.db.all("SELECT data FROM millrace_events WHERE kind = 'schedule' ORDER BY id");
      return rows.map((row) => String(JSON.parse(String(row["data"])).tick).slice(0, 16));
    };
    const statuses = async (id: string) =>
      (await ticksOf(world, id, 200)).reverse().map(({ tick, status }) => `${tick.slice(11, 16)} ${status}`);
    /** Moves the clock on and polls at each stop. */
    const poll = async (...instants: string[]) => {
      for (const instant of instants) {
        world.clock.set(instant);
        await fire();
      }
    };

    it("at the next tick after activation, and not before", async () => {
      await world.automation(daily());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T07:59:59Z");
      expect(await ticks()).to.deep.equal([]);
      await poll("2026-03-03T08:00:01Z", "2026-03-03T08:00:02Z");
      expect(await ticks()).to.deep.equal(["2026-03-03T08:00"]);
    });

    it("with an event that names the automation, the trigger and the planned instant", async () => {
      const { id } = await world.automation(daily());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:01Z");
      const event = await world.db.one("SELECT * FROM millrace_events WHERE kind = 'schedule'");
      expect(JSON.parse(String(event?.["data"]))).to.deep.equal({
        automationId: id,
        triggerKey: "daily",
        tick: "2026-03-03T08:00:00.000Z",
      });
      const [tick] = await ticksOf(world, id);
      expect(tick).to.include({ status: "fired", recordId: null, eventId: String(event?.["id"]) });
    });

    it("a run, once the event is relayed", async () => {
      await world.automation(daily());
      await poll("2026-03-03T08:00:01Z");
      await world.drain();
      const run = await world.onlyRun();
      expect([run.status, run.trigger.kind]).to.deep.equal(["completed", "schedule"]);
    });

    it("once when two nodes poll at the same moment, whatever their clocks say", async () => {
      await world.automation(every("5m"));
      await fire();
      const other = { ...world.engine, db: connect(world.url), clock: { now: () => world.clock.now() + 2_000 } };
      try {
        for (const instant of ["2026-03-02T09:05:01Z", "2026-03-02T09:10:01Z", "2026-03-02T09:15:01Z"]) {
          world.clock.set(instant);
          await Promise.all([fire(), fireSchedules(other), fire(), fireSchedules(other)]);
        }
      } finally {
        await other.db.sequelize.close();
      }
      expect(await ticks()).to.deep.equal(["2026-03-02T09:05", "2026-03-02T09:10", "2026-03-02T09:15"]);
    });

    it("once when one node is an hour ahead, or the clock is set back", async () => {
      await world.automation(every("30m"));
      await fire();
      const ahead = { ...world.engine, clock: { now: () => world.clock.now() + 3_600_000 } };
      await fireSchedules(ahead);
      await poll("2026-03-02T09:30:01Z", "2026-03-02T09:10:00Z", "2026-03-02T10:00:01Z", "2026-03-02T10:30:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-02T10:00", "2026-03-02T10:30"]);
    });

    it("on both days on which the clocks change", async () => {
      await world.automation({ ...daily({ cron: "30 2 * * *" }), timezone: "Europe/Berlin" });
      await poll("2026-03-28T12:00:00Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:01Z", "2026-03-29T02:00:00Z");
      await poll("2026-10-24T12:00:00Z", "2026-10-25T00:30:01Z", "2026-10-25T01:30:01Z", "2026-10-26T01:30:01Z");
      const late = (await ticks()).filter((tick) => /T0[01]:/.test(tick) && /03-29|10-2[56]/.test(tick));
      expect(late).to.deep.equal(["2026-03-29T01:00", "2026-10-25T00:30", "2026-10-26T01:30"]);
    });

    for (const [catchUp, fired, missed] of [
      ["none", 0, 36],
      ["one", 1, 35],
      ["all", 36, 0],
    ] as const) {
      it(`after three hours down with a five-minute schedule: ${catchUp}`, async () => {
        const { id } = await world.automation(every("5m", { catchUp }));
        await fire();
        await poll("2026-03-02T12:02:00Z");
        const found = await statuses(id);
        expect(found.filter((tick) => tick.endsWith("fired"))).to.have.length(fired);
        expect(found.filter((tick) => tick.endsWith("missed"))).to.have.length(missed);
        await poll("2026-03-02T12:05:01Z");
        expect((await ticks()).at(-1)).to.equal("2026-03-02T12:05");
      });
    }

    it("records every missed tick, however many", async () => {
      await world.automation(every("1m", { catchUp: "none" }));
      await fire();
      await poll("2026-03-04T09:00:30Z");
      const { n } = (await world.db.one("SELECT COUNT(*) AS n FROM millrace_ticks WHERE status = 'missed'")) ?? {
        n: 0,
      };
      expect(Number(n)).to.equal(2 * 24 * 60 - 1);
      expect(await ticks()).to.deep.equal(["2026-03-04T09:00"]);
    });

    it("so many times in all, over a pause and a new version", async () => {
      const { id } = await world.automation(every("1h", { times: 3 }));
      await poll("2026-03-02T09:00:01Z", "2026-03-02T10:00:01Z");
      await pause(world.engine, world.workspaceId, id);
      await poll("2026-03-02T11:00:01Z");
      await activate(world.engine, world.workspaceId, id);
      await poll("2026-03-02T12:00:01Z");
      await saveDraft(world.engine, world.workspaceId, id, { document: every("30m", { times: 3 }) }, world.by);
      await publish(world.engine, world.workspaceId, id, null, world.by);
      await poll("2026-03-02T12:30:01Z", "2026-03-02T13:00:01Z", "2026-03-02T13:30:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-02T10:00", "2026-03-02T12:00", "2026-03-02T12:30"]);
    });

    it("until the end it was given", async () => {
      await world.automation(every("1h", { until: "2026-03-02T11:00:00Z" }));
      await poll("2026-03-02T09:00:01Z", "2026-03-02T10:00:01Z", "2026-03-02T11:00:01Z", "2026-03-02T12:00:01Z");
      expect(await ticks()).to.have.length(2);
    });

    it("not while it is paused, and not for the ticks of the pause", async () => {
      const { id } = await world.automation(every("1h", { catchUp: "all" }));
      await fire();
      await pause(world.engine, world.workspaceId, id);
      await poll("2026-03-02T10:00:01Z", "2026-03-02T11:00:01Z");
      world.clock.set("2026-03-02T11:30:00Z");
      await activate(world.engine, world.workspaceId, id);
      await poll("2026-03-02T11:30:01Z", "2026-03-02T12:00:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-02T12:00"]);
    });

    it("not for the ticks of a pause that nobody polled in", async () => {
      const { id } = await world.automation(every("1h", { catchUp: "all" }));
      await fire();
      await pause(world.engine, world.workspaceId, id);
      world.clock.set("2026-03-02T11:30:00Z");
      await activate(world.engine, world.workspaceId, id);
      await poll("2026-03-02T11:30:01Z", "2026-03-02T12:00:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-02T12:00"]);
    });

    const edit = async (id: string, document: Document) => {
      await saveDraft(world.engine, world.workspaceId, id, { document }, world.by);
      await publish(world.engine, world.workspaceId, id, null, world.by);
    };

    it("edited one second before its tick: the new schedule counts", async () => {
      const { id } = await world.automation(daily());
      await fire();
      world.clock.set("2026-03-03T07:59:59Z");
      await edit(id, daily({ cron: "0 10 * * *" }));
      await poll("2026-03-03T08:00:01Z", "2026-03-03T09:00:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-03T09:00"]);
    });

    it("edited one second before its tick without touching the schedule: the tick is neither lost nor doubled", async () => {
      const { id } = await world.automation(daily());
      await fire();
      world.clock.set("2026-03-03T07:59:59Z");
      await edit(id, { ...daily(), steps: [{ key: "other", kind: "end", config: {} }] });
      await poll("2026-03-03T08:00:01Z", "2026-03-03T08:00:02Z");
      expect(await ticks()).to.deep.equal(["2026-03-03T08:00"]);
    });

    it("edited one second after its tick, before any poll: the tick is still owed", async () => {
      const { id } = await world.automation(daily());
      await fire();
      world.clock.set("2026-03-03T08:00:01Z");
      await edit(id, daily({ cron: "0 7 * * *" }));
      await poll("2026-03-03T08:00:02Z", "2026-03-04T06:00:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-03T08:00", "2026-03-04T06:00"]);
    });

    it("edited to a time of day already past: not before tomorrow", async () => {
      const { id } = await world.automation(daily());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:01Z");
      world.clock.set("2026-03-03T14:00:00Z");
      await edit(id, daily({ cron: "0 10 * * *" }));
      await poll("2026-03-03T14:00:01Z", "2026-03-04T09:00:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-03T08:00", "2026-03-04T09:00"]);
    });

    it("published by another process", async () => {
      await fire();
      const other = { ...world.engine, db: connect(world.url) };
      const { id } = await world.automation(daily());
      await fireSchedules(other);
      world.clock.set("2026-03-03T07:59:59Z");
      await edit(id, every("1m"));
      world.clock.set("2026-03-03T08:00:01Z");
      expect(await fireSchedules(other)).to.equal(1);
      await other.db.sequelize.close();
      expect(await ticks()).to.deep.equal(["2026-03-03T08:00"]);
    });

    it("in the workspace's zone, also after that was changed", async () => {
      await world.automation(daily());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:01Z");
      await updateWorkspace(world.engine, world.workspaceId, { timezone: "America/New_York" });
      await poll("2026-03-03T09:30:00Z", "2026-03-03T14:00:01Z", "2026-03-04T08:00:01Z", "2026-03-04T14:00:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-03T08:00", "2026-03-03T14:00", "2026-03-04T14:00"]);
    });

    it("in the workspace's zone, though it was changed while no worker ran", async () => {
      await world.automation(daily());
      await poll("2026-03-02T09:00:01Z");
      await updateWorkspace(world.engine, world.workspaceId, { timezone: "America/New_York" });
      const reborn = { ...world.engine, db: connect(world.url) };
      world.clock.set("2026-03-02T12:00:00Z");
      await fireSchedules(reborn);
      await reborn.db.sequelize.close();
      await poll("2026-03-02T14:00:01Z", "2026-03-03T08:00:01Z");
      expect(await ticks()).to.deep.equal(["2026-03-02T14:00"]);
    });

    it("costs two look-ups when nothing is due", async () => {
      await world.automation(daily());
      await fire();
      await fire();
      const seen: string[] = [];
      const { all, one, run } = world.db;
      Object.assign(world.db, {
        all: (sql: string, ...rest: []) => seen.push(sql) && all(sql, ...rest),
        run: (sql: string, ...rest: []) => seen.push(sql) && run(sql, ...rest),
      });
      await fire();
      Object.assign(world.db, { all, one, run });
      expect(seen).to.have.length(2);
      expect(seen.every((sql) => sql.startsWith("SELECT"))).to.equal(true);
    });
  });

  describe(`schedules on records fire (${dialect})`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    const won = { all: [{ fact: "record", path: "stage", operator: "equal", value: "won" }] };
    const weekly = (more: object = {}): Document => ({
      object: "deal",
      steps,
      triggers: [{ key: "t", kind: "schedule", every: "1h", when: won, ...more }],
    });
    const events = async () => {
      const rows = await world.db.all(
        "SELECT recordId, record, data FROM millrace_events WHERE kind = 'schedule' ORDER BY id",
      );
      return rows.map((row) => ({
        recordId: row["recordId"],
        record: JSON.parse(String(row["record"])),
        tick: JSON.parse(String(row["data"])).tick as string,
      }));
    };

    it("one event for each record that meets the filter, with its values", async () => {
      const [one] = [await world.deal({ stage: "won", amount: 5 }), await world.deal({ stage: "lead" })];
      await world.automation(weekly());
      await fireSchedules(world.engine);
      world.clock.set("2026-03-02T10:00:01Z");
      expect(await fireSchedules(world.engine)).to.equal(1);
      expect(await fireSchedules(world.engine)).to.equal(0);
      const [event, ...more] = await events();
      expect(more).to.deep.equal([]);
      expect(event).to.deep.include({ recordId: one?.id, tick: "2026-03-02T10:00:00.000Z" });
      expect(event?.record).to.include({ id: one?.id, stage: "won", amount: 5 });
    });

    it("again at the next tick, for the records of then", async () => {
      const deal = await world.deal({ stage: "won" });
      await world.automation(weekly());
      await fireSchedules(world.engine);
      world.clock.set("2026-03-02T10:00:01Z");
      await fireSchedules(world.engine);
      await world.change("deal", deal.id, { stage: "lost" });
      await world.deal({ stage: "won" });
      world.clock.set("2026-03-02T11:00:01Z");
      await fireSchedules(world.engine);
      expect((await events()).map(({ tick }) => tick.slice(11, 16))).to.deep.equal(["10:00", "11:00"]);
    });

    it("neither losing nor doubling one when the process dies in the middle", async () => {
      for (let n = 0; n < 450; n++) await world.deal({ stage: "won" });
      const { id } = await world.automation(weekly({ catchUp: "none" }));
      await fireSchedules(world.engine);
      world.clock.set("2026-03-02T10:00:01Z");
      const { insert } = world.db;
      let writes = 0;
      world.db.insert = (...rest) => {
        if (rest[0] === "millrace_events" && ++writes === 250) throw new Error("killed");
        return insert(...rest);
      };
      await fireSchedules(world.engine).catch(() => undefined);
      world.db.insert = insert;
      const reborn = { ...world.engine, db: connect(world.url) };
      world.clock.set("2026-03-02T10:40:00Z");
      expect(await fireSchedules(reborn)).to.equal(250);
      await reborn.db.sequelize.close();
      const all = await events();
      expect([all.length, new Set(all.map(({ recordId }) => recordId)).size]).to.deep.equal([450, 450]);
      expect((await ticksOf(world, id, 1)).map(({ status }) => status)).to.deep.equal(["fired"]);
    });

    it("each record once when two nodes go through them together", async () => {
      for (let n = 0; n < 250; n++) await world.deal({ stage: "won" });
      await world.automation(weekly());
      await fireSchedules(world.engine);
      world.clock.set("2026-03-02T10:00:01Z");
      const other = { ...world.engine, db: connect(world.url) };
      await Promise.all([fireSchedules(world.engine), fireSchedules(other)]);
      await fireSchedules(world.engine);
      await other.db.sequelize.close();
      const all = await events();
      expect([all.length, new Set(all.map(({ recordId }) => recordId)).size]).to.deep.equal([250, 250]);
    });

    it("a tick whose filter no longer works is marked failed, and the next one is tried again", async () => {
      const { id } = await world.automation(weekly());
      await fireSchedules(world.engine);
      await world.db.run("UPDATE millrace_versions SET document = ?", [
        JSON.stringify(weekly({ when: { all: [{ fact: "record", path: "gone", operator: "equal", value: 1 }] } })),
      ]);
      const other = { ...world.engine, db: connect(world.url) };
      world.clock.set("2026-03-02T10:00:01Z");
      let said = "";
      await fireSchedules(other).catch((error: Error) => (said = error.message));
      expect(said).to.match(/gone/);
      expect(await fireSchedules(other)).to.equal(0);
      await other.db.sequelize.close();
      expect((await ticksOf(world, id)).map(({ tick, status }) => `${tick.slice(11, 16)} ${status}`)).to.deep.equal([
        "10:00 failed",
      ]);
    });
  });
}
