import { expect } from "chai";
import type { Page } from "playwright-core";
import { startManually } from "../../src/enrollments/index.js";
import type { Step } from "../../src/graph/index.js";
import { decide, questionsFor } from "../../src/people/index.js";
import { accessibilityFaults, browserFor, overflowOf } from "../support/browser.js";
import { type EditorWorld, editorWorld } from "../web/editor/editor-world.js";
import { password } from "../web/web-world.js";

const lines = Array.from({ length: 120 }, (_, at) => ({
  sku: `A-${at + 1}`,
  price: at === 49 || at === 104 ? "free" : at,
}));

/** A loop with two bad items, branches of which one is not taken, and at the end somebody to ask. */
const steps: Step[] = [
  {
    key: "lines",
    kind: "loop",
    name: "Each line of the order",
    config: { items: "{{ inputs.lines }}", onItemError: "continue" },
    next: { next: "price", done: "big" },
  },
  {
    key: "price",
    kind: "calculate",
    name: "Add the tax",
    config: { expression: "loop.item.price * 1.19" },
    next: { success: "lines" },
  },
  {
    key: "big",
    kind: "condition",
    name: "Is it a big one?",
    config: { when: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }] } },
    next: { true: "both", false: "note" },
  },
  {
    key: "note",
    kind: "note.create",
    name: "Note that it is small",
    config: { body: "Small" },
    next: { success: "end" },
  },
  {
    key: "both",
    kind: "parallel",
    config: {
      branches: [
        { key: "desk", label: "Sales desk" },
        { key: "boss", label: "The boss" },
      ],
    },
    next: { desk: "mark", boss: "ask" },
  },
  {
    key: "mark",
    kind: "record.update",
    name: "Mark it",
    config: { values: { status: "onboarding" } },
    next: { success: "meet" },
  },
  {
    key: "ask",
    kind: "approval",
    name: "Ask for the discount",
    config: { assignees: { users: ["ada@demo.test"] }, message: "20 % for Northwind?", deadline: "2d" },
    next: { approved: "meet", rejected: "end", timeout: "end" },
  },
  { key: "meet", kind: "join", config: { mode: "all" }, next: { success: "end" } },
];

const task: Step = {
  key: "call",
  kind: "human_task",
  config: {
    assignee: "ada@demo.test",
    title: "Call Northwind and note what they need",
    instructions: "Ask for the number of seats.\nBe kind.",
    form: {
      type: "object",
      properties: {
        seats: { type: "integer", title: "Seats", minimum: 1 },
        plan: { type: "string", title: "Plan", enum: ["small", "large"] },
        starts: { type: "string", format: "date", title: "Starts on" },
        mail: { type: "string", format: "email", title: "Whom to write to", description: "They get the contract." },
        signed: { type: "boolean", title: "They have signed" },
        notes: { type: "string", title: "Notes", "x-hint": "markdown" },
      },
      required: ["seats", "plan"],
    },
    deadline: "2d",
  },
  next: { done: "end" },
};

describe("the page of a run in a browser", function () {
  this.timeout(60_000);
  let world: EditorWorld;
  let browser: Awaited<ReturnType<typeof browserFor>>;
  let runId: string;
  const asked: string[] = [];
  before(async () => {
    world = await editorWorld("sqlite");
    browser = await browserFor(world.app);
    await world.somebody("operator");
    const inputs = { type: "object", properties: { lines: { type: "array" } } };
    const { id } = await world.automation({ inputs, steps }, "Big orders", "graph");
    const deal = await world.deal({ amount: 20_000 });
    const start = (automation: string, more: object) =>
      startManually(world.engine, world.workspaceId, automation, { recordId: deal.id, ...more }, world.by);
    ({ id: runId } = await start(id, { inputs: { lines } }));
    await start((await world.automation({ steps: [task] }, "Onboarding", "graph")).id, {});
    await world.drain();
    const { data } = await questionsFor(world.engine, world.workspaceId);
    asked.push(...data.map((question) => `/approvals/${question.id}`));
  });
  after(async () => {
    await browser?.close();
    await world?.drop();
  });

  async function signedIn(options: Parameters<typeof browser.page>[0] = {}) {
    const page = await browser.page(options);
    await page.goto("/login");
    await page.fill("#email", "ada@demo.test");
    await page.fill("#password", password);
    await page.click("button[type=submit]");
    return page;
  }
  const look = async (page: Page, what: string) => {
    if (process.env["SHOTS"]) await page.screenshot({ path: `${process.env["SHOTS"]}/${what}.png`, fullPage: true });
    expect(await accessibilityFaults(page), what).to.deep.equal([]);
    expect(await overflowOf(page), what).to.be.at.most(0);
  };

  it("shows branches, the failed items of a loop, and whom it waits for, without JavaScript", async () => {
    const page = await signedIn({ javaScriptEnabled: false });
    await page.goto(`/runs/${runId}`);
    expect(await page.textContent("#waits-title + ul"))
      .to.include("Ask for the discount")
      .and.include("Ada Admin");
    expect(await page.textContent(".run-lane-not"))
      .to.include("otherwise")
      .and.include("not taken");
    await page.getByRole("link", { name: "Item 105" }).click();
    expect(await page.textContent(".run-loop")).to.include("Items 101 to 120 of 120");
    await page.context().close();
  });

  for (const [width, colorScheme] of [
    [1440, "light"],
    [390, "light"],
    [1440, "dark"],
    [390, "dark"],
  ] as const) {
    it(`is accessible and fits at ${width} pixels, ${colorScheme}`, async () => {
      const page = await signedIn({ viewport: { width, height: 844 }, colorScheme });
      await page.goto(`/runs/${runId}`);
      await look(page, `run-${width}-${colorScheme}`);
      await page.evaluate("for (const one of document.querySelectorAll('#run details')) one.open = true");
      await look(page, `run-open-${width}-${colorScheme}`);
      const { recordId, automationId } = await world.run(runId);
      const why = `/why?automation=${automationId}&record=${recordId}`;
      for (const path of [
        "/runs",
        "/approvals",
        ...asked,
        why,
        `/records/deal/${recordId}`,
        `/runs/${runId}/steps/1`,
      ]) {
        await page.goto(path);
        await look(
          page,
          `${path
            .split("?")[0]
            ?.slice(1)
            .replaceAll(/\/(\w{20})\w+/g, "")
            .replaceAll("/", "-")}${asked.indexOf(path)}-${width}-${colorScheme}`,
        );
      }
      expect(page.complaints).to.deep.equal([]);
      await page.goto(asked[0] ?? "");
      await page.getByText("Pass it on").first().click();
      await page.getByRole("button", { name: /Reject|Done/ }).click();
      await look(page, `refused-${width}-${colorScheme}`);
      await page.context().close();
    });
  }

  it("follows the run: what changes is redrawn, what was opened stays open", async () => {
    const page = await signedIn();
    const run = (await world.runs({ status: "waiting" })).find(({ automationName }) => automationName === "Onboarding");
    await page.goto(`/runs/${run?.id}`);
    await page.locator(".attempt > summary").first().click();
    const by = { id: world.user.id, name: world.user.name, overrides: false };
    const values = { seats: 5, plan: "small" };
    await decide(world.engine, world.workspaceId, asked[1]?.split("/").at(-1) ?? "", by, { decision: "done", values });
    await world.drain();
    await page.locator(".run-node .pill", { hasText: "Succeeded" }).waitFor();
    expect(await page.locator(".attempt").first().getAttribute("open")).not.to.equal(null);
    expect(await page.textContent(".attempt-body")).to.include('"seats": 5');
    await page.context().close();
  });
});
