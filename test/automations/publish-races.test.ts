import { expect } from "chai";
import { deleteAutomation, getAutomation, pause, publish, saveDraft } from "../../src/automations/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const note = (key: string) => ({
  object: "deal",
  triggers: [{ key: "made", kind: "record.created" }],
  steps: [{ key, kind: "end", config: {} }],
});

for (const dialect of dialects) {
  describe(`publishing beside others on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    /** Publishes a new draft, and does `meanwhile` after its document was read and before anything is written. */
    async function publishAnd(meanwhile: (id: string) => Promise<unknown>): Promise<string> {
      const { engine, workspaceId, by } = world;
      const { id } = await world.automation(note("a"), "Two at once");
      await saveDraft(engine, workspaceId, id, { document: note("b") }, by);
      const inTransaction = engine.db.inTransaction.bind(engine.db);
      const held: typeof inTransaction = async (work, within, join) => {
        await meanwhile(id);
        return inTransaction(work, within, join);
      };
      const db = { ...engine.db, inTransaction: held };
      await publish({ ...engine, db }, workspaceId, id, null, by).catch((error: Error) => error);
      return id;
    }

    it("leaves paused what was just paused", async () => {
      const { engine, workspaceId } = world;
      const id = await publishAnd((id) => pause(engine, workspaceId, id));
      const { status, publishedVersion } = await getAutomation(engine, workspaceId, id);
      expect({ status, publishedVersion }).to.deep.equal({ status: "paused", publishedVersion: 2 });
    });

    it("does not touch what was just deleted", async () => {
      const { engine, workspaceId } = world;
      const id = await publishAnd((id) => deleteAutomation(engine, workspaceId, id));
      const rows = await engine.db.all("SELECT status, publishedVersion FROM millrace_automations WHERE id = ?", [id]);
      expect(rows).to.deep.equal([{ status: "paused", publishedVersion: 1 }]);
      expect(await getAutomation(engine, workspaceId, id).catch(() => null)).to.equal(null);
    });
  });
}
