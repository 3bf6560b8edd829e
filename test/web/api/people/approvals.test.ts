import { expect } from "chai";
import request from "supertest";
import { createUser, notificationsOf, type User } from "../../../../src/crm/index.js";
import { startManually } from "../../../../src/enrollments/index.js";
import type { Step } from "../../../../src/graph/index.js";
import { questionsFor, remindPeople } from "../../../../src/people/index.js";
import { cancelRun } from "../../../../src/runs/index.js";
import { createApp } from "../../../../src/web/index.js";
import { dialects } from "../../../support/databases.js";
import { type WebWorld, webWorld } from "../../web-world.js";

for (const dialect of dialects) {
  describe(`approvals over HTTP, on ${dialect}`, () => {
    let world: WebWorld;
    let bob: User;
    beforeEach(async () => {
      world = await webWorld(dialect);
      bob = await createUser(world.engine, {
        workspaceId: world.workspaceId,
        name: "Bob",
        email: "bob@demo.test",
        role: "operator",
      });
    });
    afterEach(() => world.drop());

    async function ask(
      config: Step["config"] = { assignees: { users: [bob.id] }, message: "20 %\nfor <b>Northwind</b>" },
      kind = "approval",
    ) {
      const { id } = await world.automation({ steps: [{ key: "ask", kind, config, next: {} }] }, "Discount", "graph");
      const { id: runId } = await startManually(
        world.engine,
        world.workspaceId,
        id,
        { recordId: (await world.deal()).id },
        world.by,
      );
      await world.drain();
      const found = (await questionsFor(world.engine, world.workspaceId)).data.find((one) => one.runId === runId);
      if (!found) throw new Error("Nobody was asked.");
      return { runId, id: found.id };
    }
    const portOf = async (runId: string) => {
      await world.drain();
      return (await world.run(runId)).steps[0]?.port;
    };
    /** The pages, as a host shows them to a person. */
    const pages = (user: User) =>
      request(
        createApp(world.engine, {
          baseUrl: "http://localhost",
          sessionSecrets: ["x"],
          trustProxy: false,
          workspace: "demo",
          currentUser: () => ({ id: user.id, name: user.name, role: user.role }),
        }),
      );

    it("lists what waits, for everybody and for one", async () => {
      const { id } = await ask();
      const ids = async (query: string) =>
        (await world.as("viewer").get(`/approvals${query}`)).body.data.map((one: { id: string }) => one.id);
      expect(await ids("")).to.deep.equal([id]);
      expect(await ids("?mine=bob@demo.test")).to.deep.equal([id]);
      expect(await ids(`?mine=${world.user.id}`)).to.deep.equal([]);
      expect((await world.as("viewer").get("/approvals?mine=nobody@demo.test")).status).to.equal(422);
    });

    it("takes a decision, and answers a contrary one with 409, who and when", async () => {
      const { runId, id } = await ask();
      const first = await world.as("admin").post(`/approvals/${id}/decision`, { decision: "approve", comment: "Fine" });
      expect(first.body).to.include({ status: "decided", decision: "approved" });
      const second = await world.as("admin").post(`/approvals/${id}/decision`, { decision: "reject" });
      expect(second.status).to.equal(409);
      expect(second.body).to.include({ code: "already_decided" });
      expect(second.body.detail).to.match(/^You approved this at \d{4}-/);
      expect(await portOf(runId)).to.equal("approved");
      expect((await world.as("viewer").get(`/approvals/${id}`)).body).to.include({
        status: "decided",
        decision: "approved",
      });
    });

    it("lets one of two who decide at the same moment win", async () => {
      const { runId, id } = await ask();
      const answers = await Promise.all([
        world.as("admin").post(`/approvals/${id}/decision`, { decision: "approved" }),
        world.as("admin").post(`/approvals/${id}/decision`, { decision: "rejected" }),
      ]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
      expect(await portOf(runId)).to.equal(answers.find(({ status }) => status === 200)?.body.decision);
    });

    it("refuses viewers' keys, those of operators who were not asked, unknown questions and words", async () => {
      const { id } = await ask();
      const operator = await world.as("operator").post(`/approvals/${id}/decision`, { decision: "approve" });
      expect(operator.status).to.equal(403);
      expect((await world.as("viewer").post(`/approvals/${id}/decision`, { decision: "approve" })).status).to.equal(
        403,
      );
      expect((await world.as("admin").post("/approvals/nothing/decision", { decision: "approve" })).status).to.equal(
        404,
      );
      expect((await world.as("admin").post(`/approvals/${id}/decision`, { decision: "maybe" })).status).to.equal(422);
    });

    it("passes a question on", async () => {
      const { id } = await ask();
      const moved = await world.as("operator").put(`/approvals/${id}/assignees`, { assignees: ["ada@demo.test"] });
      expect(moved.body.assignees).to.deep.equal([{ id: world.user.id, name: "Ada Admin", active: true }]);
    });

    it("says what became of a question nobody answered in time, and of one whose run was cancelled", async () => {
      const late = await ask({ assignees: { users: [bob.id] }, message: "20 %", deadline: "1d" });
      const gone = await ask();
      await remindPeople(world.engine);
      await cancelRun(world.engine, world.workspaceId, gone.runId, world.by);
      world.clock.forward("2d");
      await world.drain();
      const found = async ({ id }: { id: string }) => (await world.as("viewer").get(`/approvals/${id}`)).body;
      const timedOut = await found(late);
      expect(timedOut).to.include({ id: late.id, status: "timed_out", runId: late.runId, stepKey: "ask" });
      expect(timedOut.assignees).to.deep.equal([{ id: bob.id, name: "Bob", active: true }]);
      expect(timedOut.decisions).to.deep.equal([]);
      expect(Date.parse(timedOut.endedAt)).to.be.lessThan(world.clock.now());
      expect(await found(gone)).to.include({ status: "closed" });
      expect((await world.as("viewer").get("/approvals/nothing")).status).to.equal(404);
    });

    it("is put to somebody else, with a word about why", async () => {
      const { id } = await ask();
      await remindPeople(world.engine);
      const moved = await world
        .as("operator")
        .post(`/approvals/${id}/reassignment`, { to: "ada@demo.test", comment: "Bob is away" });
      expect(moved.status, moved.text).to.equal(200);
      expect(moved.body.assignees).to.deep.equal([{ id: world.user.id, name: "Ada Admin", active: true }]);
      const [told] = await notificationsOf(world.engine, world.user.id);
      expect(told?.body).to.match(/^The operator: Bob is away\n\n20 %/);
      const wrong = await world.as("operator").post(`/approvals/${id}/reassignment`, { to: "nobody@demo.test" });
      expect([wrong.status, wrong.body.errors[0].path]).to.deep.equal([422, "to"]);
    });

    it("is delegated by who was asked, and by nobody else", async () => {
      const { id } = await ask();
      const delegation = (user: User) =>
        pages(user)
          .post(`/api/workspaces/demo/approvals/${id}/delegation`)
          .set("Sec-Fetch-Site", "same-origin")
          .send({ to: "ada@demo.test" });
      expect((await world.as("admin").post(`/approvals/${id}/delegation`, { to: bob.id })).body.code).to.equal(
        "not_asked",
      );
      const moved = await delegation(bob);
      expect(moved.status, moved.text).to.equal(200);
      expect(moved.body.assignees.map((one: User) => one.id)).to.deep.equal([world.user.id]);
      expect((await delegation(bob)).body.code).to.equal("not_asked");
    });

    it("takes what a task's form asks for", async () => {
      const { runId, id } = await ask(
        {
          assignee: "bob@demo.test",
          title: "Call",
          form: { type: "object", properties: { budget: { type: "number" } }, required: ["budget"] },
        },
        "human_task",
      );
      const wrong = await world.as("admin").post(`/approvals/${id}/decision`, { decision: "done", values: {} });
      expect([wrong.status, wrong.body.errors[0].path]).to.deep.equal([422, "values.budget"]);
      await world.as("admin").post(`/approvals/${id}/decision`, { decision: "done", values: { budget: 5 } });
      expect(await portOf(runId)).to.equal("done");
    });

    it("shows what waits for a person, and takes their decision by a form", async () => {
      const { runId, id } = await ask();
      const inbox = await pages(bob).get("/approvals");
      expect(inbox.text).to.include(`/approvals/${id}`).and.include("nav-count");
      const page = await pages(bob).get(`/approvals/${id}`);
      expect(page.text).to.include("for &lt;b&gt;Northwind&lt;/b&gt;").and.include('value="approved"');
      const sent = await pages(bob)
        .post(`/approvals/${id}`)
        .set("Sec-Fetch-Site", "same-origin")
        .type("form")
        .send({ decision: "rejected", comment: "Too much" });
      expect(sent.status).to.equal(303);
      expect(await portOf(runId)).to.equal("rejected");
      expect((await pages(bob).get(`/approvals/${id}`)).text).to.include("Bob rejected.");
    });

    it("draws a task's form, and shows what is missing beside what was typed", async () => {
      const { runId, id } = await ask(
        {
          assignee: "bob@demo.test",
          title: "Call",
          form: {
            type: "object",
            properties: { budget: { type: "number", title: "Budget" }, note: { type: "string" } },
            required: ["budget"],
          },
        },
        "human_task",
      );
      const send = (fields: object) =>
        pages(bob)
          .post(`/approvals/${id}`)
          .set("Sec-Fetch-Site", "same-origin")
          .type("form")
          .send({ decision: "done", ...fields });
      const wrong = await send({ "values.note": "tomorrow" });
      expect(wrong.status).to.equal(422);
      expect(wrong.text).to.include("tomorrow").and.include("This is required.");
      expect((await send({ "values.budget": "12" })).status).to.equal(303);
      expect(await portOf(runId)).to.equal("done");
      expect((await world.run(runId)).steps[0]?.output).to.deep.include({ values: { budget: 12 } });
    });

    it("lets a link decide without a login, once, and only by a button", async () => {
      const { runId, id } = await ask();
      const { body } = await world.as("admin").post(`/approvals/${id}/links`, { user: "bob@demo.test" });
      const shown = await world.request().get(body.path);
      expect([shown.status, await portOf(runId)]).to.deep.equal([200, null]);
      expect(shown.text).to.include('value="approved"').and.include('value="rejected"');
      const decided = await world.request().post(body.path).type("form").send({ decision: "approved" });
      expect(decided.status).to.equal(200);
      expect(await portOf(runId)).to.equal("approved");
      expect((await world.request().post(body.path).type("form").send({ decision: "rejected" })).status).to.equal(409);
      expect((await world.request().get(`${body.path.slice(0, -6)}AAAAAA`)).status).to.equal(404);
    });
  });
}
