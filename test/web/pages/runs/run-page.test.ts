import { expect } from "chai";
import { publish, saveDraft } from "../../../../src/automations/index.js";
import { startManually } from "../../../../src/enrollments/index.js";
import type { Document, Step } from "../../../../src/graph/index.js";
import { dialects } from "../../../support/databases.js";
import { type EditorWorld, editorWorld } from "../../editor/editor-world.js";

const loop = (count: number): Step[] => [
  {
    key: "each",
    kind: "loop",
    config: { items: Array.from({ length: count }, (_, at) => at), onItemError: "continue" },
    next: { next: "sum", done: "end" },
  },
  { key: "sum", kind: "calculate", config: { expression: "1 / (loop.item - 3)" }, next: { success: "each" } },
];

for (const dialect of dialects) {
  describe(`the page of a run, on ${dialect}`, () => {
    let world: EditorWorld;
    before(async () => {
      world = await editorWorld(dialect);
    });
    after(() => world.drop());

    async function run(document: Partial<Document> & { steps: Step[] }, name = "Big orders") {
      const automation = await world.automation(document, name, "graph");
      const deal = await world.deal({ amount: 20_000 });
      const started = await startManually(
        world.engine,
        world.workspaceId,
        automation.id,
        { recordId: deal.id },
        world.by,
      );
      await world.drain();
      return {
        automation,
        deal,
        id: started.id,
        page: async (query = "") => (await world.ada.get(`/runs/${started.id}${query}`)).text,
      };
    }

    it("opens a loop of 500 items at the first that failed, a hundred squares at a time", async () => {
      const { page } = await run({ steps: loop(500) });
      const text = await page();
      expect(text).to.include("500 items, 1 failed").and.include("Items 1 to 100 of 500");
      expect(text.match(/class="run-item /g)).to.have.length(100);
      expect(text).to.match(/aria-current="true">4</);
      expect(text.length).to.be.below(150_000);
    });

    it("opens the item and the page that are asked for", async () => {
      const { page } = await run({ steps: loop(250) });
      expect(await page("?at=each[240]"))
        .to.include("Items 201 to 250 of 250")
        .and.match(/aria-current="true">241</);
      expect((await page("?loop=each&items=failed")).match(/class="run-item /g)).to.have.length(1);
      expect(await page("?loop=each&page=99&at=nonsense")).to.include("Items 201 to 250");
    });

    it("says what it waits for: a person, by name, with the question", async () => {
      const { page } = await run({
        steps: [{ key: "ask", kind: "approval", config: { assignees: { users: [world.user.id] } }, next: {} }],
      });
      expect(await page()).to.match(/Waiting for Ada Admin to approve, at the latest[\s\S]*href="\/approvals\/\w{26}"/);
    });

    it("says what it waits for: the clock, an event, a goal, other branches", async () => {
      const { page } = await run({
        steps: [
          {
            key: "all",
            kind: "parallel",
            config: { branches: ["a", "b", "c"].map((key) => ({ key })) },
            next: { a: "rest", b: "hear", c: "goal" },
          },
          { key: "rest", kind: "wait", name: "A pause", config: { for: "2d" }, next: { success: "end" } },
          { key: "hear", kind: "wait_for_event", config: { event: "paid", timeout: "5d" }, next: { received: "end" } },
          {
            key: "goal",
            kind: "goal",
            config: { when: { all: [{ fact: "record", path: "stage", operator: "equal", value: "won" }] } },
            next: { met: "end" },
          },
        ],
      });
      const text = await page();
      expect(text)
        .to.include("Resting, goes on")
        .and.include("Waiting for “paid”")
        .and.include("Waiting until its stage is won");
      const record = await world.ada.get(`/records/deal/${(await world.runs()).at(0)?.recordId}`);
      expect(record.text).to.include("A pause");
    });

    it("tells when its version is no longer the published one", async () => {
      const { automation, page } = await run({ steps: [{ key: "over", kind: "end", config: {} }] });
      expect(await page()).not.to.include("is the published one now");
      const document = { object: "deal", triggers: [], steps: [{ key: "stop", kind: "end", config: {} }] };
      await saveDraft(world.engine, world.workspaceId, automation.id, { document }, world.by);
      await publish(world.engine, world.workspaceId, automation.id, null, world.by);
      expect(await page()).to.include("Version 2 is the published one now");
    });

    it("shows the tries of a step together, and one on a page of its own", async () => {
      const { id, page } = await run({ steps: loop(5) });
      expect(await page()).to.include("A division by zero.");
      const one = await world.ada.get(`/runs/${id}/steps/2`);
      expect(one.status).to.equal(200);
      expect((await world.ada.get(`/runs/${id}/steps/99`)).status).to.equal(404);
    });

    it("lists the runs it started, and each of those says which step started it", async () => {
      const rest = [{ key: "rest", kind: "wait", config: { for: "1h" } }];
      await world.automation({ object: null, steps: rest }, "One letter");
      const { id, page } = await run({
        steps: [
          {
            key: "each",
            kind: "for_each",
            name: "Every letter",
            config: { items: ["a", "b", "c"], automation: "One letter", concurrency: 2 },
            next: { success: "end" },
          },
        ],
      });
      expect(await page())
        .to.include("Waiting for its 3 runs of “One letter”")
        .and.include("2 under way");
      const [child] = await world.runs({ parent: id });
      const shown = async () => (await world.ada.get(`/runs/${child?.id}`)).text;
      const parent = new RegExp(`href="/runs/${id}">Big orders</a>[^<]*<span[^>]*>in its step “Every letter”`);
      expect(await shown()).to.match(parent);
      for (const _ of [1, 2]) {
        world.clock.forward("1h");
        await world.drain();
      }
      expect((await world.run(id)).status).to.equal("completed");
      expect(await shown()).to.match(parent);
      expect((await world.ada.get(`/runs?parent=${id}`)).text).to.include("3 runs");
    });

    it("cuts long payloads and hands out all of them", async () => {
      const long = "x".repeat(20_000);
      const { id, page } = await run({
        steps: [{ key: "set", kind: "set_variables", config: { values: { long } }, next: {} }],
      });
      const text = await page();
      expect(text.length).to.be.below(60_000);
      const href = new RegExp(`/runs/${id}/payload/1/\\w+`).exec(text)?.[0] ?? "";
      expect((await world.ada.get(href)).text).to.include(long);
    });
  });
}
