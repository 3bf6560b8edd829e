import { expect } from "chai";
import {
  boolean,
  checked,
  code,
  defineTable,
  id,
  instant,
  integer,
  json,
  type NewRow,
  number,
  optional,
  primary,
  serial,
  text,
} from "../../src/db/index.js";
import { Problem } from "../../src/shared/errors.js";
import { dialects, freshDatabase, type TestDatabase } from "../support/databases.js";

const shelves = defineTable("test_shelves", { id: primary(id), workspaceId: id, name: text(40) });
const books = defineTable(
  "test_books",
  {
    n: serial,
    workspaceId: id,
    shelf: optional(id),
    title: checked(text(40), (title) => (title.trim() ? null : "Give the book a title.")),
    state: { ...code(10, ["new", "read"]), defaultValue: "new" },
    tags: json<string[]>(),
    lent: { ...boolean, defaultValue: false },
    price: optional(number),
    pages: optional(integer),
    boughtAt: instant,
  },
  {
    associate: (model, db) =>
      model.belongsTo(shelves(db).model, { as: "on", foreignKey: "shelf", targetKey: "id", constraints: false }),
  },
);
type NewBook = NewRow<typeof books.columns>;

for (const dialect of dialects) {
  describe(`a table's model on ${dialect}`, () => {
    let fresh: TestDatabase;
    const book = (more: Partial<NewBook> = {}): NewBook => ({
      workspaceId: "w",
      title: "Dune",
      tags: ["sand"],
      boughtAt: 1_790_000_000_000,
      ...more,
    });
    before(async () => {
      fresh = await freshDatabase(dialect);
      const query = fresh.db.sequelize.getQueryInterface();
      for (const { model } of [shelves(fresh.db), books(fresh.db)])
        await query.createTable(model.tableName, model.getAttributes());
    });
    beforeEach(() => books(fresh.db).destroy({ where: {} }));
    after(() => fresh.drop());

    it("reads what was written as plain values: JSON, truth, instants, defaults", async () => {
      const made = await books(fresh.db).create(book({ price: 9.5, pages: 600 }));
      const read = await books(fresh.db).findOne({ where: { n: made.n } });
      expect(read).to.deep.equal({
        ...book(),
        n: made.n,
        shelf: null,
        state: "new",
        lent: false,
        price: 9.5,
        pages: 600,
      });
      expect(made).to.deep.equal(read);
    });

    it("keeps to one workspace through its scope", async () => {
      await books(fresh.db).bulkCreate([book(), book({ workspaceId: "x" })]);
      expect(await books(fresh.db, "x").count()).to.equal(1);
      expect(await books(fresh.db, "x").update({ lent: true }, { where: {} })).to.equal(1);
      expect(await books(fresh.db, "x").destroy({ where: {} })).to.equal(1);
      expect(await books(fresh.db).count()).to.equal(1);
    });

    it("includes the row it belongs to, and null where there is none", async () => {
      await shelves(fresh.db).create({ id: "s", workspaceId: "w", name: "By the window" });
      await books(fresh.db).bulkCreate([book({ shelf: "s" }), book()]);
      const read = await books(fresh.db).findAll<{ on: { name: string } | null }>({
        include: { association: "on", attributes: ["name"] },
        order: [["n", "ASC"]],
      });
      expect(read.map(({ on }) => on)).to.deep.equal([{ name: "By the window" }, null]);
    });

    it("answers what a column refuses as a 422 that names it, and gives no value away in other errors", async () => {
      const faults = [
        () => books(fresh.db).create(book({ title: " " })),
        () => books(fresh.db).bulkCreate([book({ title: " " })]),
        () => books(fresh.db).update({ title: " " }, { where: {} }),
        () => fresh.db.inTransaction((tx) => books(fresh.db).createLater([book({ title: " " })], tx)),
      ];
      for (const fault of faults) {
        const error = await fault().then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error).to.be.instanceOf(Problem);
        expect((error as Problem).errors).to.deep.equal([{ path: "title", message: "Give the book a title." }]);
      }
      const taken = await books(fresh.db)
        .bulkCreate([book({ n: 7 } as object), book({ n: 7, title: "A secret" } as object)])
        .catch((thrown: unknown) => thrown);
      expect(JSON.stringify(taken)).to.not.contain("secret");
    });

    it("sees in a transaction what that keeps back, and nothing of it stays after a throw", async () => {
      const work = fresh.db.inTransaction(async (tx) => {
        await books(fresh.db).createLater([book()], tx);
        expect(await books(fresh.db).count({ transaction: tx })).to.equal(1);
        throw new Error("back");
      });
      await work.catch(() => undefined);
      expect(await books(fresh.db).count()).to.equal(0);
    });

    it("decides on a locked row one at a time", async () => {
      const { n } = await books(fresh.db).create(book({ tags: [] }));
      const add = (tag: string) =>
        fresh.db.inTransaction(async (tx) => {
          const { tags = [] } = (await books(fresh.db).lockRow({ n }, tx)) ?? {};
          await books(fresh.db).update({ tags: [...tags, tag] }, { where: { n }, transaction: tx });
        });
      await Promise.all(["a", "b", "c", "d"].map(add));
      expect((await books(fresh.db).findOne({ where: { n } }))?.tags.sort()).to.deep.equal(["a", "b", "c", "d"]);
    });

    it("finds nothing by an id that can be none", async () => {
      expect(await books(fresh.db).findAll({ where: { shelf: "é" } })).to.deep.equal([]);
      expect(await books(fresh.db).update({ lent: true }, { where: { state: "é" as "new" } })).to.equal(0);
      expect(await books(fresh.db).destroy({ where: { shelf: "😀" } })).to.equal(0);
    });

    it("is made once a database, and a host's sync does not touch its table", async () => {
      expect(books(fresh.db)).to.equal(books(fresh.db));
      await books(fresh.db).create(book());
      await fresh.db.sequelize.sync({ force: true });
      expect(await books(fresh.db).count()).to.equal(1);
    });
  });
}
