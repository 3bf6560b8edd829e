import { expect } from "chai";
import { configFrom } from "../src/config.js";
import type { Problem } from "../src/shared/errors.js";

const key = { SECRET_KEY: "k".repeat(40) };

function faults(environment: Record<string, string>): string[] {
  try {
    configFrom(environment);
    return [];
  } catch (error) {
    return (error as Problem).errors.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("configuration", () => {
  it("works without any setting", () => {
    const config = configFrom(key);
    expect(config).to.include({
      databaseUrl: "sqlite:var/millrace.sqlite",
      port: 3000,
      baseUrl: "http://localhost:3000",
      pollMs: 15_000,
      leaseMs: 60_000,
      trustProxy: false,
    });
  });

  it("answers an unknown setting with the nearest known one", () => {
    expect(faults({ ...key, MILLRACE_LEAS: "1m" })).to.deep.equal([
      'MILLRACE_LEAS: There is no setting of this name. Did you mean "MILLRACE_LEASE"?',
    ]);
  });

  it("names every setting that is wrong at once", () => {
    expect(faults({ ...key, PORT: "http", MILLRACE_POLL: "soon", LOG_LEVEL: "loud" })).to.have.length(3);
  });

  it("keeps runs for as long as it is told, each status by itself or all alike", () => {
    const day = 86_400_000;
    const kept = (text: string) => configFrom({ ...key, MILLRACE_RETENTION: text }).retention;
    expect(kept("")).to.deep.equal({});
    expect(kept("90d")).to.deep.equal({
      completed: 90 * day,
      failed: 90 * day,
      cancelled: 90 * day,
      skipped: 90 * day,
    });
    expect(kept("skipped=40d, events = P1Y")).to.deep.equal({ skipped: 40 * day, events: 365 * day });
    expect(faults({ ...key, MILLRACE_RETENTION: "complete=90d, 7d" })).to.deep.equal([
      'MILLRACE_RETENTION: "complete" cannot be forgotten. Did you mean "completed"?',
      'MILLRACE_RETENTION: "7d" is not a duration of at least 32 days. Write it as 90d or P1Y.',
    ]);
  });

  it("takes another store for the jobs only where there is a backend for it", () => {
    expect(configFrom({ ...key, JOBS_URL: "redis://bells" }).jobsUrl).to.equal("redis://bells");
    const url = "mysql://db/one";
    expect(configFrom({ ...key, DATABASE_URL: url, JOBS_URL: url }).jobsUrl).to.equal(undefined);
    expect(faults({ ...key, JOBS_URL: "amqp://bells" })[0]).to.include("redis://, postgres:// or mongodb://");
  });

  it("asks for a secret key in production, and nowhere else", () => {
    expect(faults({ NODE_ENV: "production" })[0]).to.match(/^SECRET_KEY: /);
    expect(faults({ NODE_ENV: "production", ...key })).to.deep.equal([]);
  });

  it("reads durations, lists and proxies", () => {
    const config = configFrom({
      ...key,
      MILLRACE_POLL: "200",
      MILLRACE_LEASE: "2m",
      MILLRACE_ALLOW_HOSTS: "erp.local, *.example.com",
      MILLRACE_TRUST_PROXY: "2",
    });
    expect(config).to.deep.include({
      pollMs: 200,
      leaseMs: 120_000,
      allowHosts: ["erp.local", "*.example.com"],
      trustProxy: 2,
    });
  });
});
