import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { type Config, configFrom, packageRoot } from "../config.js";
import { connect, type Database } from "../db/index.js";
import { askBackend } from "../jobs/index.js";
import { messageOf, Problem } from "../shared/errors.js";
import type { Given } from "./command.js";

type Finding = { level: "ok" | "warning" | "error"; text: string };

const ok = (text: string): Finding => ({ level: "ok", text });
const warning = (text: string): Finding => ({ level: "warning", text });
const error = (text: string): Finding => ({ level: "error", text });

/** `check`: one line for each thing looked at; exits with 1 when something would not work. */
export async function checkCommand({ options }: Given): Promise<void> {
  const findings = await findAll(options["invariants"] === true);
  for (const { level, text } of findings) process.stdout.write(`${level.padEnd(7)}  ${text}\n`);
  process.exitCode = findings.some(({ level }) => level === "error") ? 1 : 0;
}

async function findAll(invariants: boolean): Promise<Finding[]> {
  let config: Config;
  try {
    config = configFrom(process.env);
  } catch (thrown) {
    const errors = thrown instanceof Problem ? thrown.errors : [];
    return errors.length > 0
      ? errors.map(({ path, message }) => error(`${path}: ${message}`))
      : [error(messageOf(thrown))];
  }
  const database = await checkDatabase(config, invariants);
  return [...checkSettings(config), ...database, ...(await checkBells(config)), await checkMail(config)];
}

function checkSettings(config: Config): Finding[] {
  const findings: Finding[] = [
    ok(`configuration: ${config.production ? "production" : "development"}, address ${config.baseUrl}`),
  ];
  if (config.production && config.baseUrl.startsWith("http://"))
    findings.push(warning("BASE_URL is not https: passwords and sessions travel in the clear."));
  if (config.secretKey.length < 32)
    findings.push(warning("SECRET_KEY is short. Make one with: openssl rand -base64 32"));
  if (!process.env["SECRET_KEY"])
    findings.push(
      warning(
        "SECRET_KEY is not set: the one made in var/secret.key is used. Keep a copy: without it secrets are lost.",
      ),
    );
  findings.push(...checkAi(config), ...checkServices(config));
  if (!existsSync(join(packageRoot, "public/manifest.json")))
    findings.push(error("the pages' files are not built: npm run build"));
  return findings;
}

function checkServices({ slackToken, smsUrl }: Config): Finding[] {
  return [
    slackToken ? ok("Slack: a token is set") : warning("Slack: SLACK_TOKEN is not set, so Slack steps fail."),
    smsUrl ? ok("SMS: a provider is set") : warning("SMS: SMS_URL is not set, so steps that send text messages fail."),
  ];
}

/** A key of a few characters is a placeholder, and too short to be hidden in what steps log. */
function checkAi({ aiBaseUrl, aiApiKey, aiModel }: Config): Finding[] {
  const about: string[] = [];
  if (!aiBaseUrl) about.push("AI_BASE_URL is not set, so AI steps fail.");
  else if (!aiApiKey) about.push("AI_API_KEY is not set: right for a model of your own, not for a provider.");
  if (aiBaseUrl && !aiModel) about.push("AI_MODEL is not set, so a default model is asked.");
  if (aiApiKey && aiApiKey.length < 8) about.push("AI_API_KEY is too short to be a key.");
  return about.length > 0 ? about.map((text) => warning(`AI: ${text}`)) : [ok(`AI: ${aiModel} at ${aiBaseUrl}`)];
}

async function checkDatabase(config: Config, invariants: boolean): Promise<Finding[]> {
  let db: Database;
  try {
    db = connect(config.databaseUrl);
    await db.sequelize.authenticate();
  } catch (thrown) {
    return [error(`database: ${messageOf(thrown)}`)];
  }
  try {
    const findings: Finding[] = [ok(`database: ${db.product} answers`), await checkTables(db)];
    if (findings.some(({ level }) => level === "error")) return findings;
    findings.push(await checkJobs(db));
    if (invariants) {
      const { checkInvariants } = await import("../insight/index.js");
      const broken = await checkInvariants(db);
      findings.push(
        ...(broken.length === 0 ? [ok("invariants: all hold")] : broken.map((text) => error(`invariant: ${text}`))),
      );
    }
    return findings;
  } catch (thrown) {
    return [error(`database: ${messageOf(thrown)}`)];
  } finally {
    await db.sequelize.close();
  }
}

async function checkTables(db: Database): Promise<Finding> {
  const files = readdirSync(join(packageRoot, "migrations")).filter((name) => name.endsWith(".cjs"));
  const rows = await db.all("SELECT name FROM millrace_migrations").catch(() => []);
  const applied = new Set(rows.map((row) => String(row["name"])));
  const missing = files.filter((name) => !applied.has(name));
  return missing.length === 0
    ? ok(`tables: ${files.length} migrations applied`)
    : error(`tables: not up to date (${missing.join(", ")}). Run: millrace migrate`);
}

async function checkJobs(db: Database): Promise<Finding> {
  const row = await db.one(
    "SELECT COUNT(*) AS waiting, MIN(at) AS oldest FROM millrace_events WHERE relayedAt IS NULL AND error IS NULL",
  );
  const waiting = Number(row?.["waiting"] ?? 0);
  const seconds = waiting === 0 ? 0 : Math.round((Date.now() - Number(row?.["oldest"])) / 1000);
  if (seconds > 60) return warning(`jobs: ${waiting} events wait, the oldest for ${seconds} s. Does a worker run?`);
  return ok(`jobs: ${waiting} events wait`);
}

/** Without its answer nothing is lost; but what another process has done is noticed only by the poll. */
async function checkBells({ jobsUrl, pollMs }: Config): Promise<Finding[]> {
  if (!jobsUrl) return [];
  try {
    await askBackend(jobsUrl, 5000);
    return [ok("bells: the server of JOBS_URL answers")];
  } catch (thrown) {
    const poll = `${pollMs / 1000} s`;
    return [error(`bells: ${messageOf(thrown)} (JOBS_URL). Work goes on, but it is looked for only every ${poll}.`)];
  }
}

async function checkMail({ smtpUrl }: Config): Promise<Finding> {
  if (!smtpUrl) return warning("mail: SMTP_URL is not set, so mails are kept in the outbox and not sent.");
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 5000,
  });
  try {
    await transport.verify();
    return ok("mail: the server answers and lets us in");
  } catch (thrown) {
    return error(`mail: ${messageOf(thrown)}`);
  } finally {
    transport.close();
  }
}
