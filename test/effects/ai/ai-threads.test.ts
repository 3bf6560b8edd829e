import { expect } from "chai";
import { type Remembered, writeSecret } from "../../../src/effects/index.js";
import { dialects } from "../../support/databases.js";
import { gateway } from "../../support/gateway.js";

for (const dialect of dialects)
  describe(`threads, ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof gateway>>;
    beforeEach(async () => {
      world = await gateway(dialect);
    });
    afterEach(() => world.close());

    const step = (idempotencyKey: string, workspaceId = "w1") => world.outside({ idempotencyKey, workspaceId });
    const exchange = (question: string, answer: string): Remembered[] => [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ];
    const texts = async (key = "later", threadId = "t1", workspaceId = "w1") =>
      (await step(key, workspaceId).recall(threadId)).map(({ content }) => content);

    it("hands on what was said, in order, in its own thread and workspace only", async () => {
      await step("r1:a:").remember("t1", exchange("Who?", "Ann ☕"));
      await step("r2:a:").remember("t1", exchange("Where?", "Here"));
      await step("r3:a:").remember("t2", exchange("Another?", "Thread"));
      expect(await step("later").recall("t1")).to.deep.equal([
        ...exchange("Who?", "Ann ☕"),
        ...exchange("Where?", "Here"),
      ]);
      expect(await texts("later", "t1", "w2")).to.deep.equal([]);
    });

    it("does not repeat a step that is tried again, to itself or to others", async () => {
      await step("r1:a:").remember("t1", exchange("Who?", "Ann"));
      expect(await texts("r1:a:")).to.deep.equal([]);
      await step("r1:a:").remember("t1", exchange("Who?", "Ann, surely"));
      expect(await texts()).to.deep.equal(["Who?", "Ann, surely"]);
    });

    it("keeps one exchange of two workers at the same moment", async () => {
      await Promise.all(["Ann", "Ben", "Cem"].map((answer) => step("r1:a:").remember("t1", exchange("Who?", answer))));
      expect(await texts()).to.have.length(2);
    });

    it("sends neither too many messages nor too long ones", async () => {
      for (let n = 0; n < 25; n++) await step(`r${n}:a:`).remember("t1", exchange(`Q${n}`, `A${n}`));
      expect(await texts())
        .to.have.length(40)
        .and.include("A24")
        .and.not.include("Q4");
      await step("long").remember("t1", exchange("Q", "x".repeat(500_000)));
      await step("longer").remember("t1", exchange("y".repeat(80_000), "z".repeat(80_000)));
      await step("longest").remember("t1", exchange("last".repeat(10_000), "end"));
      const sent = await step("later").recall("t1");
      expect(sent[0]?.role).to.equal("user");
      expect(sent.at(-1)?.content).to.equal("end");
      expect(JSON.stringify(sent).length).to.be.below(101_000);
    });

    it("keeps no secret, and nothing of a simulation", async () => {
      await writeSecret(world, "w1", "erp_key", "canary-thread-1", { hosts: [] }, "Ada");
      await step("r1:a:").remember("t1", exchange("Use canary-thread-1", "Done"));
      expect(await texts()).to.deep.equal(["Use [secret erp_key]", "Done"]);
      await world.outside({ idempotencyKey: "pretend", record: [] }).remember("t1", exchange("Pretend", "Yes"));
      expect(await texts()).to.not.include("Pretend");
    });
  });
