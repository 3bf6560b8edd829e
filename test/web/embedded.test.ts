import { expect } from "chai";
import express from "express";
import request from "supertest";
import { createApp, type HostUser } from "../../src/web/index.js";
import { type WebWorld, webWorld } from "./web-world.js";

describe("mounted in a host", () => {
  let world: WebWorld;
  let user: HostUser | null;
  const host = express();
  before(async () => {
    world = await webWorld("sqlite");
    const options = {
      baseUrl: "https://crm.example.com/automations",
      sessionSecrets: ["x"],
      trustProxy: false as const,
      workspace: "demo",
    };
    host.use("/automations", createApp(world.engine, { ...options, currentUser: () => user }));
  });
  after(() => world.drop());
  beforeEach(() => {
    user = { id: "7", name: "Holly Host", role: "editor" };
  });

  it("knows people by the host's word, and lets their role decide", async () => {
    expect((await request(host).get("/automations/list")).status).to.equal(200);
    expect((await request(host).get("/automations/api/workspaces/demo/automations")).status).to.equal(200);
    expect((await request(host).get("/automations/api/workspaces/demo/audit")).status).to.equal(403);
    user = null;
    expect((await request(host).get("/automations/list")).status).to.equal(401);
    expect((await request(host).get("/automations/api/workspaces/demo/automations")).status).to.equal(401);
  });

  it("keeps its addresses under the mount, and its own login, health and metrics away", async () => {
    const page = await request(host).get("/automations/list");
    const links = [...page.text.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map((match) => match[1] ?? "");
    expect(links.length).to.be.greaterThan(5);
    expect(links.filter((link) => !link.startsWith("/automations"))).to.deep.equal([]);
    expect(page.headers).not.to.have.property("set-cookie");
    const spec = (await request(host).get("/automations/api/openapi.json")).body;
    expect(spec.servers).to.deep.equal([{ url: "/automations/api" }]);
    for (const path of ["login", "health/live", "metrics"])
      expect((await request(host).get(`/automations/${path}`)).status).to.equal(404);
  });

  it("refuses a change that comes from another site, and writes the host's person down", async () => {
    const post = () =>
      request(host).post("/automations/api/workspaces/demo/automations").send({ name: "From the host" });
    expect((await post().set("Origin", "https://evil.example")).body.code).to.equal("cross_site");
    expect((await post().set("Origin", "https://crm.example.com")).status).to.equal(201);
    const [entry] = (await world.as("admin").get("/audit")).body.data;
    expect([entry.action, entry.actor]).to.deep.equal([
      "automation.created",
      { type: "user", id: "7", name: "Holly Host" },
    ]);
  });
});
