import { expect } from "chai";
import type { Page } from "playwright-core";
import { createRecord } from "../../src/crm/index.js";
import type { SentForm } from "../../src/web/editor/form/sent-fields.js";
import { accessibilityFaults, browserFor, overflowOf } from "../support/browser.js";
import { overTenThousand, whenWon } from "../support/engine-world.js";
import { everything } from "../web/editor/editor-known.js";
import { type EditorWorld, editorWorld } from "../web/editor/editor-world.js";
import { password } from "../web/web-world.js";

const note = { key: "note", kind: "note.create", config: { body: "Won" } };

describe("the list editor in a browser", function () {
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

  it("sends what it was drawn from when nothing was touched", async () => {
    const made = await world.draft(everything, "Everything");
    const page = await signedIn();
    await page.goto(`/${made.id}/edit`);
    const entries = (await page.evaluate('[...new FormData(document.querySelector("#editor"))]')) as [string, string][];
    const sent: SentForm = {};
    for (const [name, value] of entries) {
      const plain = value.replace(/\r\n/g, "\n");
      sent[name] = name in sent ? [sent[name] ?? [], plain].flat() : plain;
    }
    const { _csrf, ...fields } = sent;
    expect(_csrf).to.be.a("string");
    expect(fields).to.deep.equal(await world.fields(made.id));
  });

  it("builds and publishes an automation without JavaScript", async () => {
    const made = await world.draft({}, "By hand");
    const page = await signedIn({ javaScriptEnabled: false });
    await page.goto(`/${made.id}/edit`);
    await page.getByText("Add a trigger").click();
    await press(page, /^Stage changed/);
    await page.getByLabel("Won").last().check();
    await press(page, "Add condition");
    await page.locator("#f-document-conditions-items-0").selectOption({ label: "Amount" });
    await press(page, "Update the form");
    await page.locator("#f-document-conditions-items-0-operator").selectOption({ label: "is over" });
    await page.locator('[name="document.conditions.items[0].value"]').fill("10000");
    await press(page, /^Create task/);
    await page.locator('[name="document.steps[0].config.title"]').fill("Call {{ record.name }}");
    await page.getByText("Add a step", { exact: true }).click();
    await press(page, /^Create note/);
    await page.locator('[name="document.steps[1].config.body"]').fill("Two\nlines");
    await press(page, "Move step 2 up");
    await press(page, "Publish…");
    expect(await page.textContent("h1")).to.equal("Publish version 1");
    await page.getByLabel("What is new").fill("Begin");
    await press(page, "Publish version 1");
    const { automation, document, note: said } = await world.stored(made.id);
    expect([automation.status, said]).to.deep.equal(["active", "Begin"]);
    expect(document).to.deep.equal({
      object: "deal",
      triggers: [{ key: "stage_changed", kind: "stage.changed", to: "won" }],
      conditions: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }] },
      steps: [
        { key: "note_create", kind: "note.create", config: { body: "Two\nlines" } },
        { key: "task_create", kind: "task.create", config: { title: "Call {{ record.name }}" } },
      ],
    });
    await page.context().close();
  });

  it("replaces the form in place: what is typed, open and focused stays", async () => {
    const made = await world.draft({ triggers: [whenWon], steps: [note, { ...note, key: "second" }] }, "In place");
    const page = await signedIn();
    await page.goto(`/${made.id}/edit`);
    await page.locator("#f-document-steps-1").click();
    await page.locator('[name="document.steps[1].config.body"]').fill("typed, not saved");
    expect(await page.isVisible(".editor-unsaved")).to.equal(true);
    await page.getByRole("button", { name: "Move step 2 up" }).click();
    await page.locator("#f-document-steps-0[autofocus]").waitFor({ state: "attached" });
    expect(await page.inputValue('[name="document.steps[0].config.body"]')).to.equal("typed, not saved");
    expect(await page.evaluate("document.activeElement.id")).to.equal("f-document-steps-0");
    expect(await page.locator("#f-document-steps-0-card").getAttribute("open")).not.to.equal(null);
    expect(page.url()).to.match(/\/edit$/);
    expect((await world.stored(made.id)).document.steps.map(({ key }) => key)).to.deep.equal(["note", "second"]);
    expect(page.complaints).to.deep.equal([]);
  });

  it("asks for the values of a field once it is chosen", async () => {
    const made = await world.draft({ steps: [note] }, "Chosen");
    const page = await signedIn();
    await page.goto(`/${made.id}/edit`);
    await page.getByRole("button", { name: "Add condition" }).click();
    await page.locator("#f-document-conditions-items-0").selectOption({ label: "Stage" });
    await page.locator('select[name="document.conditions.items[0].value"]').selectOption({ label: "Won" });
    await page.getByRole("button", { name: "Save draft" }).last().click();
    await page.waitForURL(/notice|edit$/);
    await page.getByText("Saved as draft 1.").waitFor();
    expect((await world.stored(made.id)).document.conditions).to.deep.equal({
      all: [{ fact: "record", path: "stage", operator: "equal", value: "won" }],
    });
    expect(page.complaints).to.deep.equal([]);
  });

  it("does what was pressed while an answer was under way", async () => {
    const made = await world.draft({ steps: [note] }, "Quick");
    const page = await signedIn();
    await page.goto(`/${made.id}/edit`);
    await page.evaluate(
      "for (let n = 0; n < 3; n++) document.querySelector('[value=\"add:document.conditions.items\"]').click()",
    );
    await page.locator('[name="document.conditions.items[2].fact"]').waitFor();
    expect(await page.locator('[name^="document.conditions.items["][name$=".fact"]').count()).to.equal(3);
  });

  it("keeps what was typed when the session has ended", async () => {
    const made = await world.draft({ steps: [note] }, "Ended");
    const page = await signedIn();
    await page.goto(`/${made.id}/edit`);
    await page.fill("#f-description", "precious");
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Add condition" }).click();
    await page.locator(".editor-failed").waitFor({ state: "visible" });
    expect(await page.inputValue("#f-description")).to.equal("precious");
  });

  it("writes a variable where the cursor last was", async () => {
    await world.deal({ name: "Northwind" });
    const made = await world.draft(
      { triggers: [whenWon], steps: [{ key: "task", kind: "task.create", config: { title: "Call " } }] },
      "Variables",
    );
    const page = await signedIn();
    await page.goto(`/${made.id}/edit`);
    await page.locator("#f-document-steps-0").click();
    await page.locator('[name="document.steps[0].config.title"]').click();
    await page.keyboard.press("End");
    await page.getByRole("button", { name: "Insert a variable" }).click();
    await page.locator(".variable-tree summary", { hasText: "Deal" }).first().click();
    await page.locator('button[data-variable="{{ record.name }}"]').click();
    expect(await page.inputValue('[name="document.steps[0].config.title"]')).to.equal("Call {{ record.name }}");
  });

  for (const [width, colorScheme] of [
    [1440, "light"],
    [390, "light"],
    [1440, "dark"],
    [390, "dark"],
  ] as const) {
    it(`is accessible and fits at ${width} pixels, ${colorScheme}`, async () => {
      const company = await createRecord(
        world.engine,
        world.workspaceId,
        "company",
        { name: "Northwind" },
        { actor: world.by },
      );
      const deal = await world.deal({ amount: 20_000, company: company.id });
      const made = await world.draft({ ...everything, conditions: overTenThousand }, "All of it");
      const page = await signedIn({ viewport: { width, height: 844 }, colorScheme });
      const look = async (what: string) => {
        expect(await accessibilityFaults(page), what).to.deep.equal([]);
        expect(await overflowOf(page), what).to.be.at.most(0);
      };
      await page.goto(`/${made.id}/edit`);
      await look("closed");
      await page.evaluate("for (const one of document.querySelectorAll('#editor details')) one.open = true");
      await look("open");
      await page.goto(`/${made.id}/publish`);
      await look("publish");
      const small = await world.draft(
        {
          triggers: [whenWon],
          conditions: overTenThousand,
          steps: [
            { key: "mark", kind: "record.update", config: { values: { status: "won" } } },
            { key: "mail", kind: "email.send", config: { to: "a@b.test", subject: "S", body: "B" } },
          ],
        },
        "Small",
      );
      await page.goto(`/${small.id}/test?record=${deal.id}`);
      await page.getByRole("button", { name: "Try it" }).click();
      await page.locator("#result").waitFor();
      await look("tested");
      await page.context().close();
    });
  }
});
