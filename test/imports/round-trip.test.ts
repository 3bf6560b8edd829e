import { expect } from "chai";
import { definitionText, exportAutomation } from "../../src/automations/index.js";
import { importAutomation } from "../../src/imports/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { definitions } from "./fixtures.js";

for (const dialect of dialects) {
  describe(`what was imported goes out and comes in again (${dialect})`, function () {
    this.timeout(60_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    /** A definition as a file, from what an import made of it. */
    const through = async (given: unknown) => {
      const { automation, unmapped } = await importAutomation(world.engine, world.workspaceId, given, world.by);
      const exported = await exportAutomation(world.engine, world.workspaceId, automation.id);
      return { text: definitionText(exported), unmapped, form: exported.form };
    };

    it("byte for byte, lists and graphs alike", async () => {
      const forms = new Set<string>();
      for (const [name, given] of definitions) {
        const once = await through(given);
        const again = await through(JSON.parse(once.text));
        expect(again, name).to.deep.equal({ ...once, unmapped: [] });
        forms.add(once.form);
      }
      expect([...forms].sort()).to.deep.equal(["graph", "list"]);
    });

    it("with other automations by their names, so that another workspace finds its own", async () => {
      const end = { key: "end", kind: "end", config: { status: "completed" } };
      const { automation: other } = await importAutomation(
        world.engine,
        world.workspaceId,
        { name: "The other one", document: { object: null, triggers: [], steps: [end] } },
        world.by,
      );
      const starts = (automation: string) => ({ key: "start", kind: "run_automation", config: { automation } });
      const document = {
        object: null,
        triggers: [{ key: "failed", kind: "automation", automation: other.id, on: "failed" }],
        steps: [starts(other.id), { ...starts("01GONE"), key: "gone" }],
      };
      const once = await through({ name: "Starter", document });
      expect(JSON.parse(once.text).document).to.deep.equal({
        ...document,
        triggers: [{ ...document.triggers[0], automation: "The other one" }],
        steps: [starts("The other one"), { ...starts("01GONE"), key: "gone" }],
      });
      expect((await through(JSON.parse(once.text))).text).to.equal(once.text);
    });
  });
}
