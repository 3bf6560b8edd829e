import { expect } from "chai";
import { recordChange } from "../../../src/events/index.js";
import { dialects } from "../../support/databases.js";
import { whenWon } from "../../support/engine-world.js";
import { type EditorWorld, editorWorld } from "../editor/editor-world.js";

for (const dialect of dialects) {
  describe(`the page that says why, on ${dialect}`, () => {
    let world: EditorWorld;
    let automation: string;
    before(async () => {
      world = await editorWorld(dialect);
      const steps = [{ key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } }];
      automation = (await world.automation({ object: "deal", triggers: [whenWon], steps })).id;
    });
    after(() => world.drop());

    const ask = async (record: string) =>
      (await world.ada.get(`/why?automation=${automation}&record=${encodeURIComponent(record)}`)).text;
    /** A deal of a host's own table, changed and then deleted there. */
    async function hostDealIsGone(recordId: string) {
      const change = { workspaceId: world.workspaceId, object: "deal", recordId };
      const steps = [
        { before: { stage: "lead" }, after: { stage: "lost" } },
        { before: { stage: "lost" }, after: null },
      ];
      for (const step of steps)
        await world.engine.db.inTransaction((tx) =>
          recordChange(world.engine, { ...change, ...step }, { actor: world.by }, tx),
        );
      await world.drain();
    }

    for (const id of ["4711", "acme:7", "3f2b8a1e-0c1d-4e5f-8a9b-0c1d2e3f4a5b"])
      it(`answers about a deleted record of a host, by its id ${id}`, async () => {
        await hostDealIsGone(id);
        const text = await ask(id);
        expect(text).to.include("Record updated").and.include("Did not run").and.include(id);
        expect(text).not.to.include(`href="/records/deal/${encodeURIComponent(id)}"`);
      });

    it("finds a record by its name", async () => {
      await world.deal({ name: "Northwind 2027" });
      expect(await ask("northwind 2027")).to.include("Record created");
    });

    it("says so when nothing is called that", async () => {
      expect(await ask("never heard of")).to.include("There is no single deal called “never heard of”.");
      expect(await ask("x".repeat(500))).to.include("There is no single deal");
    });
  });
}
