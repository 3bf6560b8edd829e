import { expect } from "chai";
import type { Step } from "../../src/graph/index.js";
import { accessibilityFaults, browserFor, overflowOf } from "../support/browser.js";
import { type EditorWorld, editorWorld } from "../web/editor/editor-world.js";
import { password } from "../web/web-world.js";

const asking: Step[] = [
  {
    key: "ask",
    kind: "approval",
    name: "Ask the boss",
    config: { assignees: { role: "admin" } },
    next: { approved: "tell" },
  },
  { key: "tell", kind: "email.send", config: { to: "ann@demo.test", subject: "{{ record.name }}", body: "Well done" } },
];

describe("the test page in a browser", function () {
  this.timeout(60_000);
  let world: EditorWorld;
  let browser: Awaited<ReturnType<typeof browserFor>>;
  before(async () => {
    world = await editorWorld("sqlite");
    browser = await browserFor(world.app);
  });
  after(async () => {
    await browser?.close();
    await world?.drop();
  });

  for (const [width, colorScheme] of [
    [1440, "light"],
    [390, "dark"],
  ] as const)
    it(`tries a workflow and keeps the result as a test, without JavaScript, ${width} wide and ${colorScheme}`, async () => {
      const deal = await world.deal({ name: "Fleet" });
      const made = await world.draft({ steps: asking });
      const options = { viewport: { width, height: 900 }, colorScheme };
      const page = await browser.page({ ...options, javaScriptEnabled: false });
      await page.goto("/login");
      await page.fill("#email", "ada@demo.test");
      await page.fill("#password", password);
      await page.click("button[type=submit]");
      await page.goto(`/${made.id}/test?record=${deal.id}`);
      await page.selectOption('[name="try.answers.ask.port"]', "approved");
      await page.getByRole("button", { name: "Try it", exact: true }).click();
      expect(await page.locator("#result").textContent()).to.include("Well done");
      await page.fill("#test-name", "Ann is told");
      await page.getByRole("button", { name: "Save as test", exact: true }).click();
      await page.getByRole("button", { name: "Run all", exact: true }).click();
      expect(await page.locator(".notice[role=status]").textContent()).to.include("Every test passes.");

      const seen = await browser.page({ ...options, storageState: await page.context().storageState() });
      await seen.goto(`/${made.id}/test?record=${deal.id}`);
      await seen.getByRole("button", { name: "Try it", exact: true }).click();
      await seen.waitForSelector("#save-test");
      expect(await accessibilityFaults(seen)).to.deep.equal([]);
      expect(await overflowOf(seen)).to.be.at.most(0);
      expect(seen.complaints).to.deep.equal([]);
    });
});
