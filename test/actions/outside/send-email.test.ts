import { expect } from "chai";
import { sendEmail } from "../../../src/actions/outside/send-email.js";
import { listMails, type RecordedEffect, suppress } from "../../../src/effects/index.js";
import { gateway } from "../../support/gateway.js";
import { faultsOf, stepOn } from "../../support/outside-steps.js";
import { smtpSink } from "../../support/smtp-sink.js";

describe("email.send", () => {
  let sink: Awaited<ReturnType<typeof smtpSink>>;
  let world: Awaited<ReturnType<typeof gateway>>;
  let send: ReturnType<typeof stepOn>;
  beforeEach(async () => {
    sink = await smtpSink();
    world = await gateway("sqlite", { smtpUrl: sink.url });
    send = stepOn(world, sendEmail);
  });
  afterEach(async () => {
    await world.close();
    await sink.close();
  });

  const config = {
    to: "{{ record.email }}",
    subject: "Won: {{ record.name }}",
    body: "Well done, **{{ record.owner }}**.",
  };
  const record = { id: "d1", name: "Northwind", email: "ann@example.com", owner: "Ada" };

  it("sends what its templates say, and keeps what it said", async () => {
    const { outcome, input } = await send(config, { record });
    expect(outcome).to.have.property("type", "done");
    expect(outcome).to.deep.nested.include({ "output.status": "sent", "output.accepted": ["ann@example.com"] });
    expect(input).to.include({ to: "ann@example.com", subject: "Won: Northwind" });
    expect(sink.arrived[0]?.raw).to.include("Subject: Won: Northwind").and.include("<strong>Ada</strong>");
  });

  it("sends to a list of addresses that a template makes, and leaves out blank copies", async () => {
    const { outcome } = await send(
      { ...config, to: "{{ vars.all }}", cc: "{{ record.none }}", bcc: [""] },
      { record: { ...record, none: "" }, vars: { all: ["a@example.com", "b@example.com"] } },
    );
    expect(outcome).to.have.property("type", "done");
    expect(sink.arrived[0]?.to).to.deep.equal(["a@example.com", "b@example.com"]);
  });

  it("fails on a record without an address, saying so", async () => {
    const { outcome } = await send(config, { record: { ...record, email: null } });
    expect(outcome).to.deep.nested.include({
      type: "fail",
      "error.code": "invalid_mail",
      "error.message": "The mail has no recipient.",
      retryable: false,
    });
  });

  it("makes no second recipient of a comma in a record", async () => {
    const { outcome } = await send(config, { record: { ...record, email: "ann@example.com,eve@evil.test" } });
    expect(outcome).to.deep.nested.include({ type: "fail", "error.code": "invalid_mail" });
    expect(sink.arrived).to.deep.equal([]);
  });

  it("skips marketing to who unsubscribed", async () => {
    await suppress(world, "w1", "ann@example.com", "unsubscribed");
    expect((await send({ ...config, class: "marketing" }, { record })).outcome).to.deep.equal({
      type: "skip",
      reason: "suppressed",
    });
  });

  it("is tried again after 4xx, with the answer in the error", async () => {
    sink.moods.message = () => "451 4.3.0 later";
    const { outcome } = await send(config, { record });
    expect(outcome).to.deep.nested.include({
      type: "fail",
      retryable: true,
      "error.code": "smtp_temporary",
      "error.details.status": "failed",
    });
  });

  it("is recorded in a simulation", async () => {
    const recorded: RecordedEffect[] = [];
    const { outcome } = await send(config, { record }, recorded);
    expect(outcome).to.have.property("type", "done");
    expect(recorded[0]).to.deep.nested.include({ kind: "email.send", "rendered.subject": "Won: Northwind" });
    expect((await listMails(world, "w1")).data).to.deep.equal([]);
  });

  it("takes templates for any setting and finds what is wrong before publishing", () => {
    expect(faultsOf(sendEmail, config)).to.deep.equal([]);
    expect(
      faultsOf(sendEmail, {
        ...config,
        to: ["a@example.com", "{{ record.email }}"],
        attachments: [{ filename: "a.txt", content: "x" }],
      }),
    ).to.deep.equal([]);
    const places = (wrong: Record<string, unknown>) =>
      faultsOf(sendEmail, { ...config, ...wrong }).map(({ path }) => path);
    expect(places({ subject: 7 })).to.deep.equal(["subject"]);
    expect(places({ format: "word" })).to.deep.equal(["format"]);
    expect(places({ copy: "x" })).to.deep.equal(["copy"]);
    expect(places({ class: "marketing", cc: "a@example.com" })).to.deep.equal(["cc"]);
    expect(faultsOf(sendEmail, {}).map(({ path }) => path)).to.have.members(["to", "subject", "body"]);
  });

  it("reads as a sentence", () => {
    expect(sendEmail.sentence(config)).to.equal('e-mail "Won: record.name" to record.email');
  });
});
