import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { type ServedMillrace, servedMillrace } from "../support/servers.js";
import { smtpSink } from "../support/smtp-sink.js";

/** A deal that is won, and is worth more than 10,000: it is marked, gets a task, a mail and a call to the ERP. */
const onboarding = (erp: string) => ({
  object: "deal",
  triggers: [{ key: "won", kind: "record.updated", fields: ["stage"], to: "won" }],
  conditions: { all: [{ id: "big", fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }] },
  steps: [
    { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } },
    { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}", dueIn: "3d" } },
    {
      key: "mail",
      kind: "email.send",
      config: { to: "ann@example.com", subject: "{{ record.name }} is won", body: "Worth **{{ record.amount }}**." },
    },
    {
      key: "erp",
      kind: "http.request",
      config: {
        method: "POST",
        url: `${erp}/orders`,
        body: { deal: "{{ record.id }}", amount: "{{ record.amount }}" },
      },
    },
  ],
});

for (const dialect of dialects) {
  describe(`a record changes and an automation runs, over HTTP on ${dialect}`, () => {
    let world: ServedMillrace;
    let smtp: Awaited<ReturnType<typeof smtpSink>>;
    let erp: Loopback;
    let automation: string;
    before(async () => {
      smtp = await smtpSink();
      erp = await loopback((_req, res) =>
        res.writeHead(201, { "Content-Type": "application/json" }).end('{"order":7}'),
      );
      world = await servedMillrace(dialect, { smtpUrl: `${smtp.url}?from=crm@example.com`, allowHosts: [erp.host] });
      automation = await world.automation(onboarding(erp.url));
    });
    after(async () => {
      await world.stop();
      await smtp.close();
      await erp.close();
    });

    const why = async (deal: string) =>
      (await world.api("GET", `/explanations?automation=${automation}&record=${deal}`)).body.data;

    it("is listed as active, with a sentence that says what it does", async () => {
      const { body } = await world.api("GET", `/automations/${automation}`);
      expect(body).to.include({ status: "active", publishedVersion: 1, form: "list", object: "deal" });
      expect(body.sentence).to.be.a("string").and.include("won");
    });

    it("runs nothing for 8,000, and says why with both values", async () => {
      const deal = await world.deal({ amount: 8_000 });
      await world.win(deal);
      expect(await world.runs()).to.deep.equal([]);
      const [latest] = await why(deal);
      expect(latest).to.include({ decision: "refused", runId: null });
      expect(latest.reason.code).to.equal("conditions");
      expect(latest.reason.message).to.include("8000").and.include("10000");
      expect(latest.conditions).to.include({ operator: "all", result: false });
      expect(latest.conditions.conditions[0]).to.include({
        id: "big",
        path: "amount",
        left: 8000,
        right: 10000,
        result: false,
      });
      expect(await world.page(`/why?automation=${automation}&record=${deal}`))
        .to.match(/8,?000/)
        .and.match(/10,?000/);
    });

    describe("for 12,000", () => {
      let deal: string;
      before(async () => {
        deal = await world.deal({ amount: 12_000 });
        await world.win(deal);
      });

      it("runs once, to the end, and is found from the record", async () => {
        const run = await world.onlyRun();
        expect(run).to.include({
          automationId: automation,
          object: "deal",
          recordId: deal,
          status: "completed",
          failedSteps: 0,
        });
        expect(run.trigger).to.include({ kind: "record.updated" });
        const [latest] = (await why(deal)).filter((one: { decision: string }) => one.decision === "enrolled");
        expect(latest).to.include({ runId: run.id });
        expect((await world.api("GET", `/objects/deal/records/${deal}/runs`)).body.data[0].id).to.equal(run.id);
      });

      it("updates the deal and makes a task about it", async () => {
        const { body } = await world.api("GET", `/objects/deal/records/${deal}`);
        expect(body.values).to.include({ status: "onboarding", stage: "won" });
        const tasks = (await world.api("GET", "/objects/task/records")).body.data;
        expect(tasks).to.have.length(1);
        expect(tasks[0].values).to.include({ title: "Call Northwind renewal", relatedObject: "deal", relatedId: deal });
      });

      it("sends a mail that the mail server receives", async () => {
        expect(smtp.arrived).to.have.length(1);
        const [mail] = smtp.arrived;
        expect(mail).to.deep.include({ from: "crm@example.com", to: ["ann@example.com"] });
        expect(mail?.raw)
          .to.include("Subject: Northwind renewal is won")
          .and.match(/Message-ID: <.+>/i)
          .and.include("12000");
      });

      it("calls the ERP once, with the step's idempotency key", async () => {
        const { id } = await world.onlyRun();
        expect(erp.received).to.have.length(1);
        const [call] = erp.received;
        expect(call).to.include({ method: "POST", url: "/orders" });
        expect(call?.headers["idempotency-key"]).to.equal(`${id}:erp:`);
        expect(JSON.parse(call?.body ?? "")).to.deep.equal({ deal, amount: 12_000 });
      });

      it("keeps what each step was given and what came of it", async () => {
        const { steps } = await world.onlyRun();
        expect(steps.map((step: { key: string; status: string }) => `${step.key} ${step.status}`)).to.deep.equal([
          "mark success",
          "task success",
          "mail success",
          "erp success",
        ]);
        const [mark, task, mail, call] = steps;
        expect(mark.input).to.deep.include({ values: { status: "onboarding" } });
        expect(mark.output.changed).to.deep.equal(["status"]);
        expect(task.input.title).to.equal("Call Northwind renewal");
        expect(mail.output).to.deep.include({ status: "sent", accepted: ["ann@example.com"] });
        expect(call.input.body).to.deep.equal({ deal, amount: 12_000 });
        expect(call.output).to.deep.include({ status: 201, body: { order: 7 } });
      });

      it("names the automation as who changed the deal, in the API and on the record's page", async () => {
        const run = await world.onlyRun();
        const { data } = (await world.api("GET", `/objects/deal/records/${deal}/changes`)).body;
        expect(data[0].actor).to.deep.equal({ type: "run", id: run.id, name: "Won deals", automationId: automation });
        expect(data[0].changes).to.deep.equal([{ field: "status", old: null, new: "onboarding" }]);
        expect(data[1].actor).to.include({ type: "key", name: "The admin" });
        expect(await world.page(`/records/deal/${deal}`))
          .to.include("Won deals")
          .and.include(`/runs/${run.id}`);
      });

      it("shows the run on its page and in the log", async () => {
        const { id } = await world.onlyRun();
        const page = await world.page(`/runs/${id}`);
        for (const part of [
          "Won deals",
          "Succeeded",
          "onboarding",
          "Call Northwind renewal",
          "ann@example.com",
          "/orders",
        ]) {
          expect(page).to.include(part);
        }
        expect(await world.page("/runs")).to.include(`/runs/${id}`);
      });
    });
  });

  describe(`automations that answer each other, over HTTP on ${dialect}`, () => {
    let world: ServedMillrace;
    before(async () => {
      world = await servedMillrace(dialect);
    });
    after(() => world.stop());

    it("stops two automations that set each other off, and shows the chain", async () => {
      const flip = (from: string, to: string) => ({
        object: "contact",
        triggers: [{ key: "t", kind: "record.updated", fields: ["jobTitle"], to: from }],
        steps: [{ key: "flip", kind: "record.update", config: { values: { jobTitle: to } } }],
      });
      const ping = await world.automation(flip("ping", "pong"), "Ping");
      const pong = await world.automation(flip("pong", "ping"), "Pong");
      const { id } = (await world.api("POST", "/objects/contact/records", { values: { name: "Nora" } })).body;
      await world.api("PATCH", `/objects/contact/records/${id}`, { values: { jobTitle: "ping" } });
      await world.work();
      const [refused, ...ran] = await world.runs("object=contact");
      expect(refused).to.include({ automationId: ping, status: "skipped" });
      expect(refused.reason.code).to.equal("loop_guard");
      const chain = refused.reason.details.chain.map((link: { automationId: string }) => link.automationId);
      expect(chain).to.deep.equal([ping, pong]);
      expect(ran.map((run: { status: string }) => run.status)).to.deep.equal(["completed", "completed"]);
    });
  });
}
