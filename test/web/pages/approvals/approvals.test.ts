import { expect } from "chai";
import { startManually } from "../../../../src/enrollments/index.js";
import { questionsFor } from "../../../../src/people/index.js";
import { dialects } from "../../../support/databases.js";
import { type EditorWorld, editorWorld } from "../../editor/editor-world.js";

for (const dialect of dialects) {
  describe(`the pages of approvals, on ${dialect}`, () => {
    let world: EditorWorld;
    let people: Record<"operator" | "viewer" | "editor", Awaited<ReturnType<EditorWorld["somebody"]>>>;
    before(async () => {
      world = await editorWorld(dialect);
      people = {
        operator: await world.somebody("operator"),
        viewer: await world.somebody("viewer"),
        editor: await world.somebody("editor"),
      };
    });
    after(() => world.drop());

    /** A discount the viewer is asked about, after a note was written. */
    async function ask(...others: string[]) {
      const assignees = { users: ["viewer@demo.test", ...others] };
      const { id } = await world.automation(
        {
          steps: [
            {
              key: "note",
              kind: "note.create",
              name: "Write it down",
              config: { body: "Hm" },
              next: { success: "ask" },
            },
            {
              key: "ask",
              kind: "approval",
              config: { assignees, message: "**20 %** for Northwind?", deadline: "3d", mode: "all" },
              next: { approved: "mark", rejected: "end" },
            },
            {
              key: "mark",
              kind: "record.update",
              name: "Give the discount",
              config: { values: { status: "won" } },
              next: {},
            },
          ],
        },
        "Discount",
        "graph",
      );
      const deal = await world.deal({ name: "Northwind 2027" });
      const run = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      await world.drain();
      const { data } = await questionsFor(world.engine, world.workspaceId, { limit: 200 });
      const question = data.find(({ runId }) => runId === run.id);
      if (!question) throw new Error("Nobody was asked.");
      const path = `/approvals/${question.id}`;
      const assigned = async () =>
        (await questionsFor(world.engine, world.workspaceId, { limit: 200 })).data
          .find(({ runId }) => runId === run.id)
          ?.assignees.map(({ name }) => name);
      return { path, assigned, users: await userIds() };
    }
    async function userIds() {
      const rows = await world.engine.db.all("SELECT id, email FROM millrace_users WHERE workspaceId = ?", [
        world.workspaceId,
      ]);
      return Object.fromEntries(rows.map((row) => [String(row["email"]).split("@")[0], String(row["id"])]));
    }
    type Person = {
      send: (path: string, fields: Record<string, string>) => PromiseLike<{ status: number; text: string }>;
    };
    const decide = (who: Person, path: string, fields: Record<string, string>) => who.send(path, fields);

    it("say what it is about, until when, what came before and where each answer leads", async () => {
      const { path } = await ask();
      const { text } = await people.viewer.get(path);
      expect(text)
        .to.include("3 days left.")
        .and.include("20 % for Northwind?")
        .and.include("Northwind 2027")
        .and.include("Write it down");
      expect(text).to.match(/>approved<[\s\S]*Give the discount[\s\S]*>rejected<[\s\S]*the end/);
    });

    it("want to know why somebody rejects, and keep the question open until then", async () => {
      const { path, assigned } = await ask();
      const refused = await decide(people.viewer, path, { decision: "rejected", comment: " " });
      expect(refused.status).to.equal(422);
      expect(refused.text).to.include("Say why you reject this.").and.include('aria-invalid="true"');
      expect(await assigned()).to.deep.equal(["The viewer"]);
      expect((await decide(people.viewer, path, { decision: "rejected", comment: "Too much" })).status).to.equal(303);
    });

    it("tell whoever comes second who decided what, and when", async () => {
      const { path } = await ask();
      await decide(people.viewer, path, { decision: "rejected", comment: "Too much" });
      const second = await decide(world.ada, path, { decision: "approved" });
      expect(second.status).to.equal(409);
      expect(second.text).to.include("somebody was quicker. The viewer rejected.").and.include("Too much");
      expect(second.text).not.to.include('value="approved"');
      expect((await world.ada.get(path)).text)
        .to.include("This is decided")
        .and.match(/The viewer rejected\.[\s\S]*<time/);
    });

    it("let who was asked give their own part away, and nobody else's", async () => {
      const { path, assigned, users } = await ask("ada@demo.test");
      expect((await decide(people.viewer, `${path}/assignees`, { to: users["editor"] ?? "" })).status).to.equal(303);
      expect(await assigned()).to.have.members(["Ada Admin", "The editor"]);
      expect((await decide(people.viewer, `${path}/assignees`, { to: users["viewer"] ?? "" })).status).to.equal(403);
    });

    it("let an operator put it to somebody else", async () => {
      const { path, assigned, users } = await ask("ada@demo.test");
      expect((await people.operator.get(path)).text).to.include("instead of everybody");
      await decide(people.operator, `${path}/assignees`, { to: users["operator"] ?? "" });
      expect(await assigned()).to.deep.equal(["The operator"]);
    });

    it("say of a question that nobody answered in time what became of it", async () => {
      const { path } = await ask();
      world.clock.forward("4d");
      for (const { status, text } of [
        await people.viewer.get(path),
        await decide(people.viewer, path, { decision: "approved" }),
      ]) {
        expect(status).to.equal(404);
        expect(text).to.include("This question is no longer open").and.include("Nobody answered it in time");
      }
    });

    it("refuse to pass on to nobody, and what is passed on already", async () => {
      const { path } = await ask();
      const nobody = await decide(people.viewer, `${path}/assignees`, { to: "" });
      expect(nobody.status).to.equal(422);
      expect(nobody.text).to.include("Choose who is to answer.");
    });
  });
}
