import { expect } from "chai";
import { listSecrets, removeSecret, rotateKeys, writeSecret } from "../../../src/effects/index.js";
import { dialects } from "../../support/databases.js";
import { gateway } from "../../support/gateway.js";

const CANARY = "canary-4f1c9a7e";

for (const dialect of dialects)
  describe(`secrets, ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof gateway>>;
    beforeEach(async () => {
      world = await gateway(dialect, { secretKey: "old:first key of the ring" });
    });
    afterEach(() => world.close());

    const write = (name = "erp_key", value = CANARY, hosts: string[] = []) =>
      writeSecret(world, "w1", name, value, { hosts }, "Ada");

    it("gives a value back to effects and never to people", async () => {
      await write("erp_key", CANARY, ["api.example.com"]);
      expect(await world.effects.secretValues("w1", ["erp_key"])).to.deep.equal({ erp_key: CANARY });
      const seen = await listSecrets(world, "w1");
      expect(seen).to.deep.equal([
        { name: "erp_key", version: 1, hosts: ["api.example.com"], updatedAt: world.clock.now(), updatedBy: "Ada" },
      ]);
    });

    it("stores nothing that shows the value", async () => {
      await write();
      const rows = await world.db.all("SELECT * FROM millrace_secrets");
      expect(JSON.stringify(rows)).to.not.include(CANARY).and.not.include(Buffer.from(CANARY).toString("base64url"));
    });

    it("raises the version with every value, also when two are written at once", async () => {
      await write();
      await Promise.all([write("erp_key", "value number one"), write("erp_key", "value number two")]);
      expect((await listSecrets(world, "w1"))[0]).to.include({ version: 3 });
      expect((await world.effects.secretValues("w1", ["erp_key"]))["erp_key"]).to.match(/^value number/);
    });

    it("does not open a value moved to another workspace, name or version", async () => {
      await write();
      await writeSecret(world, "w2", "erp_key", "something else", {}, null);
      const [mine] = await world.db.all("SELECT cipher FROM millrace_secrets WHERE workspaceId = 'w1'");
      await world.db.run("UPDATE millrace_secrets SET cipher = ? WHERE workspaceId = 'w2'", [mine?.["cipher"] ?? ""]);
      expect(await refusalOf(world.effects.secretValues("w2", ["erp_key"]))).to.include("cannot be opened");
      await world.db.run("UPDATE millrace_secrets SET version = 9 WHERE workspaceId = 'w1'");
      expect(await refusalOf(world.effects.secretValues("w1", ["erp_key"]))).to.include("cannot be opened");
    });

    it("names what is missing", async () => {
      await write();
      expect(await refusalOf(world.effects.secretValues("w1", ["erp_kye"])))
        .to.include('no secret "erp_kye"')
        .and.include('"erp_key"');
      expect(await refusalOf(removeSecret(world, "w1", "other"))).to.include('"other"');
      expect(await refusalOf(removeSecret(world, "w2", "erp_key"))).to.include('"erp_key"');
    });

    it("refuses names, values and hosts it could not keep", async () => {
      for (const [name, value, hosts] of [
        ["1st", CANARY],
        ["a b", CANARY],
        ["ok", "abc"],
        ["ok", "x".repeat(20_001)],
        ["ok", CANARY, ["https://x"]],
      ] as const)
        expect(await refusalOf(write(name, value, [...(hosts ?? [])]))).to.be.a("string");
      expect(await listSecrets(world, "w1")).to.deep.equal([]);
    });

    it("rotates keys: both work before, the new one alone after", async () => {
      await write();
      const both = world.open({ secretKey: "new:second key of the ring,old:first key of the ring" });
      expect(await both.secretValues("w1", ["erp_key"])).to.deep.equal({ erp_key: CANARY });
      expect(await rotateKeys({ ...world, effects: both })).to.equal(1);
      expect(await rotateKeys({ ...world, effects: both })).to.equal(0);
      const alone = world.open({ secretKey: "new:second key of the ring" });
      expect(await alone.secretValues("w1", ["erp_key"])).to.deep.equal({ erp_key: CANARY });
    });

    it("lets effects that need no secret go on when one cannot be opened", async () => {
      await write();
      const wrong = world.open({ secretKey: "another key altogether" });
      const message = {
        to: ["a@example.com"],
        subject: "x",
        body: "x",
        format: "markdown",
        class: "transactional",
      } as const;
      expect(await world.outside({}, wrong).mail({ ...message, to: [...message.to] })).to.include({ ok: true });
      const call = { method: "GET", url: "https://example.com/", auth: { secret: "erp_key" } };
      expect(await world.outside({}, wrong).http(call)).to.include({ ok: false, code: "secret_key", retryable: false });
    });

    it("says which key is missing from the ring", async () => {
      await write();
      const wrong = world.open({ secretKey: "another key altogether" });
      expect(await refusalOf(wrong.secretValues("w1", ["erp_key"]))).to.include('"old"');
      expect(await refusalOf(rotateKeys({ ...world, effects: wrong }))).to.include('"old"');
    });
  });

async function refusalOf(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: Error) => error.message,
  );
}
