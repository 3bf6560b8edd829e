import { createServer } from "node:net";
import { expect } from "chai";
import { type RecordedEffect, suppressedAmong, writeSecret } from "../../../src/effects/index.js";
import { dialects } from "../../support/databases.js";
import { type MailWorld, mailWorld } from "../../support/mail-world.js";
import { smtpSink } from "../../support/smtp-sink.js";

for (const dialect of dialects)
  describe(`mail, ${dialect}`, () => {
    let post: MailWorld;
    beforeEach(async () => {
      post = await mailWorld(dialect);
    });
    afterEach(() => post.close());

    it("arrives with both parts, our envelope and a row that says sent", async () => {
      const result = await post.mail({ cc: ["bo@example.com"], bcc: ["cy@example.com"], replyTo: "desk@example.com" });
      expect(result).to.deep.include({ ok: true });
      expect(result.output).to.deep.include({
        status: "sent",
        accepted: ["ann@example.com", "bo@example.com", "cy@example.com"],
        rejected: [],
      });
      const [arrived] = post.sink.arrived;
      expect(arrived).to.deep.include({
        from: "crm@example.com",
        to: ["ann@example.com", "bo@example.com", "cy@example.com"],
      });
      expect(arrived?.raw)
        .to.include("<strong>Ann</strong>")
        .and.include("text/plain")
        .and.include("Reply-To: desk@example.com");
      expect(arrived?.raw).to.not.include("cy@example.com");
      expect((await post.rows())[0]).to.include({
        status: "sent",
        subject: "Welcome",
        runId: "r1",
        stepKey: "tell",
        error: null,
      });
    });

    it("keeps its Message-ID over repetitions, and does not send again what has left", async () => {
      const first = await post.mail();
      const again = await post.mail();
      expect(again.output?.["messageId"]).to.equal(first.output?.["messageId"]);
      expect(post.sink.arrived).to.have.length(1);
      expect(post.sink.arrived[0]?.raw).to.include(`Message-ID: ${first.output?.["messageId"]}`);
      await post.mail({}, { idempotencyKey: "r1:tell:1" });
      expect(post.sink.arrived).to.have.length(2);
      expect(await post.rows()).to.have.length(2);
    });

    it("calls a connection dropped before the final 250 unknown, and repeats with the same Message-ID", async () => {
      post.sink.moods.drop = 1;
      const first = await post.mail();
      expect(first).to.include({ ok: false, code: "unknown_outcome", retryable: true });
      expect((await post.rows())[0]).to.include({ status: "unknown" });
      const again = await post.mail();
      expect(again).to.include({ ok: true });
      expect(post.sink.arrived).to.have.length(2);
      const [one, two] = post.sink.arrived.map(({ raw }) => /^Message-ID: .*$/m.exec(raw)?.[0]);
      expect(one).to.be.a("string").and.equal(two);
      expect(await post.rows()).to.have.length(1);
    });

    it("calls a server that falls silent after the message unknown too", async () => {
      post.sink.moods.hang = true;
      expect(await post.mail()).to.include({ ok: false, code: "unknown_outcome", retryable: true });
    });

    it("speaks TLS to a server on this machine, whatever certificate it shows", async () => {
      const secure = await smtpSink({}, { disabledCommands: ["AUTH"] });
      expect(await post.mail({}, {}, post.world.open({ smtpUrl: `${secure.url}?requireTLS=true` }))).to.include({
        ok: true,
      });
      expect(secure.arrived).to.have.length(1);
      await secure.close();
    });

    it("takes 4xx for a reason to try later, 5xx for a final answer", async () => {
      post.sink.moods.message = () => "451 4.3.0 try later";
      expect(await post.mail()).to.include({ ok: false, code: "smtp_temporary", retryable: true });
      post.sink.moods.message = () => "554 5.7.1 spam";
      expect(await post.mail()).to.include({ ok: false, code: "smtp_rejected", retryable: false });
      expect((await post.rows())[0])
        .to.include({ status: "failed" })
        .and.have.property("error")
        .that.includes("spam");
      post.sink.moods.message = () => null;
      expect(await post.mail()).to.include({ ok: true });
    });

    it("reports the recipients that were refused, and sends to the others", async () => {
      post.sink.moods.recipient = (address) => (address.startsWith("bo@") ? "550 5.1.1 no such user" : null);
      const result = await post.mail({ to: ["ann@example.com", "bo@example.com"] });
      expect(result).to.deep.include({ ok: true });
      expect(result.output).to.deep.include({ accepted: ["ann@example.com"] });
      expect(result.output?.["rejected"]).to.have.nested.property("[0].address", "bo@example.com");
      expect(await suppressedAmong(post.world, "w1", ["bo@example.com", "ann@example.com"])).to.deep.equal(
        new Map([["bo@example.com", "bounced"]]),
      );
    });

    it("suppresses a mailbox that does not exist, not one that is full or refused by policy", async () => {
      post.sink.moods.recipient = () => "550 5.1.1 no such user";
      expect(await post.mail()).to.include({ ok: false, code: "recipient_rejected", retryable: false });
      post.sink.moods.recipient = () => "452 4.2.2 mailbox full";
      expect(await post.mail({ to: ["bo@example.com"] }, { idempotencyKey: "b" })).to.include({
        code: "recipient_rejected",
        retryable: true,
      });
      post.sink.moods.recipient = () => "550 5.7.1 not from you";
      expect(await post.mail({ to: ["cy@example.com"] }, { idempotencyKey: "c" })).to.include({
        code: "recipient_rejected",
        retryable: false,
      });
      expect([
        ...(await suppressedAmong(post.world, "w1", ["ann@example.com", "bo@example.com", "cy@example.com"])).keys(),
      ]).to.deep.equal(["ann@example.com"]);
    });

    it("gives up on a server that hangs, and on one that is not there", async () => {
      const mute = createServer(() => {}).listen(0, "127.0.0.1");
      await new Promise((resolve) => mute.once("listening", resolve));
      const hanging = post.world.open({ smtpUrl: `smtp://127.0.0.1:${(mute.address() as { port: number }).port}` });
      expect(await post.mail({}, {}, hanging)).to.include({ ok: false, code: "timeout", retryable: true });
      mute.close();
      const gone = post.world.open({ smtpUrl: "smtp://127.0.0.1:1" });
      expect(await post.mail({}, {}, gone)).to.include({ ok: false, code: "connection", retryable: true });
      expect((await post.rows())[0]).to.include({ status: "failed" });
    });

    it("stops when the step is cancelled", async () => {
      const controller = new AbortController();
      post.sink.moods.message = () => {
        controller.abort();
        return "250 late";
      };
      expect(await post.mail({}, { signal: controller.signal })).to.include({ ok: false, retryable: true });
    });

    it("says what signing in came to", async () => {
      const locked = await smtpSink(
        {},
        { disabledCommands: ["STARTTLS"], onAuth: (_auth, _session, done) => done(new Error("no")) },
      );
      const guarded = post.world.open({ smtpUrl: locked.url.replace("//", "//me:wrong-password@") });
      expect(await post.mail({}, {}, guarded)).to.include({ ok: false, code: "smtp_auth", retryable: false });
      await locked.close();
    });

    it("attaches text and bytes", async () => {
      await post.mail({
        attachments: [
          { filename: "a.csv", content: "x;y", contentType: "text/csv" },
          { filename: "b.bin", content: "AAEC", encoding: "base64" },
        ],
      });
      expect(post.sink.arrived[0]?.raw).to.include("filename=a.csv").and.include("AAEC");
    });

    it("stores no secret, even when the mail holds one", async () => {
      await writeSecret(post.world, "w1", "door", "canary-door-code", {}, null);
      const result = await post.mail({ subject: "Code canary-door-code", body: "It is canary-door-code" });
      expect(post.sink.arrived[0]?.raw).to.include("It is canary-door-code");
      expect(JSON.stringify([result, await post.world.db.all("SELECT * FROM millrace_mails")])).to.not.include(
        "canary-door-code",
      );
    });

    it("sends no secret that is bound to hosts", async () => {
      await writeSecret(post.world, "w1", "erp", "canary-erp-key", { hosts: ["erp.example.com"] }, null);
      expect(await post.mail({ body: "the key is canary-erp-key" })).to.include({
        ok: false,
        code: "secret_not_allowed",
      });
      expect(await post.rows()).to.have.length(0);
    });

    it("records in a simulation: rendered, not sent, not stored", async () => {
      const record: RecordedEffect[] = [];
      expect(await post.mail({}, { record })).to.include({ ok: true });
      expect(record).to.have.length(1);
      expect(record[0]).to.deep.include({ kind: "email.send", stepKey: "tell" });
      expect(record[0]?.rendered).to.deep.include({ to: ["Ann Lee <ann@example.com>"], subject: "Welcome" });
      expect(record[0]?.rendered["html"]).to.include("<strong>Ann</strong>");
      expect([post.sink.arrived.length, (await post.rows()).length]).to.deep.equal([0, 0]);
    });
  });
