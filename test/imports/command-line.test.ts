import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { freshDatabase, type TestDatabase } from "../support/databases.js";
import { action } from "./known.js";

// What is asked of the database does not differ between dialects, and each start of a process takes a second.
describe("importing on the command line", function () {
  this.timeout(120_000);
  let fresh: TestDatabase;
  let folder: string;
  before(async () => {
    fresh = await freshDatabase("sqlite", false);
    folder = mkdtempSync(join(tmpdir(), "millrace-import-"));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await fresh.drop();
  });

  const millrace = (...args: string[]): Promise<{ out: string; err: string; code: unknown }> => {
    const env = { ...process.env, DATABASE_URL: fresh.url, SECRET_KEY: "k".repeat(40), LOG_LEVEL: "silent" };
    const given = ["--import", "tsx", "src/cli/cli.ts", ...args];
    return new Promise((resolve) =>
      execFile(process.execPath, given, { env }, (error, out, err) => resolve({ out, err, code: error?.code ?? 0 })),
    );
  };

  it("prints what was not taken over, beside the id when told to be quiet", async () => {
    const file = join(folder, "elsewhere.json");
    writeFileSync(
      file,
      JSON.stringify({ name: "Odd", steps: [action("odd", "rocket.launch", {}, { success: "end" })] }),
    );
    await millrace("seed");
    const line = 'steps[0]: There is nothing here that does "rocket.launch".';
    const told = await millrace("automation", "import", file);
    expect(told.code).to.equal(0);
    expect(told.out)
      .to.match(/^"Odd" is there as a draft: \w{26}\nNot taken over, 1:\n/)
      .and.include(line);
    const quiet = await millrace("automation", "import", file, "--quiet");
    expect(quiet.out).to.match(/^\w{26}\n$/);
    expect(quiet.err).to.include(line);
    expect((await millrace("automation", "validate", file)).out)
      .to.include(line)
      .and.include("It can be published.");
  });

  it("ends with a failure for what is no definition, naming the place", async () => {
    const file = join(folder, "malformed.json");
    writeFileSync(file, JSON.stringify({ name: "Wrong", steps: [{ stepSlug: "a", config: [] }] }));
    const { out, err, code } = await millrace("automation", "import", file);
    expect([out, code]).to.deep.equal(["", 1]);
    expect(err).to.include("steps[0].config: The config of a step is an object.");
  });
});
