import { expect } from "chai";
import type { Router } from "express";
import request from "supertest";
import { createWorkspace } from "../../src/crm/index.js";
import { roles } from "../../src/web/access/roles.js";
import { routes } from "../../src/web/api/routes.js";
import { createApiKey, createApp, type HostUser, type Role } from "../../src/web/index.js";
import { pageRoutes } from "../../src/web/pages/index.js";
import { type WebWorld, webWorld } from "./web-world.js";

/** Everything that can be reached without a login. A route missing here, and from the tables of roles, fails below. */
const publicRoutes = [
  "GET /health/live",
  "GET /health/ready",
  "GET /metrics",
  "GET /api/openapi.json",
  "GET /api/schema/document.json",
  "GET /api/docs",
  "GET /login",
  "POST /login",
  "POST /logout",
  "GET /decide/:token",
  "POST /decide/:token",
  "GET /documents/:token",
  "GET /u/:token",
  "POST /u/:token",
];

type Layer = { route?: { path: string; methods: Record<string, boolean> }; handle: { stack?: Layer[] }; name: string };

/** Every route an application really has, with what routers were mounted in front of it left out. */
function mounted(stack: Layer[], found: string[] = []): string[] {
  for (const { route, handle } of stack) {
    if (route) for (const method of Object.keys(route.methods)) found.push(`${method.toUpperCase()} ${route.path}`);
    else if (handle.stack) mounted(handle.stack, found);
  }
  return found;
}

describe("who may do what", () => {
  let world: WebWorld;
  before(async () => {
    world = await webWorld("sqlite");
  });
  after(() => world.drop());

  it("has a least role, or a place among the public ones, for every route", () => {
    const known = [
      ...routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
      ...pageRoutes.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
      ...publicRoutes.map((route) => route.replace(" /api", " ")),
    ];
    const real = mounted((world.app.router as unknown as Router & { stack: Layer[] }).stack);
    expect(real.length).to.be.greaterThan(60);
    expect(real.filter((route) => !known.includes(route))).to.deep.equal([]);
    expect(known.filter((route) => !real.includes(route))).to.deep.equal([]);
  });

  for (const { method, path, role } of routes) {
    const address = path.replace(/:\w+/g, "nothing");
    it(`${method.toUpperCase()} ${path} needs ${role}`, async () => {
      const anonymous = await world.request()[method](`/api/workspaces/demo${address}`);
      expect(anonymous.status).to.equal(401);
      for (const other of roles.filter((each) => roles.indexOf(each) < roles.indexOf(role))) {
        const answer = await world.as(other)[method](address, {});
        expect([answer.status, answer.body.code]).to.deep.equal([403, "forbidden"]);
      }
      const allowed = await world.as(role)[method](address, {});
      expect([401, 403, 500]).not.to.include(allowed.status);
    });
  }

  for (const { method, path, role } of pageRoutes) {
    const address = path.replace(/:\w+/g, "nothing");
    it(`${method.toUpperCase()} ${path} (page) needs ${role}`, async () => {
      let user: HostUser | null = null;
      const options = {
        baseUrl: "http://localhost",
        sessionSecrets: ["x"],
        trustProxy: false as const,
        workspace: "demo",
      };
      const app = createApp(world.engine, { ...options, currentUser: () => user });
      const ask = () => request(app)[method](address).redirects(0);
      expect((await ask()).status).to.equal(401);
      for (const other of roles.filter((each) => roles.indexOf(each) < roles.indexOf(role))) {
        user = { id: world.user.id, name: "Someone", role: other };
        expect((await ask()).status).to.equal(403);
      }
      user = { id: world.user.id, name: "Someone", role };
      if (path !== "/live") expect([401, 403, 500]).not.to.include((await ask()).status);
    });
  }

  it("answers 404 for another workspace, whether it exists or not", async () => {
    const other = await createWorkspace(world.engine, { slug: "other", name: "Other" });
    const { key } = await createApiKey(world.engine, other.id, { name: "Theirs", role: "admin" });
    const ask = (slug: string) =>
      world.request().get(`/api/workspaces/${slug}/people`).set("Authorization", `Bearer ${key}`);
    const [theirs, ours, none] = [await ask("other"), await ask("demo"), await ask("none")];
    expect([theirs.status, ours.status, none.status]).to.deep.equal([200, 404, 404]);
    expect(ours.body.detail.replace("demo", "none")).to.equal(none.body.detail);
  });

  it("hides another workspace's things behind the ids", async () => {
    const other = await createWorkspace(world.engine, { slug: "third", name: "Third" });
    const { key } = await createApiKey(world.engine, other.id, { name: "Theirs", role: "admin" });
    const deal = await world.deal();
    const automation = await world.automation({ steps: [{ key: "stop", kind: "end", config: {} }] });
    const ask = (method: "get" | "patch" | "post" | "delete", path: string) =>
      world
        .request()
        [method](`/api/workspaces/third${path}`)
        .set("Authorization", `Bearer ${key}`)
        .send(method === "patch" ? { values: { amount: 1 } } : undefined);
    const answers = [
      await ask("get", `/objects/deal/records/${deal.id}`),
      await ask("patch", `/objects/deal/records/${deal.id}`),
      await ask("delete", `/objects/deal/records/${deal.id}`),
      await ask("get", `/objects/deal/records/${deal.id}/changes`),
      await ask("get", `/automations/${automation.id}`),
      await ask("post", `/automations/${automation.id}/runs`),
      await ask("delete", `/automations/${automation.id}`),
      await ask("get", `/explanations?automation=${automation.id}&record=${deal.id}`),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal(answers.map(() => 404));
  });

  it("refuses a key at once when it is revoked, and forgets none of its like", async () => {
    const { key, id } = await createApiKey(world.engine, world.workspaceId, { name: "Short-lived", role: "viewer" });
    const ask = () => world.request().get("/api/workspaces/demo/objects").set("Authorization", `Bearer ${key}`);
    expect((await ask()).status).to.equal(200);
    expect((await world.as("admin").delete(`/keys/${id}`)).status).to.equal(204);
    const refused = await ask();
    expect([refused.status, refused.headers["www-authenticate"]]).to.deep.equal([401, 'Bearer realm="millrace"']);
    const listed = (await world.as("admin").get("/keys")).body.data.find((each: { id: string }) => each.id === id);
    expect(listed.revokedAt).to.be.a("string");
    expect(JSON.stringify(listed)).not.to.include(key.slice(9));
  });

  it("keeps no key as it is", async () => {
    const rows = await world.db.all("SELECT * FROM millrace_api_keys");
    const text = JSON.stringify(rows);
    for (const role of roles as readonly Role[]) expect(text).not.to.include(world.keys[role].key.slice(9));
  });
});
