import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect } from "chai";

/** Who may import whom: the table of ARCHITECTURE.md, low to high. `shared` is ground to every room. */
const rooms: Record<string, string[]> = {
  shared: [],
  db: [],
  jobs: ["db"],
  events: ["db", "jobs"],
  rules: [],
  expressions: [],
  templates: ["expressions"],
  graph: [],
  counts: ["db"],
  retention: ["db", "counts"],
  crm: ["db", "rules", "events", "retention"],
  effects: ["db"],
  actions: ["db", "crm", "rules", "expressions", "templates", "effects"],
  automations: ["db", "crm", "rules", "templates", "graph", "actions"],
  imports: ["crm", "rules", "expressions", "templates", "graph", "actions", "automations"],
  runs: [
    "db",
    "jobs",
    "events",
    "crm",
    "graph",
    "templates",
    "actions",
    "effects",
    "automations",
    "retention",
    "counts",
  ],
  enrollments: ["db", "crm", "rules", "templates", "graph", "events", "automations", "runs", "retention", "counts"],
  triggers: ["db", "jobs", "crm", "rules", "templates", "graph", "events", "automations", "runs", "enrollments"],
  people: ["db", "jobs", "crm", "effects", "runs"],
};
const low = Object.keys(rooms);
rooms["insight"] = low;
rooms["web"] = [...low.filter((room) => room !== "jobs"), "insight"];
rooms["canvas"] = ["graph"];
rooms["cli"] = Object.keys(rooms);
rooms["demo"] = Object.keys(rooms).filter((room) => room !== "cli");
/** Rooms that start the program: they may also import root files and each other. */
const starters = ["cli", "demo"];

/** Inner rooms that still import each other in a circle. */
const notYetLayered: string[] = [
  "web/editor/form",
  "web/editor/words",
  "web/pages/automations",
  "web/pages/conditions",
  "web/pages/forms",
  "web/pages/records",
  "web/pages/runs",
];

/** Files that still import each other in a circle, by where they lie. */
const notYetStraight: string[] = [];

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

/** The files under `src/` that `file` names in an import or a re-export, relative to `src/`. */
function importsOf(file: string): string[] {
  const found = readFileSync(join("src", file), "utf8").matchAll(/(?:\bfrom|\bimport\(|^import)\s*"(\.[^"]+)"/gm);
  return [...found].map((match) => normalize(join(file, "..", match[1] ?? "")));
}

/** Those from which the arrows lead back to themselves. */
function inCircles(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of arrows.get(from) ?? []) if (!seen.has(next)) reached(next, seen.add(next));
    return seen;
  };
  return [...arrows.keys()].filter((one) => reached(one).has(one));
}

describe("architecture", () => {
  it("has no room the table does not know", () => {
    const found = new Set(files.filter((file) => file.includes("/")).map((file) => file.split("/")[0]));
    expect([...found].filter((room) => !rooms[room ?? ""])).to.deep.equal([]);
  });

  it("imports only the rooms it may, by their index", () => {
    const wrong = files.flatMap((file) => {
      const room = file.split("/")[0] ?? "";
      const startersMay = file.includes("/") ? starters : [room];
      const allowed = file.includes("/") ? ["shared", ...(rooms[room] ?? [])] : ["shared", ...Object.keys(rooms)];
      return importsOf(file)
        .filter((target) => target.split("/")[0] !== room && target.includes("/"))
        .filter((target) => !(startersMay.includes(room) && starters.includes(target.split("/")[0] ?? "")))
        .filter((target) => {
          const other = target.split("/")[0] ?? "";
          return !allowed.includes(other) || (other !== "shared" && target !== `${other}/index.js`);
        })
        .map((target) => `${file} imports ${target}`);
    });
    expect(wrong.join("\n")).to.equal("");
  });

  it("lets web/ into db/ for its own tables alone: no page and no handler reads the database by itself", () => {
    const reading = files.filter((file) => file.startsWith("web/") && importsOf(file).includes("db/index.js"));
    expect(reading).to.have.members(["web/access/api-keys.ts", "web/audit.ts", "web/idempotency.ts"]);
  });

  it("imports no root file from a room", () => {
    const upward = files.filter(
      (file) =>
        file.includes("/") &&
        !starters.includes(file.split("/")[0] ?? "") &&
        importsOf(file).some((target) => !target.includes("/") || target.startsWith("..")),
    );
    expect(upward.join("\n")).to.equal("");
  });

  it("layers the inner rooms of a room", () => {
    const folders = new Set(files.map((file) => file.split("/").slice(0, -1).join("/")));
    const isInner = (folder: string) =>
      folder.includes("/") && ![...folders].some((other) => other.startsWith(`${folder}/`));
    const inner = [...folders].filter(isInner);
    const homeOf = (file: string) => inner.find((folder) => file.startsWith(`${folder}/`));
    const arrows = new Map(inner.map((folder) => [folder, new Set<string>()]));
    for (const file of files)
      for (const target of importsOf(file).map(homeOf)) {
        const home = homeOf(file);
        if (home && target && target !== home) arrows.get(home)?.add(target);
      }
    const circles = inCircles(arrows);
    expect(circles).to.have.members(notYetLayered);
  });

  it("has no circle of files", () => {
    const arrows = new Map(
      files.map((file) => [file, new Set(importsOf(file).map((target) => target.replace(/js$/, "ts")))]),
    );
    const circles = inCircles(arrows);
    expect(circles.filter((file) => !notYetStraight.includes(file.split("/")[0] ?? ""))).to.deep.equal([]);
    expect([...new Set(circles.map((file) => file.split("/")[0]))], "straight by now: strike them out").to.have.members(
      notYetStraight,
    );
  });
});
