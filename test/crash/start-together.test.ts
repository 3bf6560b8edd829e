import { expect } from "chai";
import { dialects, freshDatabase } from "../support/databases.js";
import { startProcess } from "../support/processes.js";

for (const dialect of dialects) {
  describe(`processes that start at the same moment on an empty database, on ${dialect}`, function () {
    this.timeout(60_000);

    it("bring it up to date once, and all begin to work", async () => {
      const empty = await freshDatabase(dialect, false);
      const commands = ["web", "worker", "worker"] as const;
      const all = await Promise.all(commands.map((command) => startProcess(command, empty.url)));
      const states = await Promise.all(all.map(({ ended }) => Promise.race([ended, Promise.resolve("works")])));
      expect(states).to.deep.equal(["works", "works", "works"]);
      const applied = await empty.db.all("SELECT name FROM millrace_migrations");
      expect(new Set(applied.map((row) => row["name"])).size).to.equal(applied.length);
      await Promise.all(all.map((one) => one.kill()));
      await empty.drop();
    });
  });
}
