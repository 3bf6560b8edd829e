import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { createUser, updateUser } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { revokeApiKey } from "../../src/web/access/api-keys.js";
import { together } from "../../src/web/sse.js";
import { password, type WebWorld, webWorld } from "./web-world.js";

describe("live views of the same thing", () => {
  it("share one look, and those of another thing have their own", async () => {
    let looks = 0;
    const look = (key: string) =>
      together(key, async () => ({ version: String(++looks), event: "run", data: async () => key }), 60_000);
    const seen = await Promise.all([look("a")(), look("a")(), look("b")()]);
    expect(seen.map(({ version }) => version)).to.deep.equal(["1", "1", "2"]);
  });
});

describe("a live view", () => {
  let world: WebWorld;
  let server: Server;
  let base: string;
  let runId: string;
  beforeEach(async () => {
    world = await webWorld("sqlite");
    server = createServer(world.app).listen(0, "127.0.0.1");
    await once(server, "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const steps = [{ key: "rest", kind: "wait", config: { for: "1d" } }];
    const { id } = await world.automation({ object: null, steps });
    runId = (await startManually(world.engine, world.workspaceId, id, {}, world.by)).id;
    await world.drain();
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await world.drop();
  });

  const byKey = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } });
  const open = (init: RequestInit, path = `/api/workspaces/demo/runs/${runId}/events`) => fetch(base + path, init);
  /** What a stream says until it ends, by itself or after four seconds. */
  const ended = async (stream: Response) => {
    const late = new Promise<string>((resolve) => setTimeout(() => resolve("still open"), 4_000).unref());
    return Promise.race([stream.text().then(() => "ended"), late]);
  };
  const session = async () => {
    await world.letAdaIn();
    const page = await fetch(`${base}/login`);
    const cookie = page.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    const body = new URLSearchParams({ _csrf: csrf, email: "ada@demo.test", password });
    const login = await fetch(`${base}/login`, { method: "POST", body, headers: { cookie }, redirect: "manual" });
    return { headers: { cookie: login.headers.getSetCookie()[0]?.split(";")[0] ?? cookie } };
  };

  it("ends with the key that opened it, and others go on", async () => {
    const streams = [await open(byKey(world.keys.viewer.key)), await open(byKey(world.keys.admin.key))];
    await revokeApiKey(world.engine, world.workspaceId, world.keys.viewer.id);
    expect(await Promise.all(streams.map(ended))).to.deep.equal(["ended", "still open"]);
  });

  it("ends with the session or the role that opened it", async () => {
    const other = { workspaceId: world.workspaceId, email: "bea@demo.test", name: "Bea", role: "admin" as const };
    await createUser(world.engine, other);
    for (const change of [
      () => world.db.run("DELETE FROM millrace_sessions"),
      () => updateUser(world.engine, world.workspaceId, world.user.id, { role: "viewer" }),
    ]) {
      const stream = await open(await session(), `/live?run=${runId}`);
      expect(stream.headers.get("content-type")).to.include("text/event-stream");
      await change();
      expect(await ended(stream)).to.equal("ended");
    }
  });

  it("is refused to who has thirty of them, and to nobody else", async () => {
    const key = byKey(world.keys.viewer.key);
    const streams = await Promise.all(Array.from({ length: 30 }, () => open(key)));
    expect(streams.map(({ status }) => status)).to.deep.equal(Array(30).fill(200));
    expect((await open(key)).status).to.equal(503);
    expect((await open(byKey(world.keys.admin.key))).status).to.equal(200);
  });
});
