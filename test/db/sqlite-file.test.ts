import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { connect } from "../../src/db/index.js";
import { messageOf } from "../../src/shared/errors.js";

describe("an SQLite file that cannot be opened", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "millrace-file-"));
    writeFileSync(
      join(folder, "letter.txt"),
      "Dear Ann, this is no database, however long it may go on being read as one. ".repeat(20),
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What the first and every later statement are told. */
  const told = async (file: string): Promise<string[]> => {
    const db = connect(`sqlite:${file}`);
    const said: string[] = [];
    for (let time = 0; time < 3; time++) await db.all("SELECT 1").catch((error) => said.push(messageOf(error)));
    await db.inTransaction(async () => undefined).catch((error) => said.push(messageOf(error)));
    await db.sequelize.close();
    return said;
  };

  it("says so every time it is asked, when it is a folder", async () => {
    const said = await told(folder);
    expect(said).to.have.length(4);
    for (const text of said) expect(text).to.include(`The SQLite file ${folder} cannot be opened`);
  });

  it("says so when it is something else", async () => {
    expect((await told(join(folder, "letter.txt")))[0]).to.include("file is not a database");
  });

  it("says so when its folder cannot be made, or it is not named", () => {
    expect(() => connect(`sqlite:${join(folder, "letter.txt", "x.sqlite")}`)).to.throw("cannot be made");
    expect(() => connect("sqlite:/proc/none/x.sqlite")).to.throw("cannot be made");
    expect(() => connect("sqlite:")).to.throw("without a file");
  });
});
