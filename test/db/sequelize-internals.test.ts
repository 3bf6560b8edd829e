import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { DataTypes } from "sequelize";
import {
  connectionManager,
  connectionOf,
  ownerOf,
  timestampsOf,
  uniqueKeysOf,
} from "../../src/db/sequelize-internals.js";
import { dialects, freshDatabase } from "../support/databases.js";

describe("what we use of Sequelize without a promise", () => {
  for (const dialect of dialects) {
    it(`is where we expect it on ${dialect}`, async () => {
      const { db, drop } = await freshDatabase(dialect, false);
      const model = db.sequelize.define(
        "book",
        { isbn: { type: DataTypes.STRING, unique: true }, shelf: DataTypes.STRING, place: DataTypes.INTEGER },
        { paranoid: true, version: true, indexes: [{ unique: true, fields: ["shelf", "place"] }] },
      );
      expect(timestampsOf(model)).to.deep.equal({
        createdAt: "createdAt",
        updatedAt: "updatedAt",
        deletedAt: "deletedAt",
        version: "version",
      });
      expect(uniqueKeysOf(model)).to.deep.equal([["isbn"], ["shelf", "place"]]);
      const lent = await connectionManager(db.sequelize).getConnection({ type: "write", uuid: "default" });
      await connectionManager(db.sequelize).releaseConnection(lent);
      expect(lent).to.be.an("object");
      await db.inTransaction(async (tx) => {
        expect(connectionOf(tx)).to.be.an("object");
        if (dialect === "sqlite") expect(ownerOf(connectionOf(tx))).to.be.a("string");
      });
      await drop();
    });
  }

  it("is reached for in one file", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const reaching = files.filter((file) =>
      /\b_(timestampAttributes|versionAttribute|indexes|cls|scope|schema)\b|sequelize\.connectionManager/.test(
        readFileSync(`src/${file}`, "utf8"),
      ),
    );
    expect(reaching).to.deep.equal(["db/sequelize-internals.ts"]);
  });
});
