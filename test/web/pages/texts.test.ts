import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { hasText, t } from "../../../src/web/pages/text.js";

const files = ["views", "src/web"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(hbs|ts)$/.test(name) && !name.startsWith("browser"))
    .map((name) => join(folder, name)),
);

describe("the texts of the pages", () => {
  it("are all in locales/", () => {
    const missing = files.flatMap((file) => {
      const names = [...readFileSync(file, "utf8").matchAll(/\bt(?: |\()"([\w.]+)"/g)].map((match) => String(match[1]));
      return names.filter((name) => !hasText(name)).map((name) => `${file}: ${name}`);
    });
    expect(missing).to.deep.equal([]);
  });

  it("choose singular and plural, and fill their places", () => {
    expect(t("runs.total", { n: 1 })).to.equal("1 run");
    expect(t("runs.total", { n: 1284 })).to.equal("1,284 runs");
    expect(t("record.newTitle", { object: "Deal" })).to.equal("New Deal");
  });

  it("give the key back when there is none", () => {
    expect(t("no.such.text")).to.equal("no.such.text");
    expect(t("constructor.name")).to.equal("constructor.name");
  });

  it("are never shown by a template that skips escaping", () => {
    const loose = files.filter((file) => file.endsWith(".hbs") && /\{\{\{|\{\{&/.test(readFileSync(file, "utf8")));
    expect(loose).to.deep.equal([]);
  });
});
