import { expect } from "chai";
import { sendSms } from "../../../src/actions/outside/send-sms.js";
import type { RecordedEffect } from "../../../src/effects/index.js";
import { gateway } from "../../support/gateway.js";
import { type Loopback, loopback } from "../../support/loopback.js";
import { faultsOf, stepOn } from "../../support/outside-steps.js";

describe("sms.send", () => {
  let service: Loopback;
  let world: Awaited<ReturnType<typeof gateway>>;
  let answer: { status: number; headers?: Record<string, string>; body: unknown };
  before(async () => {
    service = await loopback((_request, response) =>
      response
        .writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers })
        .end(JSON.stringify(answer.body)),
    );
    world = await gateway("sqlite", { smsUrl: `http://me:p%40ss-canary@${service.host}/send?from=CRM` });
  });
  beforeEach(() => {
    service.received.length = 0;
    answer = { status: 200, body: { id: 77 } };
  });
  after(async () => {
    await world.close();
    await service.close();
  });
  const send = (config: Record<string, unknown>, recorded?: RecordedEffect[]) =>
    stepOn(world, sendSms)({ to: "+49 (30) 555-0200", ...config }, { record: { name: "Nora" } }, recorded);

  it("hands the message over, signed in and with the step's key", async () => {
    const { outcome } = await send({ text: "Hello {{ record.name }}" });
    expect(outcome).to.deep.equal({ type: "done", output: { to: "+49305550200", messageId: "77" } });
    const { url, headers, body = "" } = service.received[0] ?? {};
    expect([url, JSON.parse(body)]).to.deep.equal(["/send?from=CRM", { to: "+49305550200", text: "Hello Nora" }]);
    expect(headers).to.include({
      authorization: `Basic ${Buffer.from("me:p@ss-canary").toString("base64")}`,
      "idempotency-key": "r1:tell:0",
    });
  });

  it("tries again when the service is busy, no sooner than it asks", async () => {
    answer = { status: 503, headers: { "Retry-After": "5" }, body: {} };
    expect((await send({ text: "x" })).outcome).to.deep.nested.include({
      type: "fail",
      retryable: true,
      retryAfterMs: 5_000,
      "error.code": "http_503",
    });
  });

  it("never shows the service's password", async () => {
    answer = { status: 400, body: { said: "p@ss-canary is wrong" } };
    const { outcome } = await send({ text: "x" });
    expect(JSON.stringify(outcome)).to.include("http_400").and.not.include("ss-canary");
  });

  for (const [what, config] of Object.entries({
    "a name": { to: "Nora" },
    "too long a text": { text: "x".repeat(1_601) },
  }))
    it(`refuses ${what} without asking the service`, async () => {
      const { outcome } = await send({ text: "x", ...config });
      expect(outcome).to.deep.nested.include({ type: "fail", retryable: false, "error.code": "invalid_request" });
      expect(service.received).to.deep.equal([]);
    });

  it("records in a simulation", async () => {
    const recorded: RecordedEffect[] = [];
    expect((await send({ text: "Hi" }, recorded)).outcome).to.deep.nested.include({ "output.simulated": true });
    expect(recorded).to.deep.equal([
      { kind: "sms.send", stepKey: "tell", rendered: { to: "+49305550200", text: "Hi" } },
    ]);
    expect(service.received).to.deep.equal([]);
  });

  it("says when there is no service", async () => {
    const without = { ...world, effects: world.open({ smsUrl: undefined }) };
    const { outcome } = await stepOn(without, sendSms)({ to: "+4930", text: "x" });
    expect(outcome).to.deep.nested.include({ type: "fail", "error.code": "sms_not_configured" });
  });

  it("refuses an SMS_URL that is no address, and does not repeat it", () => {
    expect(() => world.open({ smsUrl: "ftp://me:hunter22@sms" }))
      .to.throw("SMS_URL")
      .with.property("message")
      .that.does.not.include("hunter22");
  });

  it("wants a number and a text, and reads as a sentence", () => {
    expect(faultsOf(sendSms, { to: "{{ record.phone }}", text: "x" })).to.deep.equal([]);
    expect(faultsOf(sendSms, { text: "x" })[0]).to.include({ path: "to" });
    expect(sendSms.sentence({ to: "{{ record.phone }}", text: "See you" })).to.equal("text See you to record.phone");
  });
});
