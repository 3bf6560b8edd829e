import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import type { Life } from "../../src/retention/life.js";
import { lives } from "../../src/retention/lives.js";
import { expiries, sweeps } from "../../src/retention/sweeps.js";
import { freshDatabase } from "../support/databases.js";

const page = "docs/tables.md";

/** The page of tables as `lives.ts` has it. */
function rendered(): string {
  const of = (prefix: string) => lives.filter(({ table }) => table.startsWith(prefix)).map(line);
  const line = ({ table, row, writer, forgotten }: Life) => `| \`${table}\` | ${row} | \`${writer}\` | ${forgotten} |`;
  const head = ["| table | a row is | written by `src/` | forgotten |", "| --- | --- | --- | --- |"];
  return [
    "# Tables",
    "",
    "What each table holds, which file writes it first, and when its rows are forgotten. A word in `code` under",
    "*forgotten* is how long `MILLRACE_RETENTION`, or the workspace's own setting, says; without either that is never.",
    "See [settings](settings.md#keeping-and-forgetting). This page is made from `src/retention/lives.ts`; after a change",
    "there, `UPDATE_DOCS=1 npm test -- test/retention/lives` writes it anew.",
    "",
    "## Automations and what comes of them",
    "",
    ...head,
    ...of("millrace_"),
    "",
    "## The bundled CRM",
    "",
    ...head,
    ...of("crm_"),
    "",
  ].join("\n");
}

describe("the lives of tables", () => {
  it("are stated for every table that is migrated, and for no other", async () => {
    const { db, drop } = await freshDatabase("sqlite");
    const rows = await db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    await drop();
    const migrated = rows.map(({ name }) => String(name));
    expect(lives.map(({ table }) => table)).to.have.members(migrated);
  });

  it("name files that exist as those who write", () => {
    expect(lives.filter(({ writer }) => !existsSync(`src/${writer}`))).to.deep.equal([]);
  });

  it("speak of a setting exactly where a sweep reads it", () => {
    const said = lives.flatMap(({ table, forgotten }) =>
      [...forgotten.matchAll(/`(\w+)`/g)].map(([, word]) => `${table} ${word}`),
    );
    const read = sweeps.flatMap(({ table, keep }) => (typeof keep === "string" ? [`${table} ${keep}`] : []));
    expect(said).to.have.members(read);
  });

  it("end for every table that something is deleted from", () => {
    const swept = [...sweeps, ...expiries, ...sweeps.flatMap(({ parts = [] }) => parts)].map(({ table }) => table);
    const endless = lives.filter(({ forgotten }) => /^Never/.test(forgotten)).map(({ table }) => table);
    expect(endless.filter((table) => swept.includes(table))).to.deep.equal([]);
  });

  it("are the page of tables", () => {
    if (process.env["UPDATE_DOCS"]) writeFileSync(page, rendered());
    expect(readFileSync(page, "utf8")).to.equal(rendered());
  });
});
