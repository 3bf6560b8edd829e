import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import {
  createObjectTable,
  describeObject,
  findRecords,
  type Host,
  listMembers,
  listUsers,
  passwordHashOf,
  seedDemo,
} from "../../src/crm/index.js";
import { recordTable } from "../../src/crm/objects/record-tables.js";
import { knownObject } from "../../src/crm/objects/schema.js";
import { checkValues } from "../../src/crm/values/check-values.js";
import { dialects, freshDatabase, type TestDatabase } from "../support/databases.js";
import { MovableClock } from "../support/movable-clock.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

for (const dialect of dialects) {
  describe(`the bundled CRM on ${dialect}`, () => {
    let database: TestDatabase;
    let host: Host;
    beforeEach(async () => {
      database = await freshDatabase(dialect);
      host = { db: database.db, clock: new MovableClock(), ring() {}, objects: createObjectTable() };
    });
    afterEach(() => database.drop());

    const count = async (ws: string, object: string) =>
      (await findRecords(host, ws, object, { limit: 1, count: true })).total;

    it("is not touched by a host that syncs its own models, whatever it defines for them", async () => {
      const { sequelize } = host.db;
      Object.assign((sequelize as unknown as { options: { define: object } }).options.define, {
        underscored: true,
        paranoid: true,
        timestamps: true,
      });
      const { workspace } = await seedDemo(host, { passwordHash: null });
      const { model } = recordTable("deal")(host.db);
      await sequelize.sync({ force: true });
      expect(await count(workspace.id, "deal")).to.equal(30);
      expect(model.getAttributes()["closeDate"]?.field).to.equal("closeDate");
    });

    it("is seeded once with people and records in every stage", async () => {
      const { workspace, created } = await seedDemo(host, { passwordHash: "hash" });
      expect([created, (await seedDemo(host, { passwordHash: "other" })).created]).to.deep.equal([true, false]);
      const users = await listUsers(host, workspace.id);
      expect(users.map((user) => `${user.role} ${user.email}`)).to.have.members(
        ["admin", "editor", "operator", "viewer"].map((role) => `${role} ${role}@demo.test`),
      );
      expect(await passwordHashOf(host, workspace.id, users[0]?.id ?? "")).to.equal("hash");
      expect([
        await count(workspace.id, "company"),
        await count(workspace.id, "contact"),
        await count(workspace.id, "deal"),
      ]).to.deep.equal([12, 25, 30]);
      expect(await listMembers(host, workspace.id, "VIP")).to.have.length(4);
      const stages = (await findRecords(host, workspace.id, "deal")).records.map((deal) => deal.values["stage"]);
      const { fields } = await describeObject(host, workspace.id, "deal");
      expect([...new Set(stages)]).to.have.members(
        fields.find((field) => field.name === "stage")?.options?.map((option) => option.value) ?? [],
      );
    });

    it("is seeded with values its own checks would accept", async () => {
      const { workspace } = await seedDemo(host, { passwordHash: null });
      for (const object of host.objects.bundled.keys()) {
        const known = await knownObject(host, workspace.id, object);
        for (const record of (await findRecords(host, workspace.id, object)).records) {
          expect(checkValues(known, record.values, true).errors).to.deep.equal([]);
        }
      }
    });

    it("is seeded the same by sequelize-cli, twice without harm, and gets its password at the start", async function () {
      this.timeout(60_000);
      const cli = (command: string) =>
        execFileSync("npx", ["sequelize-cli", command], {
          cwd: root,
          env: { ...process.env, DATABASE_URL: database.url },
          stdio: "pipe",
        });
      cli("db:seed:all");
      cli("db:seed:all");
      const { workspace, created, passwordSet } = await seedDemo(host, { passwordHash: "hash" });
      expect([created, passwordSet, await count(workspace.id, "deal")]).to.deep.equal([false, true, 30]);
      cli("db:seed:undo:all");
      expect(await host.db.one("SELECT id FROM crm_deals")).to.equal(null);
    });
  });
}
