import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { type ServedMillrace, servedMillrace } from "../support/servers.js";
import { smtpSink } from "../support/smtp-sink.js";

for (const dialect of dialects) {
  describe(`trying an automation out, over HTTP on ${dialect}`, () => {
    let world: ServedMillrace;
    let smtp: Awaited<ReturnType<typeof smtpSink>>;
    let server: Loopback;
    let automation: string;
    let deal: string;
    before(async () => {
      smtp = await smtpSink();
      server = await loopback((_req, res) => res.end("{}"));
      const slack = { slackToken: "xoxb-canary", slackApiUrl: `${server.url}/api/` };
      world = await servedMillrace(dialect, {
        smtpUrl: `${smtp.url}?from=crm@example.com`,
        allowHosts: [server.host],
        ...slack,
      });
      automation = await world.automation({
        object: "deal",
        triggers: [{ key: "won", kind: "record.updated", fields: ["stage"], to: "won" }],
        conditions: { all: [{ id: "big", fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }] },
        steps: [
          { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } },
          { key: "rest", kind: "wait", config: { for: "3d" } },
          { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } },
          {
            key: "mail",
            kind: "email.send",
            config: { to: "ann@example.com", subject: "{{ record.status }}", body: "Hello" },
          },
          {
            key: "call",
            kind: "http.request",
            config: { method: "POST", url: `${server.url}/hook`, body: { id: "{{ record.id }}" } },
          },
          { key: "tell", kind: "slack.send", config: { channel: "#sales", text: "Won" } },
        ],
      });
      deal = await world.deal({ amount: 12_000 });
      await world.work();
    });
    after(async () => {
      await world.stop();
      await smtp.close();
      await server.close();
    });

    const everything = async () => {
      const tables = [
        "crm_deals",
        "crm_tasks",
        "millrace_events",
        "millrace_runs",
        "millrace_steps",
        "millrace_mails",
        "millrace_counters",
      ];
      const rows = await Promise.all(tables.map((table) => world.db.all(`SELECT * FROM ${table}`)));
      return JSON.stringify(rows);
    };
    const simulate = async (request: object) =>
      (await world.api("POST", `/automations/${automation}/simulations`, { recordId: deal, ...request })).body;

    it("says what would change and what would go out, past every wait", async () => {
      const tried = await simulate({ changes: { stage: "won" } });
      expect(tried).to.include({ decision: "enrolled", status: "completed" });
      expect(tried.path).to.deep.equal(["mark", "rest", "task", "mail", "call", "tell"]);
      expect(tried.diffs).to.deep.include({
        object: "deal",
        recordId: deal,
        field: "status",
        before: null,
        after: "onboarding",
      });
      expect(tried.effects.map(({ kind }: { kind: string }) => kind)).to.deep.equal([
        "email.send",
        "http.request",
        "slack.send",
      ]);
      expect(tried.effects[0].rendered).to.deep.include({ subject: "onboarding", to: ["ann@example.com"] });
      expect(JSON.stringify(tried.effects[1].rendered)).to.include(deal);
    });

    it("says why it would not run, with the values that decide", async () => {
      const tried = await simulate({ changes: { stage: "won", amount: 8_000 } });
      expect(tried).to.include({ decision: "refused" });
      expect(tried.conditions.conditions[0]).to.include({ left: 8000, right: 10000, result: false });
    });

    it("sends nothing and leaves nothing behind", async () => {
      const before = await everything();
      await simulate({ changes: { stage: "won" } });
      await world.work();
      expect(await everything()).to.equal(before);
      expect([smtp.arrived, server.received]).to.deep.equal([[], []]);
    });

    it("names what is wrong with a request", async () => {
      const unknown = await world.api("POST", `/automations/${automation}/simulations`, { recordId: "nothing" });
      expect([unknown.status, unknown.body.code]).to.deep.equal([404, "not_found"]);
      const wrong = await world.api("POST", `/automations/${automation}/simulations`, {
        recordId: deal,
        changes: { amount: "x" },
      });
      expect([wrong.status, wrong.body.errors[0].path]).to.deep.equal([422, "values.amount"]);
      const malformed = await world.api("POST", `/automations/${automation}/simulations`, {
        recordId: deal,
        document: { steps: 5 },
      });
      expect([malformed.status, malformed.body.errors[0].path]).to.deep.equal([422, "document.steps"]);
    });
  });
}
