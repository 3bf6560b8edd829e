import { expect } from "chai";
import { sendSlack } from "../../../src/actions/outside/send-slack.js";
import { gateway } from "../../support/gateway.js";
import { type Loopback, loopback } from "../../support/loopback.js";
import { faultsOf, stepOn } from "../../support/outside-steps.js";

describe("slack.send", () => {
  let slack: Loopback;
  let world: Awaited<ReturnType<typeof gateway>>;
  let answer: { status: number; headers?: Record<string, string>; body: unknown };
  before(async () => {
    slack = await loopback((_request, response) =>
      response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body)),
    );
    world = await gateway("sqlite", { slackToken: "xoxb-test", slackApiUrl: slack.url });
  });
  beforeEach(() => {
    slack.received.length = 0;
    answer = { status: 200, body: { ok: true, channel: "C1", ts: "1.5" } };
  });
  after(async () => {
    await world.close();
    await slack.close();
  });
  const send = (config: Record<string, unknown>) =>
    stepOn(world, sendSlack)(config, { record: { id: "d1", name: "Northwind", email: "" } });

  it("posts what its templates say", async () => {
    const { outcome } = await send({
      channel: "#sales",
      email: "{{ record.email }}",
      text: "{{ record.name }} is won",
    });
    expect(outcome).to.deep.equal({ type: "done", output: { channel: "C1", ts: "1.5" } });
    expect(new URLSearchParams(slack.received[0]?.body).get("text")).to.equal("Northwind is won");
  });

  it("waits as Slack asks", async () => {
    answer = { status: 429, headers: { "Retry-After": "7" }, body: {} };
    expect((await send({ channel: "#sales", text: "x" })).outcome).to.deep.nested.include({
      type: "fail",
      retryable: true,
      retryAfterMs: 7000,
    });
  });

  it("fails for good on a channel that is not there", async () => {
    answer.body = { ok: false, error: "channel_not_found" };
    expect((await send({ channel: "#nowhere", text: "x" })).outcome).to.deep.nested.include({
      type: "fail",
      retryable: false,
      "error.code": "slack_channel_not_found",
    });
  });

  it("wants one receiver", () => {
    expect(faultsOf(sendSlack, { channel: "#a", text: "x" })).to.deep.equal([]);
    expect(faultsOf(sendSlack, { text: "x" })[0]).to.include({ path: "channel" });
    expect(faultsOf(sendSlack, { text: "x", channel: "#a", email: "a@example.com" })[0]).to.include({ path: "email" });
    expect(faultsOf(sendSlack, { channel: "#a" })[0]).to.include({ path: "text" });
  });

  it("reads as a sentence", () => {
    expect(sendSlack.sentence({ channel: "#sales", text: "x" })).to.equal("post to #sales on Slack");
    expect(sendSlack.sentence({ email: "{{ record.email }}", text: "x" })).to.equal("post to record.email on Slack");
  });
});
