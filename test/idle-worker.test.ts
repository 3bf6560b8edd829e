import { expect } from "chai";
import { pino } from "pino";
import { createWorkspace } from "../src/crm/index.js";
import { createMillrace, type Millrace } from "../src/index.js";
import { countedServer } from "./support/counted-server.js";
import { dialects, freshDatabase, type TestDatabase } from "./support/databases.js";

if (dialects.includes("mysql")) {
  describe("an idle worker", () => {
    let fresh: TestDatabase;
    let server: Awaited<ReturnType<typeof countedServer>>;
    let millrace: Millrace;

    before(async () => {
      fresh = await freshDatabase("mysql");
      server = await countedServer(fresh.url);
      const config = { databaseUrl: server.url, secretKey: "test-key-of-thirty-two-characters" };
      millrace = await createMillrace({ config, log: pino({ level: "silent" }) });
      await createWorkspace(millrace.engine, { slug: "demo", name: "Demo" });
      await millrace.start();
      await new Promise((resolve) => setTimeout(resolve, 1500));
    });
    after(async () => {
      await millrace.stop();
      await server.close();
      await fresh.drop();
    });

    it("costs one statement a second: Agenda's look at its jobs", async () => {
      const before = server.count();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(server.count() - before).to.be.within(2, 4);
    });
  });
}
