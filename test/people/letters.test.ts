import { expect } from "chai";
import { updateUser } from "../../src/crm/index.js";
import { getMail, listMails } from "../../src/effects/index.js";
import { readDecisionLink, reassign, remindPeople } from "../../src/people/index.js";
import { dialects } from "../support/databases.js";
import { peopleWorld } from "./people-world.js";

for (const dialect of dialects) {
  describe(`letters about questions, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof peopleWorld>>;
    beforeEach(async () => {
      world = await peopleWorld(dialect);
    });
    afterEach(() => world.drop());

    const ask = (more: object = {}) =>
      world.ask("approval", { assignees: { users: [world.bob.id, world.cleo.id] }, mode: "all", ...more });
    const mails = async () => (await listMails(world.engine, world.workspaceId)).data;
    const sent = async () => (await mails()).map(({ to, subject }) => `${to[0]}: ${subject}`).sort();

    it("bring each of those asked a link of their own, once", async () => {
      const { id } = await ask();
      expect(await sent()).to.deep.equal(["bob@demo.test: For you: Discount", "cleo@demo.test: For you: Discount"]);
      await remindPeople(world.engine);
      world.clock.forward("1h");
      await world.drain();
      expect(await mails()).to.have.length(2);
      const toBob = (await mails()).find(({ to }) => to[0] === "bob@demo.test");
      const { content } = await getMail(world.engine, world.workspaceId, String(toBob?.id));
      const [, link = ""] = /\/decide\/([\w.-]+)/.exec(content.text) ?? [];
      expect(await readDecisionLink(world.engine, link)).to.include({ id, userId: world.bob.id });
    });

    it("remind those who are silent, once each time", async () => {
      const { id } = await ask({ remindEvery: "1d" });
      await world.decide(id, world.bob, "approved");
      world.clock.forward("1d");
      await world.drain();
      await world.drain();
      expect((await sent()).filter((line) => line.includes("Still waiting"))).to.deep.equal([
        "cleo@demo.test: Still waiting for you: Discount",
      ]);
    });

    it("go to whoever comes in for somebody who has left", async () => {
      await world.ask("approval", { assignees: { users: [world.bob.id] }, escalateTo: { users: [world.dan.id] } });
      await updateUser(world.engine, world.workspaceId, world.bob.id, { active: false });
      world.clock.forward("20m");
      await world.drain();
      expect(await sent()).to.deep.equal(["bob@demo.test: For you: Discount", "dan@demo.test: For you: Discount"]);
    });

    it("go at once to whom a question is put instead, and again when it comes back", async () => {
      const { id } = await world.ask("approval", { assignees: { users: [world.bob.id] } });
      const passTo = async (user: { id: string }, note: string | null) => {
        await reassign(world.engine, world.workspaceId, id, [user.id], note);
        await remindPeople(world.engine);
      };
      await passTo(world.dan, "Ada: Bob is away");
      expect(await sent()).to.deep.equal(["bob@demo.test: For you: Discount", "dan@demo.test: For you: Discount"]);
      const toDan = (await mails()).find(({ to }) => to[0] === "dan@demo.test");
      const { content } = await getMail(world.engine, world.workspaceId, String(toDan?.id));
      expect(content.text).to.include("Ada: Bob is away");
      await passTo(world.bob, null);
      expect((await sent()).filter((line) => line.startsWith("bob"))).to.have.length(2);
      expect(await world.told(world.bob)).to.deep.equal(["For you: Discount", "For you: Discount"]);
    });

    it("are not written where the step says only in the app, nor shown there where it says only by mail", async () => {
      await ask({ notify: ["app"] });
      expect(await mails()).to.deep.equal([]);
      expect(await world.told(world.bob)).to.deep.equal(["For you: Discount"]);
      await ask({ notify: ["email"] });
      expect(await sent()).to.have.length(2);
      expect(await world.told(world.bob)).to.have.length(1);
    });
  });
}
