import type { RequestListener } from "node:http";
import { expect } from "chai";
import { type EffectContext, type HttpCall, type RecordedEffect, writeSecret } from "../../../src/effects/index.js";
import { dialects } from "../../support/databases.js";
import { gateway } from "../../support/gateway.js";
import { type Loopback, loopback } from "../../support/loopback.js";

for (const dialect of dialects)
  describe(`calls to other systems, ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof gateway>>;
    let server: Loopback;
    let answer: RequestListener;

    before(async () => {
      server = await loopback((request, response) => answer(request, response));
      world = await gateway(dialect, { allowHosts: [server.host] });
    });
    beforeEach(() => {
      answer = (_request, response) => response.setHeader("Content-Type", "application/json").end('{"id":7}');
      server.received.length = 0;
    });
    after(async () => {
      await world.close();
      await server.close();
    });

    const call = (more: Partial<HttpCall> = {}, context: Partial<EffectContext> = {}) =>
      world.outside(context).http({ method: "POST", url: `${server.url}/orders`, ...more });
    const sent = () => server.received[0];

    it("sends the step's key and a JSON body, and gives back the parsed answer", async () => {
      const result = await call({ body: { amount: 12_000 }, query: { a: 1, tags: ["x", "y z"], none: null } });
      expect(result).to.deep.include({ ok: true });
      expect(result.output).to.deep.include({ status: 200, body: { id: 7 }, truncated: false });
      expect(sent()).to.deep.include({ method: "POST", url: "/orders?a=1&tags=x&tags=y+z", body: '{"amount":12000}' });
      expect(sent()?.headers).to.include({
        "idempotency-key": "r1:tell:0",
        "webhook-id": "r1:tell:0",
        "content-type": "application/json",
      });
    });

    it("fails on JSON larger than the step reads, instead of handing on half of it as a text", async () => {
      answer = (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id }))));
      };
      expect(await call({ maxBytes: 1024 })).to.include({ ok: false, code: "answer_too_large", retryable: false });
      expect(await call({ maxBytes: 64 * 1024 })).to.have.nested.property("output.body.length", 500);
    });

    it("sends a text as it is and a form when the content type says so", async () => {
      await call({ body: "plain" });
      await call({ body: { a: "1 2", b: [3, 4] }, headers: { "content-type": "application/x-www-form-urlencoded" } });
      expect(server.received.map((one) => one.body)).to.deep.equal(["plain", "a=1+2&b=3&b=4"]);
    });

    it("keeps headers that carry no credentials", async () => {
      answer = (_request, response) =>
        response.writeHead(200, { "Set-Cookie": "sid=1", "X-Request-Id": "9", "X-Internal": "no" }).end("ok");
      expect((await call()).output?.["headers"]).to.have.all.keys("x-request-id", "date");
    });

    for (const [status, retryable, code] of [
      [400, false, "http_400"],
      [404, false, "http_404"],
      [408, true, "http_408"],
      [410, false, "gone"],
      [425, true, "http_425"],
      [429, true, "http_429"],
      [500, true, "http_500"],
      [503, true, "http_503"],
      [302, false, "http_302"],
    ] as const)
      it(`answers ${status} as ${code}, ${retryable ? "worth another try" : "for good"}, with the answer in hand`, async () => {
        answer = (_request, response) => response.writeHead(status).end("why");
        const result = await call();
        expect(result).to.include({ ok: false, code, retryable });
        expect(result.output).to.include({ status, body: "why" });
      });

    it("says how long Retry-After asks to wait", async () => {
      answer = (_request, response) => response.writeHead(503, { "Retry-After": "120" }).end();
      expect(await call()).to.include({ ok: false, code: "http_503", retryAfterMs: 120_000 });
      answer = (_request, response) => response.writeHead(404, { "Retry-After": "120" }).end();
      expect(await call()).to.not.have.property("retryAfterMs");
    });

    it("refuses headers that reframe the request or speak for the engine", async () => {
      for (const headers of [
        { Host: "evil" },
        { "content-length": "1" },
        { "Transfer-Encoding": "chunked" },
        { "Idempotency-Key": "mine" },
        { "X-A": "1\r\nX-B: 2" },
        { "X A": "1" },
        { "X-A": "\u0000" },
        { "Proxy-Authorization": "x" },
      ])
        expect(await call({ headers }), JSON.stringify(headers)).to.include({
          ok: false,
          code: "forbidden_header",
          retryable: false,
        });
      expect(server.received).to.have.length(0);
    });

    it("refuses a method that is none, and a body on GET", async () => {
      expect(await call({ method: "TRACE" })).to.include({ ok: false, code: "invalid_request" });
      expect(await call({ method: "GET", body: { a: 1 } })).to.include({ ok: false, code: "invalid_request" });
    });

    it("says no more than that a destination is blocked", async () => {
      for (const url of [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/",
        "http://user:pw@example.com/",
        "file:///etc/passwd",
      ])
        expect(await call({ url })).to.deep.equal({
          ok: false,
          code: "blocked_destination",
          message: "This address may not be called.",
          retryable: false,
        });
    });

    it("leaves JSON that is broken, cut or too deep as text, and bytes as base64", async () => {
      const body = async (type: string, bytes: string | Buffer) => {
        answer = (_request, response) => response.setHeader("Content-Type", type).end(bytes);
        return (await call()).output;
      };
      expect(await body("application/json", "{oops")).to.include({ body: "{oops" });
      expect((await body("application/json", "[".repeat(100_000)))?.["body"]).to.be.a("string");
      expect(await body("application/problem+json", '{"__proto__":{"x":1},"a":1}')).to.deep.include({ body: { a: 1 } });
      expect(await body("text/plain; charset=iso-8859-1", Buffer.from([0xe9]))).to.include({ body: "é" });
      expect(await body("image/png", Buffer.from([0x89, 0xff]))).to.include({ body: "if8=", bodyEncoding: "base64" });
      expect(await body("application/json", "")).to.include({ body: null });
    });

    it("signs in with a secret, which never comes back", async () => {
      await writeSecret({ ...world }, "w1", "erp_key", "canary+secret/value", {}, null);
      answer = (request, response) => response.end(`you said ${request.headers.authorization}`);
      const bearer = await call({ auth: { secret: "erp_key" } });
      expect(sent()?.headers.authorization).to.equal("Bearer canary+secret/value");
      expect(bearer.output).to.include({ body: "you said Bearer [secret erp_key]" });
      const basic = await call({ auth: { secret: "erp_key", scheme: "basic" } });
      expect(JSON.stringify(basic)).to.not.include(Buffer.from("canary+secret/value").toString("base64").slice(0, 20));
      await call({ auth: { secret: "erp_key", scheme: "header", header: "X-Erp" }, headers: { "x-erp": "other" } });
      expect(server.received[2]?.headers).to.include({ "x-erp": "canary+secret/value" });
    });

    it("sends a secret to its own hosts only, wherever in the request it stands", async () => {
      await writeSecret({ ...world }, "w1", "bound", "bound-canary-value", { hosts: ["api.example.com"] }, null);
      const refused = { ok: false, code: "secret_not_allowed", retryable: false };
      expect(await call({ auth: { secret: "bound" } })).to.include(refused);
      expect(await call({ body: { token: "bound-canary-value" } })).to.include(refused);
      expect(await call({ query: { t: "bound-canary-value" } })).to.include(refused);
      expect(
        await call({ headers: { Authorization: `Basic ${Buffer.from("me:bound-canary-value").toString("base64")}` } }),
      ).to.include(refused);
      expect(server.received).to.have.length(0);
      await writeSecret({ ...world }, "w1", "bound", "bound-canary-value", { hosts: [server.host] }, null);
      expect(await call({ auth: { secret: "bound" } })).to.include({ ok: true });
    });

    it("names a secret that is missing, and the one that was meant", async () => {
      await writeSecret({ ...world }, "w1", "erp_key", "canary+secret/value", {}, null);
      const result = await call({ auth: { secret: "erp_kay" } });
      expect(result).to.include({ ok: false, code: "secret_missing" });
      expect(result).to.have.property("message").that.includes('Did you mean "erp_key"?');
    });

    it("records in a simulation, without a connection or a secret", async () => {
      await writeSecret({ ...world }, "w1", "erp_key", "canary+secret/value", {}, null);
      const record: RecordedEffect[] = [];
      const result = await call({ body: { a: 1 }, auth: { secret: "erp_key" } }, { record });
      expect(result).to.deep.include({ ok: true });
      expect(server.received).to.have.length(0);
      expect(record[0]).to.deep.include({ kind: "http.request", stepKey: "tell" });
      expect(record[0]?.rendered).to.deep.include({ method: "POST", url: `${server.url}/orders`, body: '{"a":1}' });
      expect(record[0]?.rendered["headers"]).to.include({ Authorization: "Bearer [secret erp_key]" });
      expect(await call({ url: "http://10.0.0.1/" }, { record })).to.include({ code: "blocked_destination" });
    });
  });
