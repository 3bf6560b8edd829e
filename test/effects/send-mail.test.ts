import { createServer } from "node:net";
import { expect } from "chai";
import {
  type EffectContext,
  getMail,
  listMails,
  type MailMessage,
  type RecordedEffect,
  readUnsubscribeToken,
  suppress,
  suppressedAmong,
  unsubscribe,
  writeSecret,
} from "../../src/effects/index.js";
import { dialects } from "../support/databases.js";
import { gateway } from "../support/gateway.js";
import { smtpSink } from "../support/smtp-sink.js";

for (const dialect of dialects)
  describe(`mail, ${dialect}`, () => {
    let sink: Awaited<ReturnType<typeof smtpSink>>;
    let world: Awaited<ReturnType<typeof gateway>>;
    beforeEach(async () => {
      sink = await smtpSink();
      world = await gateway(dialect, { smtpUrl: `${sink.url}?from=crm@example.com` });
    });
    afterEach(async () => {
      await world.close();
      await sink.close();
    });

    const mail = (more: Partial<MailMessage> = {}, context: Partial<EffectContext> = {}, through = world.effects) =>
      world.outside(context, through).mail({
        to: ["Ann Lee <ann@example.com>"],
        subject: "Welcome",
        body: "Hello **Ann**",
        format: "markdown",
        class: "transactional",
        ...more,
      });
    const rows = async () => (await listMails(world, "w1")).data;

    it("arrives with both parts, our envelope and a row that says sent", async () => {
      const result = await mail({ cc: ["bo@example.com"], bcc: ["cy@example.com"], replyTo: "desk@example.com" });
      expect(result).to.deep.include({ ok: true });
      expect(result.output).to.deep.include({ status: "sent", accepted: ["ann@example.com", "bo@example.com", "cy@example.com"], rejected: [] });
      const [arrived] = sink.arrived;
      expect(arrived).to.deep.include({ from: "crm@example.com", to: ["ann@example.com", "bo@example.com", "cy@example.com"] });
      expect(arrived?.raw).to.include("<strong>Ann</strong>").and.include("text/plain").and.include("Reply-To: desk@example.com");
      expect(arrived?.raw).to.not.include("cy@example.com");
      expect((await rows())[0]).to.include({ status: "sent", subject: "Welcome", runId: "r1", stepKey: "tell", error: null });
    });

    it("keeps its Message-ID over repetitions, and does not send again what has left", async () => {
      const first = await mail();
      const again = await mail();
      expect(again.output?.["messageId"]).to.equal(first.output?.["messageId"]);
      expect(sink.arrived).to.have.length(1);
      expect(sink.arrived[0]?.raw).to.include(`Message-ID: ${first.output?.["messageId"]}`);
      await mail({}, { idempotencyKey: "r1:tell:1" });
      expect(sink.arrived).to.have.length(2);
      expect(await rows()).to.have.length(2);
    });

    it("calls a connection dropped before the final 250 unknown, and repeats with the same Message-ID", async () => {
      sink.moods.drop = 1;
      const first = await mail();
      expect(first).to.include({ ok: false, code: "unknown_outcome", retryable: true });
      expect((await rows())[0]).to.include({ status: "unknown" });
      const again = await mail();
      expect(again).to.include({ ok: true });
      expect(sink.arrived).to.have.length(2);
      const [one, two] = sink.arrived.map(({ raw }) => /^Message-ID: .*$/m.exec(raw)?.[0]);
      expect(one).to.be.a("string").and.equal(two);
      expect(await rows()).to.have.length(1);
    });

    it("takes 4xx for a reason to try later, 5xx for a final answer", async () => {
      sink.moods.message = () => "451 4.3.0 try later";
      expect(await mail()).to.include({ ok: false, code: "smtp_temporary", retryable: true });
      sink.moods.message = () => "554 5.7.1 spam";
      expect(await mail()).to.include({ ok: false, code: "smtp_rejected", retryable: false });
      expect((await rows())[0]).to.include({ status: "failed" }).and.have.property("error").that.includes("spam");
      sink.moods.message = () => null;
      expect(await mail()).to.include({ ok: true });
    });

    it("reports the recipients that were refused, and sends to the others", async () => {
      sink.moods.recipient = (address) => (address.startsWith("bo@") ? "550 5.1.1 no such user" : null);
      const result = await mail({ to: ["ann@example.com", "bo@example.com"] });
      expect(result).to.deep.include({ ok: true });
      expect(result.output).to.deep.include({ accepted: ["ann@example.com"] });
      expect(result.output?.["rejected"]).to.have.nested.property("[0].address", "bo@example.com");
      expect(await suppressedAmong(world, "w1", ["bo@example.com", "ann@example.com"])).to.deep.equal(new Map([["bo@example.com", "bounced"]]));
    });

    it("suppresses a mailbox that does not exist, not one that is full or refused by policy", async () => {
      sink.moods.recipient = () => "550 5.1.1 no such user";
      expect(await mail()).to.include({ ok: false, code: "recipient_rejected", retryable: false });
      sink.moods.recipient = () => "452 4.2.2 mailbox full";
      expect(await mail({ to: ["bo@example.com"] }, { idempotencyKey: "b" })).to.include({ code: "recipient_rejected", retryable: true });
      sink.moods.recipient = () => "550 5.7.1 not from you";
      expect(await mail({ to: ["cy@example.com"] }, { idempotencyKey: "c" })).to.include({ code: "recipient_rejected", retryable: false });
      expect([...(await suppressedAmong(world, "w1", ["ann@example.com", "bo@example.com", "cy@example.com"])).keys()]).to.deep.equal(["ann@example.com"]);
    });

    it("gives up on a server that hangs, and on one that is not there", async () => {
      const mute = createServer(() => {}).listen(0, "127.0.0.1");
      await new Promise((resolve) => mute.once("listening", resolve));
      const hanging = world.open({ smtpUrl: `smtp://127.0.0.1:${(mute.address() as { port: number }).port}` });
      expect(await mail({}, {}, hanging)).to.include({ ok: false, code: "timeout", retryable: true });
      mute.close();
      const gone = world.open({ smtpUrl: "smtp://127.0.0.1:1" });
      expect(await mail({}, {}, gone)).to.include({ ok: false, code: "connection", retryable: true });
      expect((await rows())[0]).to.include({ status: "failed" });
    });

    it("stops when the step is cancelled", async () => {
      const controller = new AbortController();
      sink.moods.message = () => {
        controller.abort();
        return "250 late";
      };
      expect(await mail({}, { signal: controller.signal })).to.include({ ok: false, retryable: true });
    });

    it("says what signing in came to", async () => {
      const locked = await smtpSink({}, { disabledCommands: ["STARTTLS"], onAuth: (_auth, _session, done) => done(new Error("no")) });
      const guarded = world.open({ smtpUrl: locked.url.replace("//", "//me:wrong-password@") });
      expect(await mail({}, {}, guarded)).to.include({ ok: false, code: "smtp_auth", retryable: false });
      await locked.close();
    });

    for (const to of [
      "ann@example.com, eve@evil.test",
      "ann@example.com\r\nBcc: eve@evil.test",
      "Ann <ann@example.com>, <eve@evil.test>",
      '"a@b.test" <ann@example.com>',
      "friends: ann@example.com;",
      "ann@[127.0.0.1]",
      "ann",
      "@example.com",
      "",
    ])
      it(`never makes two addresses of one: ${JSON.stringify(to)}`, async () => {
        expect(await mail({ to: [to] })).to.include({ ok: false, code: "invalid_mail", retryable: false });
        expect(sink.arrived).to.have.length(0);
      });

    it("refuses a subject with a line break and an attachment with a path", async () => {
      expect(await mail({ subject: "a\r\nBcc: eve@evil.test" })).to.include({ code: "invalid_mail" });
      expect(await mail({ attachments: [{ filename: "../../x", content: "" }] })).to.include({ code: "invalid_mail" });
      expect(await mail({ attachments: [{ filename: "x", content: "", contentType: "text/plain\r\nX: 1" }] })).to.include({ code: "invalid_mail" });
    });

    it("attaches text and bytes", async () => {
      await mail({
        attachments: [
          { filename: "a.csv", content: "x;y", contentType: "text/csv" },
          { filename: "b.bin", content: "AAEC", encoding: "base64" },
        ],
      });
      expect(sink.arrived[0]?.raw).to.include("filename=a.csv").and.include("AAEC");
    });

    describe("marketing", () => {
      it("goes to each recipient alone, with an unsubscribe address of their own", async () => {
        await mail({ class: "marketing", to: ["ann@example.com", "bo@example.com"] });
        expect(sink.arrived.map(({ to }) => to).sort()).to.deep.equal([["ann@example.com"], ["bo@example.com"]]);
        for (const { raw, to } of sink.arrived) {
          expect(raw).to.include("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
          const token = /^List-Unsubscribe:\s*<https:\/\/crm\.example\.com\/u\/([^>]+)>/m.exec(raw)?.[1] ?? "";
          expect(readUnsubscribeToken(world, token)).to.deep.equal({ workspaceId: "w1", address: to[0] });
        }
      });

      it("does not reach who unsubscribed, and says so", async () => {
        await suppress(world, "w1", "Ann@Example.com", "unsubscribed");
        const result = await mail({ class: "marketing" });
        expect(result).to.include({ ok: false, code: "suppressed", retryable: false });
        expect(await mail({ class: "marketing", to: ["ann@example.com", "bo@example.com"] })).to.deep.include({ ok: true });
        expect(sink.arrived.map(({ to }) => to)).to.deep.equal([["bo@example.com"]]);
        expect(await mail({ class: "transactional" })).to.include({ ok: true });
      });

      it("repeats only for the recipients that were not reached", async () => {
        sink.moods.recipient = (address) => (address.startsWith("bo@") ? "451 4.7.1 greylisted" : null);
        const to = ["ann@example.com", "bo@example.com"];
        expect(await mail({ class: "marketing", to })).to.include({ ok: false, code: "recipient_rejected", retryable: true });
        sink.moods.recipient = () => null;
        expect(await mail({ class: "marketing", to })).to.include({ ok: true });
        expect(sink.arrived.map((one) => one.to[0])).to.deep.equal(to);
      });

      it("has no copies", async () => {
        expect(await mail({ class: "marketing", bcc: ["bo@example.com"] })).to.include({ code: "invalid_mail" });
      });
    });

    it("unsubscribes by a token of ours only, and in one workspace only", async () => {
      await mail({ class: "marketing" });
      const { content } = await getMail(world, "w1", (await rows())[0]?.id ?? "");
      const token = /\/u\/([\w.-]+)/.exec(content.text)?.[1] ?? "";
      expect(await unsubscribe(world, `${token}x`)).to.equal(null);
      expect(await unsubscribe(world, "nonsense")).to.equal(null);
      expect(await unsubscribe({ ...world, effects: world.open({ secretKey: "another" }) }, token)).to.equal(null);
      expect(await unsubscribe(world, token)).to.deep.equal({ workspaceId: "w1", address: "ann@example.com" });
      expect(await unsubscribe(world, token)).to.be.an("object");
      expect((await suppressedAmong(world, "w1", ["ann@example.com"])).size).to.equal(1);
      expect((await suppressedAmong(world, "w2", ["ann@example.com"])).size).to.equal(0);
    });

    it("is kept where there is no mail server, and says so", async () => {
      const keeping = world.open({ smtpUrl: undefined });
      const result = await mail({}, {}, keeping);
      expect(result).to.deep.include({ ok: true });
      expect(result.output).to.include({ status: "kept" }).and.have.property("note").that.includes("not sent");
      await mail({}, {}, keeping);
      const [row, more] = await rows();
      expect(more).to.equal(undefined);
      expect(row).to.include({ status: "kept" });
      const { content } = await getMail(world, "w1", row?.id ?? "");
      expect(content).to.include({ from: "Millrace <millrace@crm.example.com>", class: "transactional" });
      expect(content.text).to.include("Hello Ann");
    });

    it("stores no secret, even when the mail holds one", async () => {
      await writeSecret(world, "w1", "door", "canary-door-code", {}, null);
      const result = await mail({ subject: "Code canary-door-code", body: "It is canary-door-code" });
      expect(sink.arrived[0]?.raw).to.include("It is canary-door-code");
      expect(JSON.stringify([result, await world.db.all("SELECT * FROM millrace_mails")])).to.not.include("canary-door-code");
    });

    it("sends no secret that is bound to hosts", async () => {
      await writeSecret(world, "w1", "erp", "canary-erp-key", { hosts: ["erp.example.com"] }, null);
      expect(await mail({ body: "the key is canary-erp-key" })).to.include({ ok: false, code: "secret_not_allowed" });
      expect(await rows()).to.have.length(0);
    });

    it("records in a simulation: rendered, not sent, not stored", async () => {
      const record: RecordedEffect[] = [];
      expect(await mail({}, { record })).to.include({ ok: true });
      expect(record).to.have.length(1);
      expect(record[0]).to.deep.include({ kind: "email.send", stepKey: "tell" });
      expect(record[0]?.rendered).to.deep.include({ to: ["Ann Lee <ann@example.com>"], subject: "Welcome" });
      expect(record[0]?.rendered["html"]).to.include("<strong>Ann</strong>");
      expect([sink.arrived.length, (await rows()).length]).to.deep.equal([0, 0]);
    });

    it("lists newest first in pages, and shows no other workspace's mail", async () => {
      for (const key of ["a", "b", "c"]) await mail({ subject: key }, { idempotencyKey: key });
      const first = await listMails(world, "w1", { limit: 2 });
      expect(first.data.map((one) => one.subject)).to.deep.equal(["c", "b"]);
      const second = await listMails(world, "w1", { limit: 2, cursor: first.nextCursor ?? "" });
      expect(second).to.deep.include({ nextCursor: null }).and.have.nested.property("data[0].subject", "a");
      expect((await listMails(world, "w2")).data).to.deep.equal([]);
      const missing = await getMail(world, "w2", first.data[0]?.id ?? "").catch((error: { code: string }) => error.code);
      expect(missing).to.equal("not_found");
    });
  });
