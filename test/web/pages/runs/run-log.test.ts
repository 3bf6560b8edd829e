import { expect } from "chai";
import { startManually } from "../../../../src/enrollments/index.js";
import { stepsBar } from "../../../../src/web/pages/runs/run-bar.js";
import { dialects } from "../../../support/databases.js";
import { type EditorWorld, editorWorld } from "../../editor/editor-world.js";

for (const dialect of dialects) {
  describe(`the run log, on ${dialect}`, () => {
    let world: EditorWorld;
    before(async () => {
      world = await editorWorld(dialect);
      await run("Welcome new deals", "Northwind", "1 + 1");
      await run("Tax", "Contoso 100 %", "record.name * 2");
    });
    after(() => world.drop());

    /** Runs an automation of one step on a new deal: works something out, or waits. */
    async function run(automation: string, deal: string, expression: string) {
      const wait = { key: "wait", kind: "wait", config: { for: "2d" } };
      const sum = { key: "sum", kind: "calculate", config: { expression } };
      const { id } = await world.automation({ steps: [expression === "wait" ? wait : sum] }, automation);
      const record = await world.deal({ name: deal });
      await startManually(world.engine, world.workspaceId, id, { recordId: record.id }, world.by);
      await world.drain();
    }
    /** The automations whose runs a search lists. */
    const found = async (q: string, more = "") => {
      const { text } = await world.ada.get(`/runs?q=${encodeURIComponent(q)}${more}`);
      return [...text.matchAll(/class="table-key" href="\/runs\/\w+">([^<]*)</g)].map((match) => match[1]);
    };

    it("finds runs by the name of their automation, whatever the case", async () => {
      expect(await found("NEW DEALS")).to.deep.equal(["Welcome new deals"]);
    });

    it("finds runs by what their record is called", async () => {
      expect(await found("contoso")).to.deep.equal(["Tax"]);
    });

    it("finds runs by what went wrong", async () => {
      expect(await found("is not a number")).to.deep.equal(["Tax"]);
      expect(await found("is not a number", "&status=completed")).to.deep.equal([]);
    });

    it("finds nothing for a text that is nowhere, and says so", async () => {
      expect(await found("zebra")).to.deep.equal([]);
      expect((await world.ada.get("/runs?q=zebra")).text).to.include("Take a filter away");
      expect(await found("%")).to.deep.equal(["Tax"]);
    });

    it("finds a run by its id", async () => {
      const [first] = await world.runs();
      expect(await found(first?.id ?? "")).to.deep.equal([first?.automationName]);
    });

    it("shows how the steps of each run stand", async () => {
      const { text } = await world.ada.get("/runs");
      expect(text).to.include('aria-label="1 failed"').and.include('aria-label="1 succeeded"');
    });

    it("groups what failed by its reason, each a link to those runs", async () => {
      const { text } = await world.ada.get("/runs?status=failed");
      expect(text).to.match(/class="chip" href="[^"]*">expression <span class="chip-value">1</);
      expect((await world.ada.get("/runs?status=failed&reason=expression")).text).to.include(">1 run<");
    });

    it("cancels all unfinished runs a filter finds, and no others", async () => {
      await run("Rests", "Fabrikam", "wait");
      await run("Rests too", "Tailspin", "wait");
      expect((await world.ada.get("/runs?status=waiting")).text).to.include("Cancel 2 unfinished…");
      const query = "?status=waiting&q=fabrikam";
      const sent = await world.ada.send("/runs", { do: "cancelAll", query, back: `/runs${query}` });
      expect(sent.headers["location"]).to.match(/notice=cancelled&n=1$/);
      const statuses = (await world.runs()).map(({ automationName, status }) => `${automationName} ${status}`);
      expect(statuses).to.include.members(["Rests cancelled", "Rests too waiting", "Tax failed"]);
    });

    it("exports what is searched for", async () => {
      const { text } = await world.ada.get("/runs.csv?q=contoso");
      expect(text.trim().split("\n")).to.have.length(2);
    });
  });
}

describe("the bar of a run's steps", () => {
  it("has a part for each status, together as wide as the bar at most", () => {
    const bar = stepsBar({ success: 500, failed: 1, skipped: 3, retrying: 9 });
    expect(bar?.label).to.equal("1 failed, 500 succeeded, 3 skipped");
    const last = bar?.parts.at(-1);
    expect((last?.x ?? 0) + (last?.width ?? 0)).to.be.at.most(64);
    expect(stepsBar({})).to.equal(null);
  });
});
