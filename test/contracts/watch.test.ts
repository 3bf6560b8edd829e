import { expect } from "chai";
import { Op } from "sequelize";
import { type HostWorld, hostWorld } from "../crm/watch/host-world.js";
import { dialects } from "../support/databases.js";

for (const dialect of dialects) {
  describe(`watching a host's models on ${dialect}`, () => {
    let world: HostWorld;
    let id: number;

    before(async () => {
      world = await hostWorld(dialect);
    });
    after(() => world.drop());
    beforeEach(async () => {
      await world.Offer.destroy({ truncate: true, force: true });
      const offer = await world.Offer.create({ code: "A", title: "Roof", amount: 8000 });
      id = Number(offer.get("id"));
      await world.clear();
    });

    const tx = <T>(work: Parameters<typeof world.host.db.sequelize.transaction<T>>[0]) =>
      world.host.db.sequelize.transaction(work as never);

    it("tells a creation with every value, defaults included", async () => {
      const offer = await world.Offer.create({ code: "B", title: "Door", amount: 12.5 });
      expect(await world.told()).to.deep.equal([
        `created ${offer.get("id")} code:→B title:→Door amount:→12.5 state:→open hot:→false`,
      ]);
      expect((await world.events())[0]?.actor).to.deep.include({ type: "host" });
    });

    it("tells only what changed, also of an instance that was loaded in part", async () => {
      const offer = await world.Offer.findByPk(id, { attributes: ["id", "state", "version"] });
      await offer?.update({ state: "won" });
      expect(await world.told()).to.deep.equal([`updated ${id} state:open→won`]);
      expect((await world.events())[0]?.record).to.deep.include({
        id: String(id),
        title: "Roof",
        amount: 8000,
        state: "won",
      });
    });

    it("says nothing when nothing changed", async () => {
      const offer = await world.Offer.findByPk(id);
      offer?.changed("title" as never, true);
      await offer?.save();
      await world.Offer.update({ title: "Roof" }, { where: { id } });
      expect(await world.told()).to.deep.equal([]);
    });

    it("leaves no event of a transaction that rolled back", async () => {
      const failing = tx(async (transaction) => {
        await world.Offer.update({ state: "won" }, { where: { id }, transaction });
        await world.Firm.create({ name: "Gone" }, { transaction });
        throw new Error("changed my mind");
      });
      await failing.then(
        () => expect.fail(),
        () => undefined,
      );
      expect(await world.told()).to.deep.equal([]);
    });

    it("keeps row and event together when the host opens no transaction", async () => {
      const { host } = world;
      const insertLater = host.db.insertLater;
      host.db.insertLater = () => Promise.reject(new Error("disk full"));
      try {
        await world.Offer.create({ code: "C", title: "Lost" }).then(
          () => expect.fail(),
          (error: Error) => expect(error.message).to.equal("disk full"),
        );
      } finally {
        host.db.insertLater = insertLater;
      }
      expect(await world.Offer.count()).to.equal(1);
    });

    it("tells each row of a bulk update, with the scope and the where of the host", async () => {
      await world.Offer.bulkCreate([
        { code: "B", title: "Door", amount: 1 },
        { code: "C", title: "Wall", amount: 20_000 },
      ]);
      await world.clear();
      const [count] = await world.Offer.update({ state: "won" }, { where: { amount: { [Op.gt]: 100 } } });
      expect(count).to.equal(2);
      expect((await world.told()).map((line) => line.replace(/ \d+ /, " "))).to.deep.equal([
        "updated state:open→won",
        "updated state:open→won",
      ]);
    });

    it("tells a bulk delete, soft and hard, and a restore", async () => {
      await world.Offer.destroy({ where: { id } });
      await world.Offer.restore({ where: { id } });
      await world.Offer.destroy({ where: { id }, force: true });
      const kinds = (await world.told()).map((line) => line.split(" ").slice(0, 2).join(" "));
      expect(kinds).to.deep.equal([`deleted ${id}`, `restored ${id}`, `deleted ${id}`]);
    });

    it("tells destroy and restore of an instance once each", async () => {
      const offer = await world.Offer.findByPk(id);
      await offer?.destroy();
      await offer?.restore();
      const kinds = (await world.told()).map((line) => line.split(" ")[0]);
      expect(kinds).to.deep.equal(["deleted", "restored"]);
    });

    it("tells each row of bulkCreate by its own generated key", async () => {
      const rows = await world.Firm.bulkCreate([{ name: "One" }, { name: "Two", size: 5 }]);
      expect(await world.told()).to.deep.equal(
        rows.map((row) => `created ${row.get("id")} name:→${row.get("name")} size:→${row.get("size")}`),
      );
    });

    it("tells bulkCreate of rows with and without a key apart", async () => {
      const rows = await world.Firm.bulkCreate([
        { name: "New" },
        { id: 900 + Math.floor(id), name: "Given" },
        { name: "Newer" },
      ]);
      expect(rows.map((row) => row.get("name"))).to.deep.equal(["New", "Given", "Newer"]);
      const stored = await world.Firm.findAll({ where: { name: ["New", "Given", "Newer"] }, order: [["name", "ASC"]] });
      const lines = stored.map((row) => `created ${row.get("id")} name:→${row.get("name")} size:→1`);
      expect((await world.told()).sort()).to.deep.equal(lines.sort());
    });

    it("tells updateOnDuplicate as an update of the row that was there and a creation of the one that was not", async () => {
      await world.Offer.bulkCreate(
        [
          { code: "A", title: "Roof, tiled" },
          { code: "N", title: "Niche" },
        ],
        { updateOnDuplicate: ["title"] },
      );
      const lines = (await world.told()).map((line) => line.split(" ").slice(0, 2).join(" "));
      const made = await world.Offer.findOne({ where: { code: "N" } });
      expect(lines).to.deep.equal([`updated ${id}`, `created ${made?.get("id")}`]);
    });

    it("tells ignoreDuplicates only of the rows that were taken", async () => {
      await world.Offer.bulkCreate(
        [
          { code: "A", title: "Ignored" },
          { code: "M", title: "Made" },
        ],
        { ignoreDuplicates: true },
      );
      const made = await world.Offer.findOne({ where: { code: "M" } });
      expect(await world.told()).to.deep.equal([
        `created ${made?.get("id")} code:→M title:→Made state:→open hot:→false`,
      ]);
    });

    it("tells upserts of both kinds", async () => {
      await world.Offer.upsert({ code: "A", title: "Upserted" });
      await world.Offer.upsert({ code: "Z", title: "Zinc" });
      await world.Visit.upsert({ place: "Oslo" });
      const lines = (await world.told()).map((line) => line.replace(/ [\w-]+/, ""));
      expect(lines).to.deep.equal([
        "updated title:Roof→Upserted",
        "created code:→Z title:→Zinc state:→open hot:→false",
        "created place:→Oslo",
      ]);
    });

    it("tells increments and decrements, of one row and of many", async () => {
      const offer = await world.Offer.findByPk(id);
      await offer?.increment("amount", { by: 5 });
      await world.Offer.decrement("amount", { by: 1, where: { id } });
      expect(await world.told()).to.deep.equal([`updated ${id} amount:8000→8005`, `updated ${id} amount:8005→8004`]);
    });

    it("tells findOrCreate, and truncate as deletions", async () => {
      await world.Offer.findOrCreate({ where: { code: "F" }, defaults: { title: "Found" } });
      await world.Offer.findOrCreate({ where: { code: "F" }, defaults: { title: "Found" } });
      await world.Offer.destroy({ truncate: true });
      expect((await world.told()).map((line) => line.split(" ")[0])).to.deep.equal(["created", "deleted", "deleted"]);
    });

    it("tells writes that the host makes in its own hooks, and each change once with individual hooks", async () => {
      world.Offer.addHook("afterUpdate", "promote", async (offer, options) => {
        if (offer.get("state") === "won")
          await world.Firm.create(
            { name: `Winner of ${offer.get("id")}` },
            { transaction: options.transaction ?? null },
          );
      });
      await world.Offer.update({ state: "won" }, { where: { id }, individualHooks: true });
      world.Offer.removeHook("afterUpdate", "promote");
      const lines = (await world.told()).map((line) => line.replace(/created \d+/, "created"));
      expect(lines).to.have.members([`updated ${id} state:open→won`, `created name:→Winner of ${id} size:→1`]);
    });

    it("tells both steps of two writes in one transaction", async () => {
      await tx(async (transaction) => {
        const offer = await world.Offer.findByPk(id, { transaction });
        await offer?.update({ state: "won" }, { transaction });
        await offer?.update({ state: "lost", meetAt: new Date("2026-03-02T09:00:00.123Z") }, { transaction });
      });
      expect(await world.told()).to.deep.equal([
        `updated ${id} state:open→won`,
        `updated ${id} state:won→lost meetAt:→2026-03-02T09:00:00.123Z`,
      ]);
    });

    it("passes the host's own errors on and writes nothing then", async () => {
      const refused = await world.Offer.create({ code: "A", title: "Twice" }).catch((error: Error) => error.name);
      expect(refused).to.equal("SequelizeUniqueConstraintError");
      const missing = await world.Offer.update({ title: "x" }, {} as never).catch((error: Error) => error.message);
      expect(missing).to.match(/where/);
      expect(await world.told()).to.deep.equal([]);
    });

    it("names who did it when the host says so", async () => {
      const actor = { type: "user" as const, id: "7", name: "Grace" };
      await world.Offer.update({ hot: true }, { where: { id }, millrace: { actor } } as never);
      expect((await world.events())[0]?.actor).to.deep.equal(actor);
    });
  });
}
