import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { dialects, freshDatabase, openDatabase, type TestDatabase } from "../support/databases.js";
import { builtPackage } from "../support/processes.js";

type Ended = { code: number; out: string; err: string };

for (const dialect of dialects) {
  describe(`the command line (${dialect})`, function () {
    // Every command is a process of its own, which takes seconds on a busy machine.
    this.timeout(60_000);
    let fresh: TestDatabase;
    let folder: string;
    let cli: string;
    before(async () => {
      cli = join(await builtPackage(), "dist/cli/cli.js");
      fresh = await freshDatabase(dialect, false);
      folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
    });
    after(async () => {
      rmSync(folder, { recursive: true });
      await fresh.drop();
    });

    const environment = (more: Record<string, string> = {}) => ({
      ...process.env,
      DATABASE_URL: fresh.url,
      SECRET_KEY: "k".repeat(40),
      LOG_LEVEL: "silent",
      ...more,
    });
    const millrace = (args: string[], more?: Record<string, string>): Promise<Ended> =>
      new Promise((resolve) => {
        execFile(process.execPath, [cli, ...args], { env: environment(more) }, (error, out, err) => {
          resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
        });
      });

    it("brings the tables up to date and takes them away again", async () => {
      expect((await millrace(["migrate"])).out).to.match(/^Applied: .*events-and-jobs/);
      expect((await millrace(["migrate"])).out).to.match(/^Nothing to do/);
      expect((await millrace(["migrate", "--down"])).err).to.include("--yes");
      expect((await millrace(["migrate", "--down", "--yes"])).out).to.match(/^Taken back/);
      expect((await millrace(["migrate", "--down", "--yes"])).out).to.equal(
        "Nothing to do: there are no tables of ours.\n",
      );
    });

    it("makes the demo once, and prints only the key when told to be quiet", async () => {
      expect((await millrace(["seed"])).out).to.match(/admin@demo\.test with the password \S{16} /);
      expect((await millrace(["seed"])).out).to.equal("The demo is there already.\n");
      const key = await millrace(["api-key", "create", "--workspace", "demo", "--role", "viewer", "--quiet"]);
      expect(key).to.deep.equal({ code: 0, out: key.out, err: "" });
      expect(key.out).to.match(/^mk_[\w-]{32}\n$/);
    });

    it("makes a backup while it is in use, which can be started from", async () => {
      const file = join(folder, "kept.backup");
      expect((await millrace(["backup", file])).out).to.include("Keep SECRET_KEY too");
      expect((await millrace(["backup", file])).err).to.include("is there already");
      const restored = await restore(file);
      const count = (db: TestDatabase["db"]) => db.one("SELECT COUNT(*) AS n, MAX(version) AS v FROM crm_deals");
      expect(await count(restored.db)).to.deep.equal(await count(fresh.db));
      const { code, out } = await millrace(["check", "--invariants"], { DATABASE_URL: restored.url });
      expect([code, out.includes("invariants: all hold")], out).to.deep.equal([0, true]);
      await restored.drop();
    });

    /** As the documentation says: the file itself, or the statements in it. */
    async function restore(file: string): Promise<TestDatabase> {
      if (dialect === "sqlite") return openDatabase(`sqlite:${file}`);
      const empty = await freshDatabase(dialect, false);
      const { hostname, port, username, password, pathname } = new URL(empty.url);
      const args = [`--host=${hostname}`, `--port=${port || 3306}`, `--user=${username}`, pathname.slice(1)];
      const done = spawnSync("mysql", args, {
        input: readFileSync(file),
        env: { ...process.env, MYSQL_PWD: password },
        stdio: ["pipe", "ignore", "inherit"],
      });
      expect(done.status).to.equal(0);
      return empty;
    }

    // What follows asks the database nothing that differs between dialects, and each start of a process takes a second.
    if (dialect !== "sqlite") return;

    it("says what it does not know", async () => {
      const answers = await Promise.all([
        millrace(["serv"]),
        millrace(["api-key", "create", "--workspace", "none"]),
        millrace(["check"], { MILLRACE_POL: "1s" }),
      ]);
      expect(answers.map(({ code }) => code)).to.deep.equal([1, 1, 1]);
      expect(answers[0].err).to.include('There is no command "serv". Did you mean "serve"?');
      expect(answers[1].err).to.include('There is no workspace "none"');
      expect(answers[2].out).to.include('Did you mean "MILLRACE_POLL"?');
    });

    it("checks a file, imports it, and gives the same bytes back", async () => {
      const file = join(folder, "automation.json");
      const steps = [{ key: "mark", kind: "record.update", config: { values: { status: "seen" } } }];
      writeFileSync(
        file,
        JSON.stringify({
          millrace: 1,
          name: "From a file",
          form: "list",
          document: { object: "deal", triggers: [], steps },
        }),
      );
      expect((await millrace(["automation", "validate", file])).out).to.include("It can be published.");
      const { out: id } = await millrace(["automation", "import", file, "--quiet"]);
      const { out: exported } = await millrace(["automation", "export", id.trim()]);
      expect(JSON.parse(exported)).to.include({ name: "From a file" });
      writeFileSync(file, exported.replace('"seen"', '"seen", "stag": 1'));
      const wrong = await millrace(["automation", "validate", file]);
      expect([wrong.code, wrong.out.includes('no field "stag"')]).to.deep.equal([1, true]);
    });

    it("runs the tests of an automation, and publishes it", async () => {
      const file = join(folder, "tested.json");
      const steps = [{ key: "keep", kind: "set_variables", config: { values: { a: 1 } } }];
      const definition = { millrace: 1, name: "Tested", form: "list", document: { object: null, triggers: [], steps } };
      writeFileSync(file, JSON.stringify(definition));
      const { out: id } = await millrace(["automation", "import", file, "--quiet"]);
      const tested = await millrace(["automation", "test", id.trim()]);
      expect([tested.code, tested.out.trim()]).to.deep.equal([0, "It has no tests."]);
      const published = await millrace(["automation", "publish", id.trim(), "--note", "First"]);
      expect(published.out.trim()).to.equal("Version 1 is published.");
    });

    it("looks at everything it needs", async () => {
      const { code, out } = await millrace(["check", "--invariants"]);
      expect(out).to.include("tables: ").and.include("invariants: all hold").and.include("mail: SMTP_URL is not set");
      expect(out).to.include("AI: AI_BASE_URL is not set");
      expect(code, out).to.equal(0);
    });

    it("warns of AI settings that are left out or cannot be meant", async () => {
      const { out } = await millrace(["check"], { AI_BASE_URL: "https://ai.test/v1", AI_API_KEY: "k" });
      expect(out).to.include("AI_MODEL is not set").and.include("AI_API_KEY is too short");
    });

    it("serves until it is told to stop, and leaves nothing behind", async () => {
      const child = spawn(process.execPath, [cli, "serve"], {
        env: environment({ PORT: "0", BASE_URL: "http://127.0.0.1:0" }),
        stdio: ["ignore", "pipe", "inherit"],
      });
      const url = await new Promise<string>((resolve) => {
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          const address = /ready at (\S+)/.exec(text)?.[1];
          if (address) resolve(address);
        });
      });
      expect((await fetch(`${url}/health/ready`)).status).to.equal(200);
      const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
      child.kill("SIGTERM");
      expect(await ended).to.equal(0);
    });
  });
}
