import { expect } from "chai";
import {
  defineObject,
  describeObject,
  getUser,
  listWorkspaces,
  removeField,
  updateUser,
  updateWorkspace,
} from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { type RecordWorld, recordWorld } from "../support/record-world.js";

for (const dialect of dialects) {
  describe(`two people at once on ${dialect}`, () => {
    let world: RecordWorld;
    before(async () => {
      world = await recordWorld(dialect);
    });
    after(() => world.drop());

    /** Does all at once, again and again; `look` is asked after each. */
    async function together(times: number, work: (() => Promise<unknown>)[], look: () => Promise<unknown>) {
      for (let n = 0; n < times; n++) {
        await Promise.allSettled(work.map((one) => one()));
        await look();
      }
    }

    it("keep the kill switch and the limits that they set beside each other", async () => {
      const { room, ws } = world;
      const set = (settings: object) => updateWorkspace(room, ws, { settings });
      const work = [() => set({ paused: true }), () => set({ pausedObjects: ["deal"] }), () => set({ limits: {} })];
      await together(8, work, async () => {
        const [workspace] = await listWorkspaces(room);
        expect(workspace?.settings).to.include({ paused: true }).and.to.have.keys("paused", "pausedObjects", "limits");
        await room.db.run("UPDATE millrace_workspaces SET settings = '{}' WHERE id = ?", [ws]);
      });
    });

    it("each take away a field of one object, and both fields are gone", async () => {
      const { room, ws } = world;
      const field = (name: string) => ({ name, label: name, type: "text" as const });
      for (const name of ["boat", "ship"]) {
        await defineObject(room, ws, { name, label: name, fields: ["a", "b", "c"].map(field) });
        await Promise.all(["b", "c"].map((one) => removeField(room, ws, name, one)));
        expect((await describeObject(room, ws, name)).fields.map((one) => one.name)).to.deep.equal(["a"]);
      }
    });

    it("cannot demote each other until no admin is left", async () => {
      const { room, ws, ada, person } = world;
      const eve = await person("eve@demo.test", "Eve Admin", "admin");
      const work = [ada, eve].map(
        ({ id }) =>
          () =>
            updateUser(room, ws, id, { role: "viewer" }),
      );
      await together(8, work, async () => {
        const roles = await Promise.all([ada, eve].map(async ({ id }) => (await getUser(room, ws, id))?.role));
        expect(roles.sort()).to.deep.equal(["admin", "viewer"]);
        for (const { id } of [ada, eve]) await updateUser(room, ws, id, { role: "admin" });
      });
    });
  });
}
