import { expect } from "chai";
import { getVersion, publish, saveDraft } from "../../../src/automations/index.js";
import { startManually } from "../../../src/enrollments/index.js";
import { dialects } from "../../support/databases.js";
import { type EditorWorld, editorWorld } from "./editor-world.js";

const rest = (key: string, name: string) => ({ key, kind: "wait", name, config: { for: "3d" } });

for (const dialect of dialects) {
  describe(`the page that moves runs, on ${dialect}`, () => {
    let world: EditorWorld;
    before(async () => {
      world = await editorWorld(dialect);
    });
    after(() => world.drop());

    /** A published second version, and a run that waits in the first. */
    async function waiting() {
      const { id } = await world.automation({ steps: [rest("pause", "Rest a while")] }, "Follow up");
      const { id: runId } = await startManually(
        world.engine,
        world.workspaceId,
        id,
        { recordId: (await world.deal()).id },
        world.by,
      );
      await world.drain();
      const document = { object: "deal", triggers: [], steps: [rest("nap", "Take a nap")] };
      await saveDraft(world.engine, world.workspaceId, id, { document }, world.by);
      await publish(world.engine, world.workspaceId, id, null, world.by);
      return { id, runId };
    }

    it("says first what would happen, then does it, without JavaScript", async () => {
      const { id, runId } = await waiting();
      const page = (await world.ada.get(`/${id}/moves`)).text;
      expect(page).to.contain("Rest a while").and.contain("Take a nap").and.contain("Finish on their version");
      const tried = await world.ada.send(`/${id}/moves`, { do: "preview", at_pause: "step:nap" });
      expect(tried.text).to.contain("1 run would be moved.");
      expect(await world.run(runId)).to.include({ version: 1 });
      const moved = await world.ada.send(`/${id}/moves`, { do: "move", at_pause: "step:nap" });
      expect([moved.status, moved.headers["location"]]).to.deep.equal([303, `/${id}/moves?notice=runsMoved&n=1`]);
      expect(await world.run(runId)).to.include({ version: 2, status: "waiting" });
      expect((await world.ada.get(`/${id}/moves`)).text).to.contain("No run is under way on another version");
      expect((await world.ada.get(`/runs/${runId}`)).text).to.contain("Moved from version 1 to version 2 by Ada Admin");
    });

    it("is part of the page that publishes, and moves them with the publication when ticked", async () => {
      const { id, runId } = await waiting();
      const document = { object: "deal", triggers: [], steps: [rest("doze", "Doze off")] };
      const saved = await saveDraft(world.engine, world.workspaceId, id, { document }, world.by);
      const { etag } = await getVersion(world.engine, saved);
      const page = (await world.ada.get(`/${id}/publish`)).text;
      expect(page).to.contain("Doze off").and.contain("Move those that wait to the new version");
      await world.ada.send(`/${id}/publish`, { ifVersion: etag, moveRuns: "true", at_pause: "step:doze" });
      expect(await world.run(runId)).to.include({ version: 3, status: "waiting" });
    });

    it("leaves runs whose step is gone on their version unless told otherwise", async () => {
      const { id, runId } = await waiting();
      await world.ada.send(`/${id}/moves`, { do: "move" });
      expect(await world.run(runId)).to.include({ version: 1, status: "waiting" });
      expect((await world.ada.get(`/${id}/moves`)).text).to.contain("1 run finishes on its version.");
    });
  });
}
