import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  databaseFault,
  hostsFault,
  modeFault,
  proxiesFault,
  secretKeyFault,
  smtpFault,
  webAddressFault,
  wordFault,
} from "./config-values.js";
import { isJobsUrl } from "./jobs/index.js";
import { type Retention, retentionFrom } from "./retention/index.js";
import { durationMs, isDuration } from "./shared/duration.js";
import { type FieldError, Problem } from "./shared/errors.js";
import { didYouMean } from "./shared/nearest.js";

/** Everything that can be set from outside, with its default beside it in `configFrom`. Durations in milliseconds. */
export type Config = {
  databaseUrl: string;
  /** Undefined: the jobs live in the same database. */
  jobsUrl: string | undefined;
  port: number;
  baseUrl: string;
  /** The key ring: the first key encrypts, all of them decrypt. */
  secretKey: string;
  smtpUrl: string | undefined;
  slackToken: string | undefined;
  slackApiUrl: string | undefined;
  /** Where text messages are handed over; undefined: none can be sent. */
  smsUrl: string | undefined;
  /** Where an API that speaks OpenAI's chat completions begins (`https://api.openai.com/v1`), its key, and the model to ask. */
  aiBaseUrl: string | undefined;
  aiApiKey: string | undefined;
  aiModel: string | undefined;
  concurrency: number;
  /** Where a worker without pages serves `/metrics`; 0: nowhere. */
  metricsPort: number;
  pollMs: number;
  leaseMs: number;
  /** Named hosts (`host`, `host:port`, `*.example.com`) that outbound calls may reach although their address is private. */
  allowHosts: string[];
  /** What stands before us: nothing, a number of proxies, or their addresses; only theirs are the forwarded headers we believe. */
  trustProxy: false | number | string;
  /** How long finished runs and events are kept, by status; empty: for ever. */
  retention: Retention;
  logLevel: string;
  production: boolean;
};

const ours = [
  "MILLRACE_CONCURRENCY",
  "MILLRACE_METRICS_PORT",
  "MILLRACE_POLL",
  "MILLRACE_LEASE",
  "MILLRACE_ALLOW_HOSTS",
  "MILLRACE_TRUST_PROXY",
  "MILLRACE_RETENTION",
];

const levels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];

/** What a value that is set must be; numbers and durations are looked at where they are read. */
const faults: Record<string, (value: string) => string | null> = {
  NODE_ENV: modeFault,
  DATABASE_URL: databaseFault,
  BASE_URL: (value) => webAddressFault(value, true),
  SMTP_URL: smtpFault,
  SLACK_TOKEN: wordFault,
  SLACK_API_URL: webAddressFault,
  SMS_URL: webAddressFault,
  AI_BASE_URL: webAddressFault,
  AI_API_KEY: wordFault,
  AI_MODEL: wordFault,
  MILLRACE_ALLOW_HOSTS: (value) => hostsFault(value.split(",")),
  MILLRACE_TRUST_PROXY: proxiesFault,
};

/** The folder that holds `migrations`, `views` and `public`, from the sources and from `dist` alike. */
export const packageRoot = fileURLToPath(new URL("..", import.meta.url));

/**
 * Reads the environment. Throws a Problem that lists every wrong or unknown setting, with the nearest known name. In
 * production SECRET_KEY must be set; elsewhere one is made once and kept in `var/secret.key`.
 */
export function configFrom(env: Record<string, string | undefined>): Config {
  const errors: FieldError[] = [];
  const production = env["NODE_ENV"] === "production";
  for (const name of Object.keys(env)) {
    if (!name.startsWith("MILLRACE_") || ours.includes(name)) continue;
    // For the crash tests; see shared/fault-points.ts.
    if (name === "MILLRACE_FAULT" && env["NODE_ENV"] === "test") continue;
    errors.push({ path: name, message: `There is no setting of this name.${didYouMean(name, ours)}` });
  }
  for (const [name, faultOf] of Object.entries(faults)) {
    const message = env[name]?.trim() ? faultOf(env[name].trim()) : null;
    if (message) errors.push({ path: name, message });
  }
  const whole = (name: string, otherwise: number, from: number, to: number) => {
    const value = env[name] === undefined || env[name] === "" ? otherwise : Number(env[name]);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    errors.push({ path: name, message: `"${env[name]}" is not a whole number from ${from} to ${to}.` });
    return otherwise;
  };
  const span = (name: string, otherwise: string, leastMs: number) => {
    const value = env[name] || otherwise;
    const text = /^\d+$/.test(value) ? `${Math.ceil(Number(value) / 1000)}s` : value;
    const ms = /^\d+$/.test(value) ? Number(value) : isDuration(text) ? durationMs(text) : 0;
    if (ms >= leastMs) return ms;
    errors.push({
      path: name,
      message: `"${value}" is not a duration of at least ${leastMs} ms. Write it as 500 (milliseconds), 1s or 2m.`,
    });
    return durationMs(otherwise);
  };
  const port = whole("PORT", 3000, 0, 65_535);
  const config: Config = {
    databaseUrl: env["DATABASE_URL"] || "sqlite:var/millrace.sqlite",
    jobsUrl: env["JOBS_URL"] && env["JOBS_URL"] !== env["DATABASE_URL"] ? env["JOBS_URL"] : undefined,
    port,
    baseUrl: (env["BASE_URL"] || `http://localhost:${port}`).replace(/\/$/, ""),
    secretKey: env["SECRET_KEY"] || "",
    smtpUrl: env["SMTP_URL"] || undefined,
    slackToken: env["SLACK_TOKEN"] || undefined,
    slackApiUrl: env["SLACK_API_URL"] || undefined,
    smsUrl: env["SMS_URL"] || undefined,
    aiBaseUrl: env["AI_BASE_URL"] || undefined,
    aiApiKey: env["AI_API_KEY"] || undefined,
    aiModel: env["AI_MODEL"] || undefined,
    concurrency: whole("MILLRACE_CONCURRENCY", 16, 1, 500),
    metricsPort: whole("MILLRACE_METRICS_PORT", 0, 0, 65_535),
    pollMs: span("MILLRACE_POLL", "15s", 50),
    leaseMs: span("MILLRACE_LEASE", "60s", 1_000),
    allowHosts: (env["MILLRACE_ALLOW_HOSTS"] ?? "")
      .split(",")
      .map((host) => host.trim())
      .filter(Boolean),
    trustProxy: proxies(env["MILLRACE_TRUST_PROXY"]),
    retention: retentionFrom(env["MILLRACE_RETENTION"], errors, "MILLRACE_RETENTION"),
    logLevel: levels.find((level) => level === env["LOG_LEVEL"]) ?? "info",
    production,
  };
  if (config.jobsUrl && !isJobsUrl(config.jobsUrl)) {
    const message =
      "It takes redis://, postgres:// or mongodb://. Leave it out to keep the jobs in the database of DATABASE_URL.";
    errors.push({ path: "JOBS_URL", message });
  }
  if (env["LOG_LEVEL"] && env["LOG_LEVEL"] !== config.logLevel) {
    errors.push({
      path: "LOG_LEVEL",
      message: `"${env["LOG_LEVEL"]}" is not a level.${didYouMean(env["LOG_LEVEL"], levels)}`,
    });
  }
  const weak = production ? secretKeyFault(config.secretKey) : null;
  if (weak) errors.push({ path: "SECRET_KEY", message: weak });
  if (errors.length > 0)
    throw new Problem(
      500,
      "configuration",
      `The configuration has ${errors.length} problem${errors.length === 1 ? "" : "s"}.`,
      errors,
    );
  return config.secretKey ? config : { ...config, secretKey: keptKey() };
}

/** `2`: the two nearest hops are ours; `10.0.0.1, loopback`: these addresses are; nothing: nobody forwards. */
function proxies(text: string | undefined): Config["trustProxy"] {
  if (text === undefined || text.trim() === "") return false;
  return /^\d+$/.test(text.trim()) ? Number(text) : text;
}

function keptKey(): string {
  const file = join(process.cwd(), "var", "secret.key");
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(32).toString("base64"), { mode: 0o600 });
  }
  return readFileSync(file, "utf8").trim();
}
