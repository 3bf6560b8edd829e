import type { RequestListener } from "node:http";
import { expect } from "chai";
import { httpRequest } from "../../../src/actions/outside/http-request.js";
import { type RecordedEffect, writeSecret } from "../../../src/effects/index.js";
import { gateway } from "../../support/gateway.js";
import { type Loopback, loopback } from "../../support/loopback.js";
import { faultsOf, stepOn } from "../../support/outside-steps.js";

describe("http.request", () => {
  let server: Loopback;
  let world: Awaited<ReturnType<typeof gateway>>;
  let answer: RequestListener;
  before(async () => {
    server = await loopback((request, response) => answer(request, response));
    world = await gateway("sqlite", { allowHosts: [server.host] });
    await writeSecret(world, "w1", "erp_key", "canary-erp-key", { hosts: [server.host] }, null);
  });
  beforeEach(() => {
    server.received.length = 0;
    answer = (_request, response) =>
      response.setHeader("Content-Type", "application/json").end('{"id":7,"lines":[{"sku":"a"}]}');
  });
  after(async () => {
    await world.close();
    await server.close();
  });

  const record = { id: "d1", name: "Northwind & Co", amount: 12_000 };
  const call = (config: Record<string, unknown>, recorded?: RecordedEffect[]) =>
    stepOn(world, httpRequest)(
      { url: `${server.url}/orders`, ...config },
      { record, inputs: { host: "169.254.169.254" } },
      recorded,
    );
  const status = (code: number) => {
    answer = (_request, response) =>
      response.writeHead(code, { "Content-Type": "application/json" }).end('{"why":"no"}');
  };

  it("sends what its templates say, types kept, and gives the answer to later steps", async () => {
    const { outcome } = await call({
      method: "POST",
      query: { name: "{{ record.name }}" },
      body: { amount: "{{ record.amount }}" },
    });
    expect(outcome).to.deep.nested.include({ type: "done", "output.status": 200, "output.body.lines[0].sku": "a" });
    expect(server.received[0]).to.deep.include({ url: "/orders?name=Northwind+%26+Co", body: '{"amount":12000}' });
    expect(server.received[0]?.headers).to.include({ "idempotency-key": "r1:tell:0" });
  });

  it("keeps a secret out of input, output and errors", async () => {
    answer = (request, response) => response.writeHead(400).end(JSON.stringify(request.headers));
    const performed = await call({ auth: { secret: "erp_key" }, headers: { "X-Again": "{{ secrets.erp_key }}" } });
    expect(server.received[0]?.headers).to.include({
      authorization: "Bearer canary-erp-key",
      "x-again": "canary-erp-key",
    });
    expect(performed.outcome).to.deep.nested.include({ type: "fail", "error.code": "http_400" });
    expect(JSON.stringify(performed)).to.include("[secret erp_key]").and.not.include("canary-erp-key");
  });

  it("checks the address after rendering", async () => {
    const { outcome } = await call({ url: "http://{{ inputs.host }}/latest/meta-data" });
    expect(outcome).to.deep.equal({
      type: "fail",
      error: { code: "blocked_destination", message: "This address may not be called." },
      retryable: false,
    });
  });

  it("is tried again after 503, no sooner than Retry-After says, with the answer in hand", async () => {
    answer = (_request, response) =>
      response.writeHead(503, { "Retry-After": "60", "Content-Type": "application/json" }).end('{"why":"busy"}');
    const { outcome } = await call({});
    expect(outcome).to.deep.nested.include({
      type: "fail",
      retryable: true,
      retryAfterMs: 60_000,
      "error.code": "http_503",
      "error.details.body.why": "busy",
    });
  });

  it("takes the author's word for which statuses are fine", async () => {
    status(404);
    expect((await call({ acceptStatus: [200, 404] })).outcome).to.deep.nested.include({
      type: "done",
      "output.status": 404,
    });
    status(200);
    expect((await call({ acceptStatus: [201] })).outcome).to.deep.nested.include({
      type: "fail",
      retryable: false,
      "error.code": "unexpected_status",
    });
    status(503);
    expect((await call({ acceptStatus: [201] })).outcome).to.deep.nested.include({
      type: "fail",
      retryable: true,
      "error.code": "http_503",
    });
  });

  it("checks the answer against the expected shape", async () => {
    const shape = {
      type: "object",
      required: ["id"],
      properties: { id: { type: "integer" }, lines: { type: "array", items: { required: ["sku"] } } },
    };
    expect((await call({ expect: shape })).outcome).to.have.property("type", "done");
    const { outcome } = await call({ expect: { ...shape, required: ["total"] } });
    expect(outcome).to.deep.nested.include({ type: "fail", retryable: false, "error.code": "unexpected_body" });
    expect(outcome).to.have.nested.property("error.message").that.includes("total");
  });

  it("is not stalled by a pattern in the expected shape", async () => {
    answer = (_request, response) =>
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ a: "a".repeat(50_000) }));
    const began = performance.now();
    const { outcome } = await call({ expect: { properties: { a: { pattern: "^(a+)+$b" } } } });
    expect(outcome).to.have.property("type", "fail");
    expect(performance.now() - began).to.be.below(2000);
  });

  it("keeps its own time limit", async () => {
    answer = () => {};
    const began = performance.now();
    expect((await call({ timeout: "1s" })).outcome).to.deep.nested.include({
      type: "fail",
      retryable: true,
      "error.code": "timeout",
    });
    expect(performance.now() - began).to.be.within(900, 2500);
  });

  it("is recorded in a simulation, whatever it expects", async () => {
    const recorded: RecordedEffect[] = [];
    const { outcome } = await call(
      {
        method: "POST",
        body: { a: 1 },
        auth: { secret: "erp_key" },
        expect: { required: ["id"] },
        acceptStatus: [201],
      },
      recorded,
    );
    expect(outcome).to.have.property("type", "done");
    expect(recorded[0]).to.deep.nested.include({
      kind: "http.request",
      "rendered.headers.Authorization": "Bearer [secret erp_key]",
    });
    expect(server.received).to.have.length(0);
  });

  it("finds what is wrong before publishing", () => {
    const places = (config: Record<string, unknown>) =>
      faultsOf(httpRequest, { url: "https://example.com", ...config }).map(({ path }) => path);
    expect(places({ method: "{{ vars.method }}", body: [1], timeout: "10s", acceptStatus: [204] })).to.deep.equal([]);
    expect(places({ method: "FETCH" })).to.deep.equal(["method"]);
    expect(places({ timeout: "soon" })).to.deep.equal(["timeout"]);
    expect(places({ acceptStatus: [99] })).to.deep.equal(["acceptStatus[0]"]);
    expect(places({ auth: {} })).to.deep.equal(["auth.secret"]);
    expect(places({ auth: { secret: "k", header: "X-K" } })).to.deep.equal(["auth.header"]);
    expect(places({ expect: { type: "nonsense" } })).to.deep.equal(["expect"]);
    expect(places({ expect: { properties: { a: { pattern: "(?=look)" } } } })).to.deep.equal(["expect"]);
    expect(places({ expect: { $ref: "https://evil.test/schema.json" } })).to.deep.equal(["expect"]);
  });

  it("reads as a sentence, without what stands in the query", () => {
    expect(httpRequest.sentence({ method: "POST", url: "https://api.example.com/orders?key=1" })).to.equal(
      "call POST api.example.com/orders",
    );
    expect(httpRequest.sentence({ url: "{{ vars.base }}/x" })).to.equal("call GET vars.base/x");
  });
});
