// Runs the tests in two processes side by side. `npm test -- test/web` or `npm test -- --grep "loop guard"` narrows.
// SQLite always; MySQL or MariaDB when TEST_MYSQL_URL names a server; browser tests when Chromium is found.
// With CI=true whatever would be skipped counts as a failure. The last line is `N passed, N failed`.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import mysql from "mysql2/promise";

const ci = process.env.CI === "true";
const { grep, paths } = readArguments(process.argv.slice(2));
const chromium = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (path) => path && existsSync(path),
);
const isBrowser = (file) => file.endsWith(".browser.test.ts");

const failures = [];
const skipped = [];
const seconds = new Map();
let passed = 0;

if (!process.env.TEST_MYSQL_URL)
  skipped.push("MySQL: TEST_MYSQL_URL names no server (for example mysql://root@127.0.0.1:3306/test)");
// A machine without them still tests what Millrace runs on; so even with CI=true this is only said.
const optional = ["TEST_REDIS_URL", "TEST_POSTGRES_URL"].filter((name) => !process.env[name]);
if (!chromium) skipped.push("browser: no Chromium; set CHROMIUM to its path or install it as /usr/bin/chromium");

if (existsSync("scripts/build.mjs")) {
  const built = spawnSync(process.execPath, ["scripts/build.mjs", "--if-missing"], { stdio: "inherit" });
  if (built.status !== 0) failures.push({ title: "scripts/build.mjs", message: `ended with ${built.status}` });
}

const files = readdirSync("test", { recursive: true })
  .map((name) => `test/${name}`)
  .filter((file) => file.endsWith(".test.ts"))
  .filter((file) => paths.length === 0 || paths.some((path) => file.startsWith(path.replace(/^\.\//, ""))))
  .filter((file) => chromium || !isBrowser(file));
const started = Date.now();
// The processes of this run share their schemas, see test/support/schema-pool.ts.
const runId = `${started.toString(36)}${process.pid.toString(36)}`;
const waiting = chunks(files, 10);
await Promise.all([worker(), worker()]);
await dropSchemas();
report();

/** Takes chunks until none is left. */
async function worker() {
  for (let chunk = waiting.shift(); chunk; chunk = waiting.shift()) await runChunk(chunk);
}

function runChunk(chunk) {
  const options = ["--reporter", "json-stream", ...(grep ? ["--grep", grep] : [])];
  const child = spawn(process.execPath, ["node_modules/mocha/bin/mocha.js", ...options, ...chunk], {
    env: { ...process.env, NODE_ENV: "test", TEST_RUN_ID: runId, ...(chromium ? { CHROMIUM: chromium } : {}) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let rest = "";
  let ended = false;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) ended = hear(line) || ended;
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      if (rest) ended = hear(rest) || ended;
      if (!ended)
        failures.push({ title: chunk.join(" "), message: `the test process ended early (${signal ?? code})` });
      resolve();
    });
  });
}

async function dropSchemas() {
  if (!process.env.TEST_MYSQL_URL) return;
  const server = await mysql.createConnection(process.env.TEST_MYSQL_URL);
  const [schemas] = await server.query("SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA");
  for (const { name } of schemas)
    if (name.startsWith(`millrace_test_${runId}_`)) await server.query(`DROP DATABASE ${name}`);
  await server.end();
}

/** One line of a test process: an event of mocha's json-stream, or what a test printed. True at the end of the run. */
function hear(line) {
  const event = parse(line);
  if (!event) {
    if (line) console.log(line);
    return false;
  }
  const [kind, detail] = event;
  if (kind === "pass") passed++;
  if (detail.file) seconds.set(detail.file, (seconds.get(detail.file) ?? 0) + (detail.duration ?? 0) / 1000);
  if (kind === "fail") {
    failures.push({ title: detail.fullTitle, message: detail.stack || detail.err, file: detail.file });
    console.log(`✗ ${detail.fullTitle}\n${indent(detail.stack || detail.err)}`);
  }
  if (kind === "end" && detail.pending > 0) skipped.push(`${detail.pending} tests marked as pending`);
  return kind === "end";
}

function parse(line) {
  if (!/^\["(start|pass|fail|end)",/.test(line)) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Spreads the files over `count` chunks of about the same size, the large ones first. */
function chunks(all, count) {
  const parts = Array.from({ length: Math.min(count, all.length) }, () => ({ size: 0, files: [] }));
  const sized = all.map((file) => ({ file, size: statSync(file).size })).sort((a, b) => b.size - a.size);
  for (const { file, size } of sized) {
    const smallest = parts.reduce((least, part) => (part.size < least.size ? part : least));
    smallest.files.push(file);
    smallest.size += size;
  }
  return parts.map((part) => part.files);
}

function report() {
  console.log(`\n${files.length} test files in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  const slowest = [...seconds].sort((a, b) => b[1] - a[1]).slice(0, 8);
  for (const [file, took] of slowest) if (took > 20) console.log(`slow: ${file} ${took.toFixed(0)} s`);
  for (const reason of skipped) {
    console.log(`skipped: ${reason}`);
    if (ci) failures.push({ title: "skipped", message: reason });
  }
  for (const name of optional) console.log(`skipped: Agenda's own backend, to compare with: ${name} names no server`);
  if (passed === 0 && failures.length === 0) failures.push({ title: "no test ran", message: "" });
  for (const { title, message, file } of failures) {
    console.log(`failed: ${title}${file ? ` (${file})` : ""}: ${String(message).split("\n")[0]}`);
  }
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function readArguments(args) {
  const at = args.findIndex((arg) => arg === "--grep" || arg === "-g");
  return at < 0 ? { paths: args } : { grep: args[at + 1], paths: args.toSpliced(at, 2) };
}

function indent(text) {
  return String(text).replace(/^/gm, "    ");
}
