import { rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sqlite from "@appthreat/sqlite3";
import { expect } from "chai";
import { pino } from "pino";
import { Sequelize } from "sequelize";
import { createCrm } from "../../examples/embedded-crm/app.js";
import { Deal } from "../../examples/embedded-crm/models.js";
import type { Dialect } from "../../src/db/index.js";
import type { Millrace } from "../../src/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { newId } from "../../src/shared/ids.js";
import type { JsonObject } from "../../src/shared/json.js";
import { dialects, freshDatabase } from "../support/databases.js";
import { until } from "../support/processes.js";

/** The host's own database: a Sequelize instance as a host makes it, without anything of ours. */
async function hostDatabase(dialect: Dialect): Promise<{ sequelize: Sequelize; drop(): Promise<void> }> {
  if (dialect === "sqlite") {
    const storage = join(tmpdir(), `millrace_host_${newId()}.sqlite`);
    const sequelize = new Sequelize({
      dialect,
      storage,
      dialectModule: (sqlite as { default?: object }).default ?? sqlite,
      logging: false,
    });
    const remove = () => {
      for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(storage + end, { force: true });
    };
    return { sequelize, drop: () => sequelize.close().then(remove) };
  }
  const { url, drop } = await freshDatabase(dialect, false);
  const sequelize = new Sequelize(url, { logging: false });
  return { sequelize, drop: () => sequelize.close().then(drop) };
}

for (const dialect of dialects) {
  describe(`the example of a CRM with Millrace inside, on ${dialect}`, () => {
    let host: Awaited<ReturnType<typeof hostDatabase>>;
    let millrace: Millrace;
    let server: Server;
    let url: string;
    const shipped: unknown[] = [];
    before(async () => {
      host = await hostDatabase(dialect);
      const config = { secretKey: "test-key-of-thirty-two-characters", pollMs: 100 };
      const crm = await createCrm(host.sequelize, { config, log: pino({ level: "silent" }) });
      millrace = crm.millrace;
      millrace.actions.register({
        kind: "shipping.book",
        title: "Book shipping",
        group: "Host",
        description: "Books a parcel for the deal.",
        config: { type: "object", properties: { weight: { type: "number" } }, required: ["weight"] },
        output: { type: "object", properties: { parcel: { type: "string" } } },
        ports: ["success"],
        effect: "outside",
        sentence: () => "book shipping",
        perform: async ({ weight }, step) => {
          shipped.push({ weight, key: step.idempotencyKey });
          return { type: "done", output: { parcel: `P-${step.record?.id}` } };
        },
        simulate: async () => ({ type: "done", output: { parcel: "P-0" } }),
      });
      server = await new Promise((listening) => {
        const made = crm.app.listen(0, "127.0.0.1", () => listening(made));
      });
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(async () => {
      server.closeAllConnections();
      server.close();
      await millrace.stop();
      await host.drop();
    });

    const ask = async (method: string, path: string, body?: object) => {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`${url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      const text = await answer.text();
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    };
    const api = (method: string, path: string, body?: object) =>
      ask(method, `/automations/api/workspaces/default${path}`, body);
    const automation = async (name: string, document: JsonObject) => {
      const { id } = await api("POST", "/automations", { name, document: { object: "deal", ...document } });
      await api("POST", `/automations/${id}/publications`, {});
      return id;
    };
    const runsOf = async (id: string) => (await api("GET", `/runs?automation=${id}`)).data;
    const over = async (id: string, count: number) => {
      await until(`${count} runs are over`, async () => {
        const runs = await runsOf(id);
        return runs.length === count && runs.every((run: { status: string }) => run.status === "completed");
      });
      return runsOf(id);
    };
    const events = async (id?: number) =>
      (
        await millrace.engine.db.all(
          "SELECT kind, recordId FROM millrace_events WHERE kind LIKE 'record.%' ORDER BY id",
        )
      ).filter((row) => id === undefined || row["recordId"] === String(id));
    const nextStep = (text: string) => ({ key: "next", kind: "record.update", config: { values: { nextStep: text } } });

    it("runs an automation on a deal won through the CRM's own route, and writes back to the CRM's own row", async () => {
      const id = await automation("Welcome", {
        triggers: [{ key: "won", kind: "record.updated", fields: ["stage"], to: "won" }],
        conditions: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }] },
        steps: [nextStep("Call {{ record.name }}"), { key: "ship", kind: "shipping.book", config: { weight: 2.5 } }],
      });
      const small = await ask("POST", "/deals", { name: "Small", amount: 8_000 });
      const large = await ask("POST", "/deals", { name: "Large", amount: 12_000 });
      for (const deal of [small, large]) await ask("POST", `/deals/${deal.id}/win`);
      const [run] = await over(id, 1);
      expect(run).to.include({ object: "deal", recordId: String(large.id) });
      expect(await ask("GET", `/deals/${large.id}`)).to.include({ stage: "won", nextStep: "Call Large" });
      expect(shipped).to.deep.equal([{ weight: 2.5, key: `${run.id}:ship:` }]);
      const why = (await api("GET", `/explanations?automation=${id}&record=${small.id}`)).data;
      expect(why[0].conditions.conditions[0]).to.include({ left: 8000, right: 10000, result: false });
      const [latest] = (await api("GET", `/objects/deal/records/${large.id}/changes`)).data;
      expect(latest.actor).to.include({ type: "run", name: "Welcome" });
    });

    it("starts on what the CRM emits in its own transaction", async () => {
      const id = await automation("Celebrate", {
        object: null,
        triggers: [{ key: "party", kind: "event", name: "deal.celebrated" }],
        steps: [{ key: "note", kind: "set_variables", config: { values: { deal: "{{ trigger.deal }}" } } }],
      });
      const deal = await ask("POST", "/deals", { name: "Party", amount: 1 });
      await ask("POST", `/deals/${deal.id}/win`);
      const [run] = await over(id, 1);
      expect((await api("GET", `/runs/${run.id}`)).steps[0].input.values).to.deep.equal({ deal: String(deal.id) });
    });

    it("tells of single saves, bulk updates and destroys, each row", async () => {
      const one = await Deal.create({ name: "One", amount: 1 });
      const two = await Deal.create({ name: "Two", amount: 2 });
      await one.update({ amount: 3 });
      await Deal.update({ amount: 4 }, { where: { id: [one.id, two.id] } });
      await Deal.destroy({ where: { id: [one.id, two.id] } });
      const kinds = async (id: number) => (await events(id)).map((row) => row["kind"]);
      expect(await kinds(one.id)).to.deep.equal([
        "record.created",
        "record.updated",
        "record.updated",
        "record.deleted",
      ]);
      expect(await kinds(two.id)).to.deep.equal(["record.created", "record.updated", "record.deleted"]);
    });

    it("leaves no event, and starts nothing, when the CRM's transaction rolls back", async () => {
      const before = await events();
      const emitted = async () =>
        Number((await millrace.engine.db.one("SELECT COUNT(*) AS n FROM millrace_events WHERE kind = 'event'"))?.["n"]);
      const told = await emitted();
      const changing = host.sequelize.transaction(async (transaction) => {
        await Deal.create({ name: "Never", amount: 99_999, stage: "won" }, { transaction });
        await millrace.emit("deal.celebrated", { deal: 0 }, { transaction });
        throw new Error("changed my mind");
      });
      await changing.then(
        () => expect.fail(),
        () => undefined,
      );
      expect(await events()).to.deep.equal(before);
      expect(await emitted()).to.equal(told);
      expect(await Deal.count({ where: { name: "Never" } })).to.equal(0);
    });

    it("commits the event with the CRM's row: nobody sees the one without the other", async () => {
      let id = 0;
      await host.sequelize.transaction(async (transaction) => {
        id = (await Deal.create({ name: "Together", amount: 5 }, { transaction })).id;
        expect(await events(id)).to.deep.equal([]);
        expect(await Deal.findByPk(id)).to.equal(null);
      });
      expect((await events(id)).map((row) => row["kind"])).to.deep.equal(["record.created"]);
    });

    it("serves the pages under /automations to whom the CRM has signed in", async () => {
      for (const path of ["/automations", "/automations/records/deal", "/automations/runs"]) {
        const page = await fetch(`${url}${path}`);
        expect(page.status, path).to.equal(200);
        expect(await page.text())
          .to.include("Sam")
          .and.include('href="/automations/');
      }
      expect((await fetch(`${url}/automations/login`)).status).to.equal(404);
    });

    it("holds every promise about its rows", async () => {
      expect(await checkInvariants(millrace.engine.db)).to.deep.equal([]);
    });
  });
}
