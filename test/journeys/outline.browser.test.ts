import { expect } from "chai";
import type { Page } from "playwright-core";
import { pause } from "../../src/automations/index.js";
import { findRecords } from "../../src/crm/index.js";
import { listMails } from "../../src/effects/index.js";
import { accessibilityFaults, browserFor, overflowOf } from "../support/browser.js";
import { overTenThousand } from "../support/engine-world.js";
import { branched } from "../web/editor/editor-known.js";
import { type EditorWorld, editorWorld } from "../web/editor/editor-world.js";
import { password } from "../web/web-world.js";

const note = (key: string) => ({ key, kind: "note.create", name: `Note ${key}`, config: { body: key } });

describe("the outline of a workflow in a browser", function () {
  this.timeout(90_000);
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

  async function signedIn(options: Parameters<typeof browser.page>[0] = {}) {
    const page = await browser.page(options);
    await page.goto("/login");
    await page.fill("#email", "ada@demo.test");
    await page.fill("#password", password);
    await page.click("button[type=submit]");
    return page;
  }

  const press = async (page: Page, name: string | RegExp) => {
    await page
      .getByRole("button", { name, exact: typeof name === "string" })
      .first()
      .click();
    await page.waitForLoadState("networkidle");
  };

  for (const javaScriptEnabled of [true, false]) {
    it(`builds, publishes and runs a workflow by clicking, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      const made = await world.draft({}, "Follow up");
      const page = await signedIn({ javaScriptEnabled });
      const field = (name: string) => page.locator(`[name="document.steps${name}"]`);
      await page.goto(`/${made.id}`);
      await page.locator("summary[aria-label]").last().click();
      await press(page, "Promote to workflow");
      expect(page.url()).to.include(`/${made.id}/workflow`);

      await page.getByText("Add a trigger").click();
      await press(page, /^Stage changed/);
      await page.getByLabel("Negotiation").last().check();
      await press(page, "Add a step");
      await press(page, /^Send e-mail/);
      await field("[0].config.to").fill("ann@demo.test");
      await field("[0].config.subject").fill("Shall we talk?");
      await field("[0].config.body").fill("About {{ record.name }}");
      await press(page, /^Add a step after Send e-mail, then$/);
      await press(page, /^Wait for an event/);
      await field("[1].config.event").fill("reply");
      await field("[1].config.timeout").fill("3d");
      await field("[1].next.received").selectOption({ label: "the end of the run" });
      await press(page, /^Add a step after Wait for .*, on time-out$/);
      await press(page, /^Create task/);
      await field("[2].config.title").fill("Call {{ record.name }}");
      await field("[2].next.success").selectOption("end");
      await press(page, "Publish…");
      expect(await page.textContent("h1")).to.equal("Publish version 1");
      await press(page, "Publish version 1");

      const { document, automation } = await world.stored(made.id);
      expect([automation.status, automation.form]).to.deep.equal(["active", "graph"]);
      expect(document.triggers).to.deep.equal([{ key: "stage_changed", kind: "stage.changed", to: "negotiation" }]);
      expect(document.steps.map(({ key, next }) => [key, next])).to.deep.equal([
        ["email_send", { success: "wait_for_event" }],
        ["wait_for_event", { received: "end", timeout: "task_create" }],
        ["task_create", { success: "end" }],
      ]);
      const deal = await world.deal({ name: `Deal of ${javaScriptEnabled}`, stage: "lead" });
      await world.change("deal", deal.id, { stage: "negotiation" });
      await world.drain();
      const tasks = async () =>
        (await findRecords(world.engine, world.workspaceId, "task", { limit: 50 })).records.filter(
          ({ values }) => values["title"] === `Call Deal of ${javaScriptEnabled}`,
        ).length;
      expect((await listMails(world.engine, world.workspaceId, {})).data[0]?.subject).to.equal("Shall we talk?");
      expect(await tasks()).to.equal(0);
      world.clock.forward("4d");
      await world.drain();
      expect(await tasks()).to.equal(1);
      expect(page.complaints).to.deep.equal([]);
      await pause(world.engine, world.workspaceId, made.id);
      await page.context().close();
    });
  }

  it("changes nothing by looking at a step and saving", async () => {
    const made = await world.workflow(branched.steps, {}, "Untouched");
    const page = await signedIn();
    for (const key of ["size", "both", "ask", "fill", "join"]) {
      await page.goto(`/${made.id}/workflow/steps/${key}`);
      await page.getByRole("button", { name: "Save draft" }).click();
      await page.getByText("There was nothing to save").waitFor();
    }
    await page.context().close();
  });

  it("is worked by keyboard: opens a step, adds one, removes it and closes", async () => {
    const made = await world.workflow([{ ...note("a"), next: { success: "b" } }, note("b")], {}, "Keys");
    const page = await signedIn();
    await page.goto(`/${made.id}/workflow`);
    await page.getByRole("button", { name: /^Note a/ }).focus();
    await page.keyboard.press("Enter");
    await page.locator('[name="document.steps[0].config.body"]').fill("typed");
    await page.getByRole("button", { name: "Add a step after Note a, then" }).first().focus();
    await page.keyboard.press("Enter");
    await page.locator("#editor-opening").waitFor();
    expect(await page.evaluate("document.activeElement.id")).to.equal("editor-opening");
    await page.getByRole("button", { name: /^Create task/ }).focus();
    await page.keyboard.press("Enter");
    await page.locator('[name="document.steps[1].config.title"]').waitFor();
    expect(await page.evaluate("document.activeElement.id")).to.equal("f-document-steps-1");
    expect(await page.locator(".step-name").allTextContents()).to.deep.equal(["Note a", "Create task", "Note b"]);
    await page.getByLabel("More for Create task").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).to.equal("Move up");
    await page.getByRole("button", { name: "Remove", exact: true }).locator("visible=true").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Create task/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Note a/ }).click();
    expect(await page.inputValue('[name="document.steps[0].config.body"]')).to.equal("typed");
    expect(page.complaints).to.deep.equal([]);
    await page.context().close();
  });

  for (const [width, colorScheme] of [
    [1440, "light"],
    [390, "light"],
    [1440, "dark"],
    [390, "dark"],
  ] as const) {
    it(`is accessible and fits at ${width} pixels, ${colorScheme}`, async () => {
      const cases = [
        { key: "large", label: "Large deal", when: overTenThousand },
        { key: "small", when: { all: [] } },
      ];
      const made = await world.workflow(
        [
          { key: "size", kind: "switch", config: { cases }, next: { large: "a", small: "each", default: "join" } },
          { ...note("a"), next: { success: "join", error: "b" } },
          { key: "each", kind: "loop", config: { items: "{{ record.name }}" }, next: { next: "in", done: "join" } },
          { ...note("in"), next: { success: "each" } },
          { key: "join", kind: "join", config: {}, next: { success: "nowhere" } },
          note("b"),
        ],
        {},
        "All of it",
      );
      const page = await signedIn({ viewport: { width, height: 844 }, colorScheme });
      const look = async (what: string) => {
        expect(await accessibilityFaults(page), what).to.deep.equal([]);
        expect(await overflowOf(page), what).to.be.at.most(0);
      };
      await page.goto(`/${made.id}/workflow`);
      await look("closed");
      await page.goto(`/${made.id}/workflow/steps/size`);
      await page.evaluate("for (const one of document.querySelectorAll('#editor details:not(.menu)')) one.open = true");
      await look("open");
      await page.getByLabel(/^More for Choose among/).click();
      await page.getByRole("button", { name: "Remove", exact: true }).locator("visible=true").click();
      await page.locator("#editor-losing").waitFor();
      await look("asked");
      await page.goto(`/${made.id}/publish`);
      await look("publish");
      await page.context().close();
    });
  }
});
