import { expect } from "chai";
import { getAutomation, publish, saveDraft } from "../../../src/automations/index.js";
import { createRecord, defineField, removeField } from "../../../src/crm/index.js";
import type { Document } from "../../../src/graph/index.js";
import { deleteGuarded, explain, type Thing } from "../../../src/insight/index.js";
import { Problem } from "../../../src/shared/errors.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

for (const dialect of dialects)
  describe(`deleting what automations use, ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
      const { engine, workspaceId, by } = world;
      await defineField(engine, workspaceId, "deal", { name: "segment", label: "Segment", type: "text" });
      await createRecord(engine, workspaceId, "list", { name: "Renewals", object: "deal" }, { actor: by });
    });
    after(() => world.drop());

    const document: Document = {
      object: "deal",
      triggers: [{ key: "changed", kind: "record.updated", fields: ["segment"] }],
      conditions: { all: [{ fact: "record", path: "segment", operator: "isNotEmpty" }] },
      steps: [
        { key: "note", kind: "note.create", config: { body: "Now {{ record.segment }}" } },
        { key: "list", kind: "list.add", config: { list: "Renewals" } },
      ],
    };
    const field: Thing = { kind: "field", object: "deal", name: "segment" };
    const remove = (force: boolean) =>
      deleteGuarded(world.engine, world.workspaceId, 'The field "Segment" of Deal', field, force, () =>
        removeField(world.engine, world.workspaceId, "deal", "segment"),
      );

    it("is refused with every place that uses it, and by name for lists", async () => {
      await world.automation(document, "Segments");
      const refused = await remove(false).catch((error: unknown) => error as Problem);
      expect(refused).to.be.instanceOf(Problem).and.include({ status: 409, code: "in_use" });
      const { uses } = (refused as Problem).details as { uses: { path: string; role: string }[] };
      expect(uses.map(({ path, role }) => `${role} ${path}`)).to.have.members([
        "triggers triggers[0].fields",
        "reads conditions.all[0].path",
        "reads steps[0].config.body",
      ]);
      const list: Thing = { kind: "list", names: ["Renewals"] };
      const named = await deleteGuarded(
        world.engine,
        world.workspaceId,
        "The list",
        list,
        false,
        async () => "gone",
      ).catch(String);
      expect(named).to.include("Segments");
    });

    it("by force marks who used it, says field_gone in every decision, and is mended by publishing", async () => {
      const { id } = await world.automation(
        { ...document, triggers: [{ key: "any", kind: "record.updated" }] },
        "By force",
      );
      const deal = await world.deal({ segment: "B2B" });
      await remove(true);
      const broken = (await getAutomation(world.engine, world.workspaceId, id)).broken;
      expect(broken?.[0]?.message).to.equal('The field "Segment" of Deal was deleted, and this automation uses it.');
      await world.change("deal", deal.id, { amount: 7 });
      await world.drain();
      const { data } = await explain(world.engine, world.workspaceId, id, deal.id);
      expect(JSON.stringify(data[0])).to.include("field_gone");
      const mended = { ...document, triggers: [], conditions: {}, steps: document.steps.slice(1) };
      await saveDraft(world.engine, world.workspaceId, id, { document: mended }, world.by);
      await publish(world.engine, world.workspaceId, id, null, world.by);
      expect((await getAutomation(world.engine, world.workspaceId, id)).broken).to.equal(null);
    });
  });
