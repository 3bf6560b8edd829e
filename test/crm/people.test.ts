import { expect } from "chai";
import {
  createObjectTable,
  createUser,
  createWorkspace,
  ensureWorkspace,
  getUser,
  listUsers,
  markNotificationsRead,
  notificationsOf,
  notifyUser,
  passwordHashOf,
  updateUser,
  updateWorkspace,
  userByEmail,
  usersByRole,
  workspaceBySlug,
} from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { type CrmWorld, crmWorld, faultsOf, problemOf } from "./crm-world.js";

for (const dialect of dialects) {
  describe(`workspaces and people on ${dialect}`, () => {
    let world: CrmWorld;
    beforeEach(async () => {
      world = await crmWorld(dialect);
    });
    afterEach(() => world.drop());

    it("a workspace's settings are merged, and seen elsewhere within a second", async () => {
      const { host, ws, clock } = world;
      const elsewhere = { ...host, objects: createObjectTable() };
      await workspaceBySlug(elsewhere, "default");
      await updateWorkspace(host, ws, { timezone: "Europe/Berlin", settings: { paused: true } });
      await updateWorkspace(host, ws, { settings: { limits: { runsPerMonth: 5 } } });
      expect((await workspaceBySlug(host, "default"))?.settings).to.deep.equal({
        paused: true,
        limits: { runsPerMonth: 5 },
      });
      clock.forward("1s");
      expect((await workspaceBySlug(elsewhere, "default"))?.settings.paused).to.equal(true);
    });

    it("a workspace that cannot be is refused", async () => {
      const { host } = world;
      const bad = { slug: "No Good", name: "", timezone: "Mars/Base", settings: { limits: { perMinute: -1 } } };
      expect(await faultsOf(createWorkspace(host, bad))).to.have.length(4);
      expect((await problemOf(createWorkspace(host, { slug: "default", name: "x" }))).code).to.equal("taken");
      expect(await workspaceBySlug(host, "no'where")).to.equal(null);
      const [one, two] = await Promise.all([ensureWorkspace(host, "mine"), ensureWorkspace(host, "mine")]);
      expect(one.id).to.equal(two.id);
    });

    it("people are found by id and e-mail, in their workspace only", async () => {
      const { host, ws } = world;
      const other = await createWorkspace(host, { slug: "other", name: "Other" });
      const ada = await createUser(host, {
        workspaceId: ws,
        email: " Ada@Test.example ",
        name: "Ada",
        role: "admin",
        passwordHash: "h",
      });
      expect(await userByEmail(host, ws, "ADA@test.example")).to.deep.equal(ada);
      expect([
        await userByEmail(host, other.id, "ada@test.example"),
        await getUser(host, other.id, ada.id),
      ]).to.deep.equal([null, null]);
      expect([await passwordHashOf(host, ws, ada.id), await passwordHashOf(host, other.id, ada.id)]).to.deep.equal([
        "h",
        null,
      ]);
      expect(await listUsers(host, ws)).to.deep.equal([ada]);
      expect(ada).not.to.have.property("passwordHash");
    });

    it("a person without a proper name, e-mail or role is refused, and an e-mail used twice", async () => {
      const { host, ws } = world;
      await world.user("Grace");
      expect(
        await faultsOf(createUser(host, { workspaceId: ws, email: "x", name: "", role: "boss" as never })),
      ).to.have.length(3);
      expect(
        (await problemOf(createUser(host, { workspaceId: ws, email: "Grace@test.example", name: "G", role: "viewer" })))
          .code,
      ).to.equal("taken");
    });

    it("the last active admin stays one", async () => {
      const { host, ws } = world;
      const ada = await createUser(host, { workspaceId: ws, email: "a@test.example", name: "Ada", role: "admin" });
      expect((await problemOf(updateUser(host, ws, ada.id, { role: "viewer" }))).code).to.equal("last_admin");
      expect((await usersByRole(host, ws, "admin")).map((user) => user.id)).to.deep.equal([ada.id]);
      const grace = await world.user("Grace");
      expect(await updateUser(host, ws, grace.id, { name: "Grace H.", active: false, passwordHash: "n" })).to.include({
        name: "Grace H.",
        active: false,
      });
      expect(await usersByRole(host, ws, "editor")).to.deep.equal([]);
      expect((await problemOf(updateUser(host, ws, "nope", {}))).status).to.equal(404);
    });

    it("are told things, newest first, and see them once", async () => {
      const { host, ws } = world;
      const grace = await world.user("Grace");
      await notifyUser(host, ws, grace.id, { title: "One", link: "/runs/1" });
      await host.db.inTransaction((tx) => notifyUser(host, ws, grace.id, { title: "Two" }, tx));
      const told = await notificationsOf(host, grace.id);
      expect(told.map((one) => one.title)).to.deep.equal(["Two", "One"]);
      expect(await markNotificationsRead(host, grace.id, [String(told[0]?.id)])).to.equal(1);
      expect((await notificationsOf(host, grace.id, { unread: true })).map((one) => one.title)).to.deep.equal(["One"]);
      expect(await markNotificationsRead(host, grace.id)).to.equal(1);
      expect(
        await faultsOf(notifyUser(host, ws, grace.id, { title: "x", link: "javascript:alert(1)" })),
      ).to.have.length(1);
      expect((await problemOf(notifyUser(host, ws, "nope", { title: "x" }))).status).to.equal(404);
    });
  });
}
