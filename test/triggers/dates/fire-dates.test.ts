import { expect } from "chai";
import { activate, pause, publish, saveDraft } from "../../../src/automations/index.js";
import { createRecord } from "../../../src/crm/index.js";
import { connect } from "../../../src/db/index.js";
import type { Document } from "../../../src/graph/index.js";
import { fireDates, fireSchedules, forecast, ticksOf } from "../../../src/triggers/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

const steps = [{ key: "done", kind: "end", config: {} }];

/** Three days before a deal's renewal, at nine in Berlin, unless said otherwise. The clock stands on 2 March, ten in Berlin. */
const renewal = (more: object = {}, object = "deal"): Document => ({
  object,
  steps,
  triggers: [{ key: "soon", kind: "date", field: "renewalDate", offset: "-3d", time: "09:00", ...more }],
});

for (const dialect of dialects) {
  describe(`dates fire (${dialect})`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    const make = (object: string, values: object) =>
      createRecord(world.engine, world.workspaceId, object, { ...values }, { actor: world.by });
    const edit = async (id: string, document: Document) => {
      await saveDraft(world.engine, world.workspaceId, id, { document }, world.by);
      await publish(world.engine, world.workspaceId, id, null, world.by);
    };
    const poll = async (...instants: string[]) => {
      let fired = 0;
      for (const instant of instants) {
        world.clock.set(instant);
        fired += await fireDates(world.engine);
      }
      return fired;
    };
    /** Polls every minute between two instants. */
    const minutes = async (from: string, to: string) => {
      let fired = 0;
      for (let at = Date.parse(from); at <= Date.parse(to); at += 60_000)
        fired += await poll(new Date(at).toISOString());
      return fired;
    };
    /** The events so far: at which minute of the clock, for which date. */
    const events = async () => {
      const rows = await world.db.all("SELECT at, data FROM millrace_events WHERE kind = 'date' ORDER BY id");
      return rows.map(
        (row) =>
          `${new Date(Number(row["at"])).toISOString().slice(0, 16)} for ${JSON.parse(String(row["data"])).tick}`,
      );
    };

    it("at its time of day in the zone, so long before, once", async () => {
      await world.deal({ renewalDate: "2026-03-06" });
      await world.automation(renewal());
      expect(await minutes("2026-03-03T07:58:00Z", "2026-03-03T08:05:00Z")).to.equal(1);
      expect(await events()).to.deep.equal(["2026-03-03T08:00 for 2026-03-06"]);
    });

    it("with the record's values, and starts a run on it", async () => {
      const deal = await world.deal({ renewalDate: "2026-03-06", amount: 7 });
      const { id } = await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:00Z");
      const event = await world.db.one("SELECT * FROM millrace_events WHERE kind = 'date'");
      expect(event).to.include({ object: "deal", recordId: deal.id });
      expect(JSON.parse(String(event?.["record"]))).to.include({ id: deal.id, amount: 7 });
      await world.drain();
      const run = await world.onlyRun();
      expect([run.status, run.recordId, run.automationId, run.trigger.kind]).to.deep.equal([
        "completed",
        deal.id,
        id,
        "date",
      ]);
    });

    it("moves with the date, edited earlier, later, cleared, and again", async () => {
      const deal = await world.deal({ renewalDate: "2026-03-10" });
      await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z");
      await world.change("deal", deal.id, { renewalDate: "2026-03-06" });
      await world.change("deal", deal.id, { renewalDate: null });
      expect(await minutes("2026-03-03T07:59:00Z", "2026-03-03T08:03:00Z")).to.equal(0);
      await world.change("deal", deal.id, { renewalDate: "2026-03-08" });
      expect(await poll("2026-03-05T07:59:00Z", "2026-03-05T08:00:00Z", "2026-03-07T08:00:00Z")).to.equal(1);
      expect(await events()).to.deep.equal(["2026-03-05T08:00 for 2026-03-08"]);
    });

    it("never twice for the same value, not even when the date comes back to it", async () => {
      const deal = await world.deal({ renewalDate: "2026-03-06" });
      await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:00Z");
      await world.change("deal", deal.id, { renewalDate: "2026-04-01" });
      await world.change("deal", deal.id, { renewalDate: "2026-03-06" });
      expect(await minutes("2026-03-03T08:01:00Z", "2026-03-03T08:04:00Z")).to.equal(0);
    });

    it("again for a new value", async () => {
      const deal = await world.deal({ renewalDate: "2026-03-06" });
      await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:00Z");
      await world.change("deal", deal.id, { renewalDate: "2026-03-20" });
      await poll("2026-03-17T08:00:00Z");
      expect(await events()).to.deep.equal(["2026-03-03T08:00 for 2026-03-06", "2026-03-17T08:00 for 2026-03-20"]);
    });

    it("not for dates that were past at the activation", async () => {
      await world.deal({ renewalDate: "2026-03-05" }); // 2 March 08:00 UTC, an hour before
      await world.automation(renewal());
      expect(await minutes("2026-03-02T09:00:00Z", "2026-03-02T09:05:00Z")).to.equal(0);
    });

    it("not for dates of one minute before the activation either", async () => {
      await world.deal({ renewalDate: "2026-03-05" });
      world.clock.set("2026-03-02T08:01:00Z");
      await world.automation(renewal());
      expect(await minutes("2026-03-02T08:01:30Z", "2026-03-02T08:05:30Z")).to.equal(0);
    });

    it("for those of three hours of downtime, each once", async () => {
      for (const renewalDate of ["2026-03-05", "2026-03-06", "2026-03-06"]) await world.deal({ renewalDate });
      await world.automation(renewal({ time: "11:00" }));
      await poll("2026-03-02T09:00:01Z");
      expect(await poll("2026-03-03T13:00:00Z")).to.equal(3);
      expect(await minutes("2026-03-03T13:00:30Z", "2026-03-03T13:03:30Z")).to.equal(0);
    });

    it("for a change that was committed a moment too late to be seen", async () => {
      await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:00Z");
      await world.deal({ renewalDate: "2026-03-06" });
      expect(await poll("2026-03-03T08:01:00Z")).to.equal(1);
    });

    it("not for the dates of a pause", async () => {
      await world.deal({ renewalDate: "2026-03-06" });
      await world.deal({ renewalDate: "2026-03-07" });
      const { id } = await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z");
      await pause(world.engine, world.workspaceId, id);
      await poll("2026-03-03T08:00:00Z", "2026-03-03T10:00:00Z");
      await activate(world.engine, world.workspaceId, id);
      await minutes("2026-03-03T10:00:01Z", "2026-03-03T10:05:01Z");
      await poll("2026-03-04T08:00:00Z");
      expect(await events()).to.deep.equal(["2026-03-04T08:00 for 2026-03-07"]);
    });

    it("though the automation was edited during the downtime", async () => {
      await world.deal({ renewalDate: "2026-03-06" });
      const { id } = await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T07:50:00Z");
      world.clock.set("2026-03-03T09:00:00Z");
      await edit(id, { ...renewal(), steps: [{ key: "other", kind: "end", config: {} }] });
      expect(await poll("2026-03-03T09:00:10Z")).to.equal(1);
    });

    it("by the new rule once it is edited", async () => {
      await world.deal({ renewalDate: "2026-03-06" });
      const { id } = await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-02T12:00:00Z");
      await edit(id, renewal({ offset: "-2d", time: "10:30" }));
      await poll("2026-03-03T08:00:00Z", "2026-03-04T09:30:00Z");
      expect(await events()).to.deep.equal(["2026-03-04T09:30 for 2026-03-06"]);
    });

    it("every year, 29 February on the 28th", async () => {
      await make("contact", { name: "Leap", birthday: "1992-02-29" });
      await make("contact", { name: "Grace", birthday: "1906-12-09" });
      await world.automation(renewal({ field: "birthday", offset: "0d", repeat: "yearly" }, "contact"));
      await poll(
        "2026-03-02T09:00:01Z",
        "2026-12-09T08:00:00Z",
        "2027-02-28T08:00:00Z",
        "2027-12-09T08:00:00Z",
        "2028-02-28T08:00:00Z",
        "2028-02-29T08:00:00Z",
      );
      expect(await events()).to.deep.equal([
        "2026-12-09T08:00 for 1906-12-09#2026",
        "2027-02-28T08:00 for 1992-02-29#2027",
        "2027-12-09T08:00 for 1906-12-09#2027",
        "2028-02-29T08:00 for 1992-02-29#2028",
      ]);
    });

    it("for moments, hours before or at a time of day", async () => {
      await make("task", { title: "Call", dueAt: "2026-03-03T15:20:00.000Z" });
      await world.automation(renewal({ field: "dueAt", offset: "-2h", time: undefined }, "task"), "Two hours before");
      await world.automation(renewal({ field: "dueAt", offset: "+1d", time: "07:00" }, "task"), "The morning after");
      await poll(
        "2026-03-02T09:00:01Z",
        "2026-03-03T13:19:00Z",
        "2026-03-03T13:20:00Z",
        "2026-03-03T13:21:00Z",
        "2026-03-04T06:00:00Z",
      );
      expect((await events()).map((event) => event.slice(0, 16))).to.deep.equal([
        "2026-03-03T13:20",
        "2026-03-04T06:00",
      ]);
    });

    it("on the business day it is moved to", async () => {
      await world.deal({ renewalDate: "2026-03-07" });
      await world.automation(renewal({ offset: "0d", shift: "previous business day" }));
      await poll("2026-03-02T09:00:01Z", "2026-03-06T08:00:00Z", "2026-03-07T08:00:00Z");
      expect(await events()).to.deep.equal(["2026-03-06T08:00 for 2026-03-07"]);
    });

    it("at the first valid instant when the clocks leave its time out", async () => {
      await world.deal({ renewalDate: "2026-03-29" });
      await world.automation(renewal({ offset: "0d", time: "02:30" }));
      await poll("2026-03-02T09:00:01Z", "2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z");
      expect(await events()).to.deep.equal(["2026-03-29T01:00 for 2026-03-29"]);
    });

    it("once when two nodes look at the same moment", async () => {
      for (let n = 0; n < 30; n++) await world.deal({ renewalDate: "2026-03-06" });
      await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z");
      const other = { ...world.engine, db: connect(world.url) };
      world.clock.set("2026-03-03T08:00:00Z");
      await Promise.all([fireDates(world.engine), fireDates(other), fireDates(other)]);
      world.clock.set("2026-03-03T08:01:00Z");
      await Promise.all([fireDates(world.engine), fireDates(other)]);
      await other.db.sequelize.close();
      expect(await events()).to.have.length(30);
    });

    it("none lost and none doubled when the process dies in the middle", async () => {
      for (let n = 0; n < 300; n++) await world.deal({ renewalDate: "2026-03-06" });
      await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z");
      const { insert } = world.db;
      let writes = 0;
      world.db.insert = (...rest) => {
        if (rest[0] === "millrace_events" && ++writes === 250) throw new Error("killed");
        return insert(...rest);
      };
      await poll("2026-03-03T08:00:00Z").catch(() => undefined);
      world.db.insert = insert;
      expect(await poll("2026-03-03T08:03:00Z")).to.equal(100);
      expect(await events()).to.have.length(300);
    });

    it("without a search on all the minutes at which nothing can be due", async () => {
      await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-02T10:00:00Z");
      const { all } = world.db;
      let searches = 0;
      world.db.all = (sql, ...rest) => {
        if (sql.includes("crm_deals")) searches++;
        return all(sql, ...rest);
      };
      await minutes("2026-03-02T10:01:00Z", "2026-03-02T12:01:00Z");
      world.db.all = all;
      expect(searches).to.equal(0);
    });

    it("not on the rows of a schedule that took its place", async () => {
      await world.deal({ renewalDate: "2026-03-06" });
      const { id } = await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z");
      await edit(id, {
        object: "deal",
        steps,
        triggers: [
          {
            key: "soon",
            kind: "schedule",
            every: "1h",
            when: { all: [{ fact: "record", path: "stage", operator: "equal", value: "lead" }] },
          },
        ],
      });
      expect(await poll("2026-03-03T08:00:00Z")).to.equal(0);
      world.clock.set("2026-03-03T08:00:01Z");
      expect(await fireSchedules(world.engine)).to.equal(1);
      await edit(id, renewal());
      await world.deal({ renewalDate: "2026-03-07" });
      expect(await poll("2026-03-03T08:00:02Z", "2026-03-04T08:00:00Z")).to.equal(1);
    });

    it("lists what lies ahead, schedules and dates together", async () => {
      const deal = await world.deal({ renewalDate: "2026-03-06" });
      await world.deal({ renewalDate: "2026-03-05" });
      const dates = await world.automation(renewal(), "Renewals");
      const report = await world.automation(
        { object: null, steps, triggers: [{ key: "report", kind: "schedule", cron: "0 9 * * *", times: 1 }] },
        "Report",
      );
      const ahead = await forecast(world.engine, world.workspaceId, Date.parse("2026-03-31T00:00:00Z"));
      expect(ahead.map(({ at, automationName, recordId }) => [at, automationName, recordId])).to.deep.equal([
        ["2026-03-03T08:00:00.000Z", "Renewals", deal.id],
        ["2026-03-03T08:00:00.000Z", "Report", null],
      ]);
      expect(ahead.map(({ automationId }) => automationId)).to.deep.equal([dates.id, report.id]);
      expect(await forecast(world.engine, "another", Date.parse("2026-03-31T00:00:00Z"))).to.deep.equal([]);
    });

    it("leaves a tick for each record", async () => {
      const deal = await world.deal({ renewalDate: "2026-03-06" });
      const { id } = await world.automation(renewal());
      await poll("2026-03-02T09:00:01Z", "2026-03-03T08:00:00Z");
      expect(await ticksOf(world, id)).to.have.length(1);
      expect((await ticksOf(world, id))[0]).to.include({
        triggerKey: "soon",
        recordId: deal.id,
        tick: "2026-03-06",
        status: "fired",
      });
    });
  });
}
