import { expect } from "chai";
import { officialBackend } from "../../src/jobs/index.js";

class Given {
  constructor(readonly settings: Record<string, string>) {}
}

describe("bells in another store", () => {
  it("use Agenda's own backend for the address", async () => {
    const asked: string[] = [];
    const load = async (name: string) => {
      asked.push(name);
      return { RedisBackend: Given, PostgresBackend: Given, MongoBackend: Given };
    };
    const made = async (url: string) => ((await officialBackend(url, load)) as unknown as Given).settings;
    expect(await made("rediss://bells:6379")).to.deep.equal({ connectionString: "rediss://bells:6379" });
    expect(await made("postgres://bells/db")).to.deep.equal({ connectionString: "postgres://bells/db" });
    expect(await made("mongodb://bells/db")).to.deep.equal({ address: "mongodb://bells/db" });
    expect(asked).to.deep.equal(["redis", "postgres", "mongo"].map((name) => `@agendajs/${name}-backend`));
  });

  it("say which package is missing", async () => {
    const refused = await officialBackend("redis://bells", () => Promise.reject(new Error("not found"))).catch(String);
    expect(refused).to.include("npm install @agendajs/redis-backend");
  });
});
