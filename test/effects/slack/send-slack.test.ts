import type { RequestListener } from "node:http";
import { expect } from "chai";
import { type RecordedEffect, type SlackMessage, writeSecret } from "../../../src/effects/index.js";
import { gateway } from "../../support/gateway.js";
import { type Loopback, loopback } from "../../support/loopback.js";

const TOKEN = "xoxb-canary-token";

describe("Slack messages", () => {
  let server: Loopback;
  let world: Awaited<ReturnType<typeof gateway>>;
  let answers: Record<string, unknown>;
  let misbehave: RequestListener | undefined;

  before(async () => {
    server = await loopback((request, response) => {
      if (misbehave) return misbehave(request, response);
      response
        .setHeader("Content-Type", "application/json")
        .end(JSON.stringify(answers[request.url ?? ""] ?? { ok: false, error: "unknown_method" }));
    });
    world = await gateway("sqlite", { slackToken: TOKEN, slackApiUrl: `${server.url}/api/` });
  });
  beforeEach(() => {
    server.received.length = 0;
    misbehave = undefined;
    answers = {
      "/api/chat.postMessage": { ok: true, channel: "C1", ts: "171.5" },
      "/api/users.lookupByEmail": { ok: true, user: { id: "U7" } },
    };
  });
  after(async () => {
    await world.close();
    await server.close();
  });

  const post = (message: Partial<SlackMessage>, record?: RecordedEffect[]) =>
    world.outside(record ? { record } : {}).slack({ text: "Won!", ...message });
  const form = (at: number) => Object.fromEntries(new URLSearchParams(server.received[at]?.body));

  it("posts to a channel, with the token and the step's key", async () => {
    expect(await post({ channel: "#sales", blocks: [{ type: "divider" }] })).to.deep.equal({
      ok: true,
      output: { channel: "C1", ts: "171.5" },
    });
    expect(server.received[0]?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
    expect(form(0)).to.deep.include({ channel: "#sales", text: "Won!", blocks: '[{"type":"divider"}]' });
    expect(JSON.parse(form(0)["metadata"] ?? "")).to.deep.equal({
      event_type: "millrace_step",
      event_payload: { key: "r1:tell:0" },
    });
  });

  it("finds a person by e-mail address", async () => {
    expect(await post({ email: "ann@example.com" })).to.include({ ok: true });
    expect(form(0)).to.deep.include({ email: "ann@example.com" });
    expect(form(1)).to.deep.include({ channel: "U7" });
  });

  for (const [error, retryable] of Object.entries({
    channel_not_found: false,
    invalid_auth: false,
    internal_error: true,
    service_unavailable: true,
  }))
    it(`takes ${error} for ${retryable ? "a reason to try again" : "a final answer"}`, async () => {
      answers["/api/chat.postMessage"] = { ok: false, error };
      expect(await post({ channel: "C1" })).to.include({ ok: false, code: `slack_${error}`, retryable });
      expect(server.received).to.have.length(1);
    });

  it("waits as long as a rate limit asks, and does not wait itself", async () => {
    misbehave = (_request, response) => response.writeHead(429, { "Retry-After": "30" }).end();
    expect(await post({ channel: "C1" })).to.include({
      ok: false,
      code: "slack_ratelimited",
      retryable: true,
      retryAfterMs: 30_000,
    });
    expect(server.received).to.have.length(1);
  });

  it("leaves trying again to the runtime, whatever goes wrong", async () => {
    misbehave = (_request, response) => response.writeHead(503).end("down");
    expect(await post({ channel: "C1" })).to.include({ ok: false, code: "http_503", retryable: true });
    misbehave = () => {};
    expect(await post({ channel: "C1" })).to.include({ ok: false, code: "timeout", retryable: true });
    misbehave = (_request, response) => response.end("<html>");
    expect(await post({ channel: "C1" })).to.include({ ok: false, retryable: true });
    misbehave = (request) => request.socket.destroy();
    expect(await post({ channel: "C1" })).to.include({ ok: false, code: "connection", retryable: true });
    expect(server.received).to.have.length(4);
  });

  it("follows no redirect", async () => {
    misbehave = (_request, response) => response.writeHead(302, { Location: "http://169.254.169.254/" }).end();
    expect(await post({ channel: "C1" })).to.include({ ok: false, code: "http_302", retryable: false });
  });

  it("asks for one receiver and a text", async () => {
    for (const message of [{}, { channel: "C1", email: "ann@example.com" }, { channel: "C1", text: " " }])
      expect(await post(message)).to.include({ ok: false, code: "invalid_request", retryable: false });
    expect(server.received).to.have.length(0);
  });

  it("never shows the token, nor sends a secret bound to hosts", async () => {
    answers["/api/chat.postMessage"] = { ok: true, channel: `bad ${TOKEN}`, ts: "1" };
    expect(JSON.stringify(await post({ channel: "C1" }))).to.not.include(TOKEN);
    await writeSecret(world, "w1", "erp", "canary-erp-key", { hosts: ["erp.example.com"] }, null);
    expect(await post({ channel: "C1", text: "canary-erp-key" })).to.include({ code: "secret_not_allowed" });
  });

  it("records in a simulation, needing no token", async () => {
    const record: RecordedEffect[] = [];
    const plain = world.open({ slackToken: undefined });
    expect(await world.outside({ record }, plain).slack({ channel: "#sales", text: "Won!" })).to.include({ ok: true });
    expect(record).to.deep.equal([
      { kind: "slack.send", stepKey: "tell", rendered: { channel: "#sales", text: "Won!" } },
    ]);
    expect(await world.outside({}, plain).slack({ channel: "#sales", text: "Won!" })).to.include({
      ok: false,
      code: "slack_not_configured",
    });
    expect(server.received).to.have.length(0);
  });

  it("opens Slack's host to Slack only", async () => {
    expect(await world.outside().http({ method: "GET", url: `${server.url}/api/` })).to.include({
      ok: false,
      code: "blocked_destination",
    });
  });

  it("does not go to the inside unless that is where SLACK_API_URL points", async () => {
    const rebound = await gateway("sqlite", { slackToken: TOKEN }, { resolve: async () => ["10.0.0.1"] });
    expect(await rebound.outside().slack({ channel: "C1", text: "x" })).to.include({
      ok: false,
      code: "blocked_destination",
    });
    await rebound.close();
  });
});
