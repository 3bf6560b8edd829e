import { expect } from "chai";
import { onceByKey } from "../../src/web/idempotency.js";
import { dialects } from "../support/databases.js";
import { type WebWorld, webWorld } from "./web-world.js";

for (const dialect of dialects) {
  describe(`Idempotency-Key (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
    });
    after(() => world.drop());

    const create = (key: string, name: string, role: "operator" | "editor" = "operator") =>
      world.as(role).post("/objects/deal/records", { values: { name } }).set("Idempotency-Key", key);

    it("carries a request out once and repeats its answer", async () => {
      const [first, second] = [await create("k1", "Once"), await create("k1", "Once")];
      expect([second.status, second.body]).to.deep.equal([201, first.body]);
      expect(second.headers["idempotency-replayed"]).to.equal("true");
      expect((await world.as("viewer").get("/objects/deal/records?name=Once")).body.data).to.have.length(1);
    });

    it("refuses the key for another body, and for another caller", async () => {
      await create("k2", "Mine");
      const others = [await create("k2", "Other"), await create("k2", "Mine", "editor")];
      expect(others.map(({ status, body }) => `${status} ${body.code}`)).to.deep.equal(
        Array(2).fill("409 idempotency_key_reused"),
      );
    });

    it("carries it out once however many ask at the same time", async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => create("k3", "Many")));
      expect(answers.every(({ status, body }) => status === 201 || body.code === "in_progress")).to.equal(true);
      expect((await world.as("viewer").get("/objects/deal/records?name=Many")).body.data).to.have.length(1);
    });

    it("lets a request that was refused be mended and sent again", async () => {
      const wrong = await world
        .as("operator")
        .post("/objects/deal/records", { values: { nam: "x" } })
        .set("Idempotency-Key", "k4");
      expect(wrong.status).to.equal(422);
      expect((await create("k4", "Mended")).status).to.equal(201);
    });

    it("takes over from a process that died, and forgets after a day", async () => {
      const request = { workspaceId: world.workspaceId, key: "k5", scope: "test", body: null };
      let calls = 0;
      const work = () => onceByKey(world.engine, request, async () => ({ status: 200, body: ++calls }));
      await world.db.insert("millrace_requests", [
        { workspaceId: world.workspaceId, idempotencyKey: "k5", bodyHash: "another", createdAt: world.clock.now() },
      ]);
      expect(await work().catch((error: { code: string }) => error.code)).to.equal("idempotency_key_reused");
      world.clock.forward("10m");
      expect((await work()).body).to.equal(1);
      expect((await work()).body).to.equal(1);
      world.clock.forward("25h");
      expect((await work()).body).to.equal(2);
    });

    it("has done nothing when it dies before its commit, so that the same key does it once", async () => {
      const request = { workspaceId: world.workspaceId, key: "k7", scope: "test", body: null };
      const change = (dies: boolean) =>
        onceByKey(world.engine, request, async () => {
          const record = await world.deal({ name: "Kept" });
          if (dies) throw new Error("The process is gone.");
          return { status: 201, body: record.id };
        });
      await change(true).catch(() => undefined);
      const found = async () => (await world.as("viewer").get("/objects/deal/records?name=Kept")).body.data.length;
      expect(await found()).to.equal(0);
      const [first, second] = [await change(false), await change(false)];
      expect([first.body, await found()]).to.deep.equal([second.body, 1]);
    });

    it("never keeps an answer that is shown once", async () => {
      const answer = await world
        .as("admin")
        .post("/keys", { name: "New", role: "viewer" })
        .set("Idempotency-Key", "k6");
      expect(answer.status).to.equal(422);
      expect((await world.as("admin").get("/keys")).body.data.map(({ name }: { name: string }) => name)).not.to.include(
        "New",
      );
    });
  });
}
