import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { type WebWorld, webWorld } from "./web-world.js";

for (const dialect of dialects) {
  describe(`settings over HTTP (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
    });
    after(() => world.drop());

    it("writes secrets and never gives them back", async () => {
      const canary = "canary-4711-secret";
      const written = await world.as("admin").put("/secrets/erp_key", { value: canary, hosts: ["erp.example.com"] });
      expect(written.body, written.text).to.include({ name: "erp_key", version: 1 });
      await world.as("admin").put("/secrets/erp_key", { value: `${canary}-2` });
      const read = await world.as("editor").get("/secrets/erp_key");
      expect(read.body).to.include({ name: "erp_key", version: 2 });
      const everything = [
        read.text,
        (await world.as("editor").get("/secrets")).text,
        (await world.as("admin").get("/audit")).text,
      ];
      expect(everything.join()).not.to.include(canary);
      expect((await world.as("admin").delete("/secrets/erp_key")).status).to.equal(204);
      expect((await world.as("editor").get("/secrets/erp_key")).status).to.equal(404);
    });

    it("adds people with a password shown once, and keeps an admin", async () => {
      const added = await world
        .as("admin")
        .post("/people", { email: "Grace@demo.test", name: "Grace", role: "operator" });
      expect(added.status, added.text).to.equal(201);
      expect(added.body.password).to.have.length(16);
      const people = await world.as("viewer").get("/people");
      expect(people.body.data.map(({ email }: { email: string }) => email)).to.include("grace@demo.test");
      expect(people.text).not.to.include("assword");
      const twice = await world
        .as("admin")
        .post("/people", { email: "grace@demo.test", name: "Grace", role: "operator" });
      expect(twice.status).to.equal(409);
      const last = await world.as("admin").patch(`/people/${world.user.id}`, { role: "viewer" });
      expect([last.status, last.body.code]).to.deep.equal([409, "last_admin"]);
    });

    it("keeps things for as long as the workspace says, and shows what that comes to", async () => {
      const set = (retention: object) => world.as("admin").patch("", { settings: { retention } });
      expect((await set({ completed: "90d", mails: "forever" })).body.retention).to.include({
        completed: 90,
        mails: null,
      });
      const wrong = await set({ failed: "7d", mail: "90d" });
      expect([wrong.status, wrong.body.errors.length], wrong.text).to.deep.equal([422, 1]);
      expect((await set({ failed: "7d" })).body.errors[0].path).to.equal("settings.retention.failed");
      expect((await world.as("viewer").get("")).body.settings.retention).to.deep.equal({
        completed: "90d",
        mails: "forever",
      });
    });

    it("stops everything by the kill switch, and says so", async () => {
      const automation = await world.automation({
        steps: [{ key: "note", kind: "note.create", config: { body: "seen" } }],
        triggers: [{ key: "new", kind: "record.created" }],
      });
      const changed = await world.as("admin").patch("", { settings: { paused: true } });
      expect(changed.body.settings).to.deep.include({ paused: true });
      const { body: deal } = await world.as("operator").post("/objects/deal/records", { values: { name: "Paused" } });
      await world.drain();
      const { data } = (await world.as("viewer").get(`/explanations?automation=${automation.id}&record=${deal.id}`))
        .body;
      expect([data[0].decision, data[0].reason.code]).to.deep.equal(["refused", "kill_switch"]);
      await world.as("admin").patch("", { settings: { paused: false } });
    });

    it("adds objects and fields of the workspace's own", async () => {
      const made = await world
        .as("admin")
        .post("/objects", { name: "vessel", label: "Vessel", fields: [{ name: "imo", label: "IMO", type: "text" }] });
      expect(made.status, made.text).to.equal(201);
      await world.as("admin").post("/objects/vessel/fields", { name: "tonnage", label: "Tonnage", type: "number" });
      const record = await world
        .as("operator")
        .post("/objects/vessel/records", { values: { imo: "9321483", tonnage: 170_794 } });
      expect(record.body.values, record.text).to.include({ imo: "9321483", tonnage: 170_794 });
      expect((await world.as("admin").delete("/objects/vessel/fields/tonnage")).status).to.equal(204);
      expect(
        (await world.as("viewer").get(`/objects/vessel/records/${record.body.id}`)).body.values,
      ).not.to.have.property("tonnage");
    });

    it("writes down who did what, page by page", async () => {
      const first = (await world.as("admin").get("/audit?limit=2")).body;
      expect(first.data).to.have.length(2);
      const second = (await world.as("admin").get(`/audit?limit=2&cursor=${first.nextCursor}`)).body;
      expect(Number(second.data[0].id)).to.be.lessThan(Number(first.data[1].id));
      expect(first.data[0].actor).to.include({ type: "key", name: "The admin" });
    });
  });
}
