import { get as httpGet } from "node:http";
import { expect } from "chai";
import request from "supertest";
import { createApp, serve, stopServing } from "../../src/web/index.js";
import { dialects } from "../support/databases.js";
import { type WebWorld, webWorld } from "./web-world.js";

describe("health, metrics and headers", () => {
  let world: WebWorld;
  before(async () => {
    world = await webWorld("sqlite", { readiness: { mail: async () => undefined } });
  });
  after(() => world.drop());

  it("says that it lives, and whether it can serve", async () => {
    expect((await world.request().get("/health/live")).status).to.equal(200);
    const ready = await world.request().get("/health/ready");
    const checks = { database: "ok", mail: "ok" };
    expect([ready.status, ready.body]).to.deep.equal([200, { status: "ok", checks, setAsideEvents: 0 }]);
  });

  it("is not ready when something it needs is not, and says no more than which", async () => {
    const options = {
      baseUrl: "http://localhost",
      sessionSecrets: ["x"],
      trustProxy: false as const,
      workspace: "demo",
    };
    const app = createApp(world.engine, {
      ...options,
      readiness: { mail: () => Promise.reject(new Error("smtp://user:secret@host refused")) },
    });
    const ready = await request(app).get("/health/ready");
    expect([ready.status, ready.body.checks.mail]).to.deep.equal([503, "failed"]);
    expect(ready.text).not.to.include("secret");
  });

  it("counts requests by route, not by address", async () => {
    await world.as("viewer").get("/objects/deal/records/unknown");
    const { text } = await world.request().get("/metrics");
    expect(text).to.include('route="/api/objects/:object/records/:id",status="404"');
    expect(text)
      .to.include("millrace_events_waiting")
      .and.include("millrace_runs_lag_seconds")
      .and.include("process_resident_memory_bytes");
    expect(text).not.to.include("unknown");
  });

  it("gives every page a nonce of its own and a policy without exceptions", async () => {
    const [one, two] = [await world.request().get("/login"), await world.request().get("/login")];
    const nonce = (answer: request.Response) =>
      /script-src 'nonce-([^']+)' 'strict-dynamic'/.exec(String(answer.headers["content-security-policy"]))?.[1];
    expect(nonce(one)).to.be.a("string").and.not.equal(nonce(two));
    expect(one.headers["content-security-policy"])
      .to.include("frame-ancestors 'none'")
      .and.include("base-uri 'none'")
      .and.not.include("unsafe");
    expect(one.headers).not.to.have.property("x-powered-by");
  });

  it("answers as JSON under /api and as a page elsewhere", async () => {
    const data = await world.request().get("/api/nowhere");
    expect([data.status, data.type]).to.deep.equal([404, "application/problem+json"]);
    const page = await world.request().get("/assets/nothing.js");
    expect([page.status, page.type]).to.deep.equal([404, "text/html"]);
  });

  it("believes forwarded addresses only from proxies it was told of", async () => {
    const seen = async (trustProxy: false | number) => {
      const { app, drop } = await webWorld("sqlite", { trustProxy, baseUrl: "https://crm.example.com" });
      app.get("/seen", () => undefined);
      await drop();
      return app.get("trust proxy fn")("10.0.0.9", 0) as boolean;
    };
    expect([await seen(false), await seen(1)]).to.deep.equal([false, true]);
  });
});

for (const dialect of dialects) {
  describe(`following a run (${dialect})`, () => {
    it("streams the run at each change, and ends with it", async () => {
      const world = await webWorld(dialect);
      const { id } = await world.automation({
        object: null,
        steps: [{ key: "rest", kind: "wait", config: { for: "1h" } }],
      });
      const started = await world.as("operator").post(`/automations/${id}/runs`);
      const server = await serve(world.app, 0, "127.0.0.1");
      const { port } = server.address() as { port: number };
      const events: string[] = [];
      await new Promise<void>((resolve, reject) => {
        const headers = { authorization: `Bearer ${world.keys.viewer.key}` };
        httpGet({ port, path: `/api/workspaces/demo/runs/${started.body.id}/events`, headers }, (res) => {
          expect(res.headers["content-type"]).to.include("text/event-stream");
          res.setEncoding("utf8").on("data", (text: string) => {
            for (const [, status] of text.matchAll(/"status":"(queued|waiting|completed)","reason"/g))
              if (status && events.at(-1) !== status) events.push(status);
            if (events.at(-1) === "queued") void world.drain();
            if (events.at(-1) === "waiting") {
              world.clock.forward("2h");
              void world.drain();
            }
          });
          res.on("end", resolve);
        }).on("error", reject);
      });
      expect(events).to.deep.equal(["queued", "waiting", "completed"]);
      await stopServing(server, 0);
      await world.drop();
    });
  });
}
