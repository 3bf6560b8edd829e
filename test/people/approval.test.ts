import { expect } from "chai";
import { updateUser } from "../../src/crm/index.js";
import { decide, decisionPath, getQuestion, questionsFor, readDecisionLink, reassign } from "../../src/people/index.js";
import { cancelRun } from "../../src/runs/index.js";
import { Problem } from "../../src/shared/errors.js";
import { dialects } from "../support/databases.js";
import { peopleWorld } from "./people-world.js";

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("nothing was refused"),
    (error: unknown) => (error instanceof Problem ? error : expect.fail(String(error))),
  );

for (const dialect of dialects) {
  describe(`approvals, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof peopleWorld>>;
    beforeEach(async () => {
      world = await peopleWorld(dialect);
    });
    afterEach(() => world.drop());
    const both = () => ({ users: [world.bob.id, "cleo@demo.test"] });
    const leftBy = async (runId: string) => {
      await world.drain();
      const { status, outputs } = await world.run(runId);
      return outputs?.["left"] ?? status;
    };

    it("asks those named, tells them, and shows it to them alone", async () => {
      const { id, question } = await world.ask("approval", {
        assignees: both(),
        message: "20 % for {{ record.name }}",
      });
      expect(question).to.deep.include({ title: "Discount", message: "20 % for Northwind renewal", mode: "any" });
      expect(await world.mine(world.bob)).to.deep.equal([id]);
      expect(await world.mine(world.dan)).to.deep.equal([]);
      expect(await world.told(world.cleo)).to.deep.equal(["For you: Discount"]);
    });

    it("leaves by the first decision, with who, when and why", async () => {
      const { runId, id } = await world.ask("approval", { assignees: both() });
      await world.decide(id, world.bob, "rejected", "Too much");
      expect(await leftBy(runId)).to.equal("rejected");
      const [step] = (await world.run(runId)).steps;
      expect(step?.output).to.deep.include({ who: "Bob", whoId: world.bob.id, comment: "Too much" });
      expect(await world.mine(world.cleo)).to.deep.equal([]);
      expect(await getQuestion(world.engine, world.workspaceId, id)).to.include({
        status: "decided",
        decision: "rejected",
      });
    });

    it("answers the second of two with who and when, and the same again with the same", async () => {
      const { id } = await world.ask("approval", { assignees: both() });
      const at = new Date(world.clock.now()).toISOString();
      const [first, second] = await Promise.allSettled([
        world.decide(id, world.bob, "approved"),
        world.decide(id, world.cleo, "rejected"),
      ]);
      const [won, lost] = first.status === "fulfilled" ? [world.bob, second] : [world.cleo, first];
      expect(lost).to.include({ status: "rejected" });
      expect((lost as PromiseRejectedResult).reason).to.deep.include({ status: 409, code: "already_decided" });
      expect((lost as PromiseRejectedResult).reason.details).to.deep.include({
        by: { id: won.id, name: won.name },
        at,
      });
      const again = await world.decide(id, won, won === world.bob ? "approved" : "rejected");
      expect(again).to.include({ status: "decided" });
    });

    it("waits for everybody in mode all, and ends at one rejection", async () => {
      const yes = await world.ask("approval", { assignees: both(), mode: "all" });
      expect(await world.decide(yes.id, world.bob, "approved")).to.include({ status: "open" });
      expect(await leftBy(yes.runId)).to.equal("waiting");
      await world.decide(yes.id, world.cleo, "approved");
      expect(await leftBy(yes.runId)).to.equal("approved");
      const no = await world.ask("approval", { assignees: both(), mode: "all" });
      await world.decide(no.id, world.cleo, "rejected");
      expect(await leftBy(no.runId)).to.equal("rejected");
    });

    it("counts the share of those who approve", async () => {
      const asked = { assignees: { role: "operator" }, mode: "percent", percent: 60 };
      const yes = await world.ask("approval", asked);
      await world.decide(yes.id, world.bob, "rejected");
      await world.decide(yes.id, world.cleo, "approved");
      expect(await leftBy(yes.runId)).to.equal("waiting");
      await world.decide(yes.id, world.dan, "approved");
      expect(await leftBy(yes.runId)).to.equal("approved");
      const no = await world.ask("approval", asked);
      await world.decide(no.id, world.bob, "rejected");
      await world.decide(no.id, world.dan, "rejected");
      expect(await leftBy(no.runId)).to.equal("rejected");
    });

    it("refuses those who were not asked, unless they may override", async () => {
      const { runId, id } = await world.ask("approval", { assignees: both(), mode: "all" });
      expect(await problemOf(world.decide(id, world.dan, "approved"))).to.include({ status: 403 });
      await decide(
        world.engine,
        world.workspaceId,
        id,
        { id: world.user.id, name: "Ada Admin", overrides: true },
        { decision: "approved" },
      );
      expect(await leftBy(runId)).to.equal("approved");
    });

    it("leaves by timeout after seven days when nobody says anything, and takes no decision then", async () => {
      const { runId, id } = await world.ask("approval", { assignees: both() });
      world.clock.forward("167h");
      expect(await leftBy(runId)).to.equal("waiting");
      world.clock.forward("1h");
      expect(await problemOf(world.decide(id, world.bob, "approved"))).to.include({ status: 409, code: "closed" });
      expect(await leftBy(runId)).to.equal("timeout");
      expect((await questionsFor(world.engine, world.workspaceId)).data).to.deep.equal([]);
    });

    it("reminds those who have not answered, as often as asked", async () => {
      const { id } = await world.ask("approval", { assignees: both(), mode: "all", remindEvery: "1d" });
      await world.decide(id, world.bob, "approved");
      world.clock.forward("1d");
      await world.drain();
      world.clock.forward("1d");
      await world.drain();
      expect(await world.told(world.cleo)).to.deep.equal([
        "For you: Discount",
        "Still waiting for you: Discount",
        "Still waiting for you: Discount",
      ]);
      expect(await world.told(world.bob)).to.deep.equal(["For you: Discount"]);
    });

    it("turns to others when three quarters of the time are over: one of them decides alone", async () => {
      const { runId, id } = await world.ask("approval", {
        assignees: both(),
        mode: "all",
        deadline: "4h",
        escalateTo: { users: [world.dan.id] },
      });
      expect(await world.mine(world.dan)).to.deep.equal([]);
      world.clock.forward("3h");
      await world.drain();
      expect(await world.mine(world.dan)).to.deep.equal([id]);
      await world.decide(id, world.dan, "approved");
      expect(await leftBy(runId)).to.equal("approved");
    });

    it("turns to the admins when the one who was asked has left, before or after", async () => {
      const { id } = await world.ask("approval", { assignees: { users: [world.bob.id] } });
      await updateUser(world.engine, world.workspaceId, world.bob.id, { active: false });
      world.clock.forward("15m");
      await world.drain();
      expect(await world.mine(world.user)).to.deep.equal([id]);
      const next = await world.ask("approval", { assignees: { users: [world.bob.id] } });
      expect(next.question.assignees.map(({ name }) => name)).to.deep.equal(["Ada Admin"]);
      expect(next.question.escalated).to.equal(true);
    });

    it("settles when the only one still silent has left", async () => {
      const { runId, id } = await world.ask("approval", { assignees: both(), mode: "all" });
      await world.decide(id, world.bob, "approved");
      await updateUser(world.engine, world.workspaceId, world.cleo.id, { active: false });
      world.clock.forward("15m");
      expect(await leftBy(runId)).to.equal("approved");
    });

    it("passes on to somebody else, who is told", async () => {
      const { id } = await world.ask("approval", { assignees: { users: [world.bob.id] } });
      await reassign(world.engine, world.workspaceId, id, [world.dan.id]);
      expect(await world.mine(world.bob)).to.deep.equal([]);
      expect(await world.told(world.dan)).to.deep.equal(["For you: Discount"]);
      expect(await problemOf(reassign(world.engine, world.workspaceId, id, ["nobody"]))).to.include({ status: 422 });
    });

    it("lets a link decide for the one it was made for, and no forged one", async () => {
      const { runId, id } = await world.ask("approval", { assignees: both() });
      const path = await decisionPath(world.engine, world.workspaceId, id, world.bob.id);
      const token = path.replace("/decide/", "");
      const holder = await readDecisionLink(world.engine, token);
      expect(holder).to.deep.include({ id, userId: world.bob.id, name: "Bob" });
      expect(await problemOf(readDecisionLink(world.engine, `${token.slice(0, -6)}AAAAAA`))).to.include({
        status: 404,
      });
      expect(await problemOf(decisionPath(world.engine, world.workspaceId, id, world.dan.id))).to.include({
        status: 422,
      });
      await decide(
        world.engine,
        world.workspaceId,
        id,
        { id: holder.userId, name: holder.name, overrides: false },
        { decision: "approved" },
      );
      expect(await leftBy(runId)).to.equal("approved");
    });

    it("is withdrawn with its run", async () => {
      const { runId, id } = await world.ask("approval", { assignees: both() });
      await cancelRun(world.engine, world.workspaceId, runId, world.by);
      expect(await world.mine(world.bob)).to.deep.equal([]);
      expect(await problemOf(world.decide(id, world.bob, "approved"))).to.include({ status: 409, code: "closed" });
    });
  });
}
