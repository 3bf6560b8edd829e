import { tmpdir } from "node:os";
import { expect } from "chai";
import { configFrom } from "../src/config.js";
import type { Problem } from "../src/shared/errors.js";

const key = { SECRET_KEY: "Jq8vLw2xRk5nTz7bYd4fHs9mCp3gVa6e" };

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

  it("asks for a secret key in production that nobody else can know", () => {
    const said = (ring?: string) => faults({ NODE_ENV: "production", ...(ring ? { SECRET_KEY: ring } : {}) }).join();
    expect(said()).to.match(/^SECRET_KEY: It must be set/);
    expect(said("abc")).to.include("too short");
    expect(said("test-key-of-thirty-two-characters")).to.include("others know");
    expect(said("please-change-me-please-change-me-1")).to.include("others know");
    expect(said("k".repeat(40))).to.include("repeats");
    // A weak key can be left: behind a strong one it only reads what it once wrote.
    expect([said(key.SECRET_KEY), said(`new:${key.SECRET_KEY},abc`)]).to.deep.equal(["", ""]);
    expect(faults({ SECRET_KEY: "abc" })).to.deep.equal([]);
  });

  const nonsense: [name: string, value: string, said: RegExp][] = [
    ["DATABASE_URL", "sqlite:", /names no file/],
    ["DATABASE_URL", `sqlite:${tmpdir()}`, /is a folder/],
    ["DATABASE_URL", "postgres://db/crm", /begins with "postgres:"/],
    ["DATABASE_URL", "mysql://db", /names no database/],
    ["DATABASE_URL", "mysql:///crm", /names no server/],
    ["BASE_URL", "foo", /not a web address/],
    ["BASE_URL", "ftp://crm.example.com", /not a web address/],
    ["BASE_URL", "https://crm.example.com/?a=1", /plain address/],
    ["SMTP_URL", "mail.example.com", /not of the form smtp/],
    ["SMTP_URL", "smtp://mail.example.com?form=a@b.test", /"form" is not known/],
    ["SLACK_TOKEN", "xoxb 1", /holds a space/],
    ["SLACK_API_URL", "slack", /not a web address/],
    ["SMS_URL", "sms://x", /not a web address/],
    ["AI_BASE_URL", "openai", /not a web address/],
    ["AI_API_KEY", "sk 1", /holds a space/],
    ["AI_MODEL", "gpt 5", /holds a space/],
    ["JOBS_URL", "amqp://bells", /redis/],
    ["PORT", "70000", /whole number/],
    ["NODE_ENV", "prod", /Did you mean "production"/],
    ["NODE_ENV", "Production", /Did you mean "production"/],
    ["LOG_LEVEL", "loud", /not a level/],
    ["MILLRACE_CONCURRENCY", "0", /whole number/],
    ["MILLRACE_POLL", "soon", /not a duration/],
    ["MILLRACE_LEASE", "10", /at least 1000 ms/],
    ["MILLRACE_RETENTION", "7d", /at least 32 days/],
    ["MILLRACE_ALLOW_HOSTS", "erp.local, http://x", /"http:\/\/x" is not a host/],
    ["MILLRACE_TRUST_PROXY", "banana", /neither a number of proxies nor an address/],
    ["MILLRACE_TRUST_PROXY", "10.0.0.0/33", /neither/],
    ["MILLRACE_TRUST_PROXY", "loopbak", /Did you mean "loopback"/],
  ];
  for (const [name, value, said] of nonsense)
    it(`refuses ${name}=${value}`, () => {
      const [first = "", ...more] = faults({ ...key, [name]: value });
      expect([first.startsWith(`${name}: `), more], first).to.deep.equal([true, []]);
      expect(first).to.match(said);
    });

  it("takes what makes sense", () => {
    const sensible = {
      DATABASE_URL: "mariadb://crm:pw@db:3307/crm",
      BASE_URL: "https://crm.example.com/millrace",
      SMTP_URL: "smtps://u:p@mail:465?from=crm@example.com",
      SMS_URL: "https://user:pw@sms.example.com/send?v=2",
      AI_BASE_URL: "http://localhost:11434/v1",
      MILLRACE_ALLOW_HOSTS: "erp.local, *.example.com, [::1]:8080,",
      MILLRACE_TRUST_PROXY: "loopback, 10.0.0.1, 192.168.0.0/16, fd00::/8",
      NODE_ENV: "staging",
    };
    expect(faults({ ...key, ...sensible })).to.deep.equal([]);
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
