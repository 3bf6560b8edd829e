import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";

const pages = [...readdirSync("."), ...readdirSync("docs").map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith(".md"),
);

/** What is made by building or by running, and what stands for something in the reader's own project. */
const notOurs = /^(var|dist|public|node_modules|path)\/|^@/;

/** The paths a page names in `code`: with a slash, or a file by its ending. */
function pathsIn(text: string): string[] {
  const code = [...text.replace(/```[\s\S]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name);
  return code.filter(
    (name) =>
      /^[@\w.-]+(\/[@\w.-]*)*$/.test(name) &&
      (/\/(?!$)/.test(name) || /\.(ts|cjs|mjs|md|json|yml|hbs|css)$/.test(name)) &&
      /[a-z]/.test(name) &&
      !notOurs.test(name),
  );
}

const isThere = (path: string) => [path, `src/${path}`].some((one) => existsSync(one));

describe("the documents", () => {
  for (const page of pages)
    it(`${page} names only files that exist`, () => {
      const text = readFileSync(page, "utf8");
      const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, to = ""]) =>
        join(dirname(page), to),
      );
      const missing = [...pathsIn(text).filter((path) => !isThere(path)), ...links.filter((path) => !existsSync(path))];
      expect(missing).to.deep.equal([]);
    });
});
