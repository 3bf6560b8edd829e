import { expect } from "chai";
import type { Database } from "../../src/db/index.js";
import { type Event, relay } from "../../src/events/index.js";
import { checkInvariants, explain } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { whenWon } from "../support/engine-world.js";
import { password, type WebWorld, webWorld } from "../web/web-world.js";

const addTask = { key: "task", kind: "record.create", config: { object: "task", values: { title: "Call" } } };

for (const dialect of dialects) {
  describe(`events set aside, on ${dialect}`, () => {
    let world: WebWorld;
    let said: Record<string, unknown>[];
    beforeEach(async () => {
      world = await webWorld(dialect);
      said = [];
      world.engine.log.error = ((detail: Record<string, unknown>) => void said.push(detail)) as never;
    });
    afterEach(() => world.drop());

    const won = async () => {
      const deal = await world.deal();
      await world.change("deal", deal.id, { stage: "won" });
      return deal.id;
    };
    const damage = (recordId: string, column = "changes", text = "[{") =>
      world.db.run(`UPDATE millrace_events SET ${column} = ? WHERE recordId = ? AND kind = 'record.updated'`, [
        text,
        recordId,
      ]);
    const polls = async (times = 3) => {
      for (let poll = 0; poll < times; poll++) await world.drain().catch(() => undefined);
    };
    const aside = async () => (await world.as("viewer").get("/set-aside-events")).body.data;

    it("are named in the log, the API, the health check, the metrics and under Why, and take no list down", async () => {
      const { id: automationId } = await world.automation({ triggers: [whenWon], steps: [addTask] });
      const recordId = await won();
      await damage(recordId);
      await polls();
      const [event] = await aside();
      expect(event).to.include({ kind: "record.updated", recordId, canRetry: true });
      expect(event.error).to.equal("Its stored changes cannot be read any more: the text is damaged.");
      expect(said.filter(({ eventId }) => eventId === event.id)).to.have.length(1);
      expect((await world.request().get("/health/ready")).body.setAsideEvents).to.equal(1);
      expect((await world.request().get("/metrics")).text).to.include("millrace_events_set_aside 1");
      const log = await world.as("viewer").get(`/objects/deal/records/${recordId}/changes`);
      expect(log.body.data.map((one: Event) => one.unreadable ?? [])).to.deep.equal([["changes"], []]);
      const { data } = await explain(world.engine, world.workspaceId, automationId, recordId);
      expect(data[0]?.reason).to.include({ code: "event_failed" });
      expect(await checkInvariants(world.db)).to.have.length(1);
    });

    it("are shown whatever is damaged, and however", async () => {
      const recordId = await won();
      const damages = {
        actor: ["{", "7"],
        changes: ["{", "{}", "[1]"],
        record: ["{", "[]"],
        data: ["{", "[]"],
        lineage: ["{", "{}"],
      };
      for (const [column, texts] of Object.entries(damages)) {
        for (const text of texts) {
          await world.db.run(
            "UPDATE millrace_events SET actor = '{}', changes = NULL, record = NULL, data = NULL, lineage = NULL",
          );
          await world.db.run("UPDATE millrace_events SET actor = ?", ['{"type":"system","id":null,"name":"x"}']);
          await damage(recordId, column, text);
          const log = await world.as("viewer").get(`/objects/deal/records/${recordId}/changes`);
          expect(log.body.data[0].unreadable, `${column} ${text}`).to.deep.equal([column]);
        }
      }
      await world.letAdaIn();
      const agent = (await import("supertest")).default.agent(world.app);
      const csrf = /name="_csrf" value="([^"]+)"/.exec((await agent.get("/login")).text)?.[1];
      await agent.post("/login").type("form").send({ _csrf: csrf, email: "ada@demo.test", password });
      expect((await agent.get(`/records/deal/${recordId}`)).text).to.include("The details are damaged");
      await polls();
      const page = await agent.get("/set-aside");
      expect(page.text).to.include("Events set aside").and.include("Try again").and.include("is damaged");
    });

    it("can be tried again, by whom may operate, once they can be read, and then leave no error behind", async () => {
      await world.automation({ triggers: [whenWon], steps: [addTask] });
      const [one, two] = [await won(), await won()];
      for (const id of [one, two]) await damage(id, "data", "{");
      await polls(5);
      expect(await aside()).to.have.length(2);
      await damage(one, "data", "{}");
      const [, first] = await aside();
      expect((await world.as("viewer").post(`/set-aside-events/${first.id}/retries`)).status).to.equal(403);
      expect((await world.as("operator").post(`/set-aside-events/${first.id}/retries`)).body).to.deep.equal({
        retried: 1,
      });
      expect((await world.as("operator").post(`/set-aside-events/${first.id}/retries`)).status).to.equal(404);
      await polls(1);
      expect((await world.onlyRun()).recordId).to.equal(one);
      const clean = await world.db.one("SELECT error, failures FROM millrace_events WHERE id = ?", [Number(first.id)]);
      expect(clean).to.deep.equal({ error: null, failures: 0 });
      expect((await world.as("operator").post("/set-aside-events/retries")).body).to.deep.equal({ retried: 1 });
      await polls();
      expect((await aside()).map((event: Event) => event.recordId)).to.deep.equal([two]);
      const audit = (await world.as("admin").get("/audit?action=event.retried")).body.data;
      expect(audit.map(({ subject }: { subject: string | null }) => subject)).to.deep.equal([null, first.id]);
    });

    it("fail a run whose cause is damaged after it began, saying so", async () => {
      await world.automation({
        triggers: [whenWon],
        steps: [{ key: "rest", kind: "wait", config: { for: "1h" } }, addTask],
      });
      await won();
      await polls();
      const { id } = await world.onlyRun();
      await world.db.run("UPDATE millrace_events SET record = '{' WHERE id = (SELECT eventId FROM millrace_runs)");
      world.clock.forward("2h");
      await polls(1);
      expect((await world.run(id)).reason).to.include({ code: "event_unreadable" });
    });

    it("are the very ones that failed, though another worker has relayed them and is at the next by then", async () => {
      const ids = [await won(), await won()];
      const others = relay(world.engine, 2, async () => undefined);
      await others;
      let transactions = 0;
      const db: Database = {
        ...world.engine.db,
        async inTransaction(work, within, joinWrites) {
          // The batch, its first event alone, and then the counting of that failure.
          if (++transactions === 3) await relay(world.engine, 1, async () => undefined);
          return world.engine.db.inTransaction(work, within, joinWrites);
        },
      };
      const failing = async (events: Event[]) => {
        if (events[0]?.recordId === ids[1] && events[0]?.kind === "record.created") throw new Error("bad weather");
      };
      await relay({ ...world.engine, db }, 100, failing);
      const rows = await world.db.all("SELECT failures, error, relayedAt IS NULL AS waits FROM millrace_events");
      expect(rows).to.deep.equal(Array(4).fill({ failures: 0, error: null, waits: 0 }));
    });
  });
}
