import { expect } from "chai";
import { publish } from "../../../src/automations/index.js";
import { findRecords, getRecord } from "../../../src/crm/index.js";
import { listMails } from "../../../src/effects/index.js";
import { listTests, makeTest } from "../../../src/insight/index.js";
import { dialects } from "../../support/databases.js";
import { overTenThousand, whenWon } from "../../support/engine-world.js";
import { type EditorWorld, editorWorld } from "./editor-world.js";

const mark = { key: "mark", kind: "record.update", name: "Mark it", config: { values: { status: "onboarding" } } };
const mail = {
  key: "mail",
  kind: "email.send",
  config: { to: "ann@demo.test", subject: "Won: {{ record.name }}", body: "For {{ record.amount | money }}" },
};

const asking = [
  {
    key: "ask",
    kind: "approval",
    name: "Ask the boss",
    config: { assignees: { role: "admin" } },
    next: { approved: "mark" },
  },
  mark,
];
const draftIn = (html: string) => unescaped(/name="draft" value="([^"]*)"/.exec(html)?.[1] ?? "");

for (const dialect of dialects) {
  describe(`testing in the editor (${dialect})`, () => {
    let world: EditorWorld;
    before(async () => {
      world = await editorWorld(dialect);
    });
    after(() => world.drop());

    it("tries what is not saved yet, and changes and sends nothing", async () => {
      const deal = await world.deal({ amount: 20_000, stage: "lead" });
      const made = await world.draft({ triggers: [whenWon], conditions: overTenThousand, steps: [mark] });
      const opened = await world.ada.send(`/${made.id}/test`, {
        ...(await world.fields(made.id)),
        "document.steps[0].config.values.rows[0].value": "tried",
      });
      expect(opened.status, opened.text).to.equal(200);
      const draft = draftIn(opened.text);
      const tried = await world.ada.send(`/${made.id}/test`, {
        draft,
        record: deal.id,
        "try.changes.rows[0].field": "stage",
        "try.changes.rows[0].value": "won",
        do: "run",
      });
      expect(tried.text).to.include("It would run").and.include("Mark it").and.include("tried");
      expect(tried.text).to.include("20,000").and.include("10,000");
      expect((await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.values).to.deep.include({
        stage: "lead",
        status: null,
      });
      const back = await world.ada.send(`/${made.id}/edit`, { draft, do: "resume" });
      expect(back.text).to.include('value="tried"').and.include('data-unsaved="true"');
    });

    it("shows why it would not run, condition by condition", async () => {
      const deal = await world.deal({ amount: 8_000, stage: "lead" });
      const made = await world.draft({ triggers: [whenWon], conditions: overTenThousand, steps: [mark] });
      const tried = await world.ada.send(`/${made.id}/test`, {
        ...(await world.fields(made.id)),
        record: deal.id,
        "try.changes.rows[0].field": "stage",
        "try.changes.rows[0].value": "won",
        do: "run",
      });
      expect(tried.text).to.include("It would not run").and.include("8,000").and.include("10,000");
    });

    it("shows the mails a run would have sent", async () => {
      const deal = await world.deal({ name: "Fleet", amount: 20_000 });
      const made = await world.draft({ steps: [mail] });
      const tried = await world.ada.send(`/${made.id}/test`, {
        ...(await world.fields(made.id)),
        record: deal.id,
        do: "run",
      });
      expect(tried.text).to.include("Won: Fleet").and.include("ann@demo.test");
      expect((await listMails(world.engine, world.workspaceId, {})).data).to.deep.equal([]);
      expect((await findRecords(world.engine, world.workspaceId, "task", { limit: 1 })).records).to.deep.equal([]);
    });

    it("takes a workflow as one, its questions answered by select boxes", async () => {
      const deal = await world.deal({ name: "Fleet" });
      const made = await world.draft({ steps: asking });
      const page = await world.ada.get(`/${made.id}/test?record=${deal.id}`);
      expect(page.status, page.text).to.equal(200);
      expect(page.text).to.include('name="try.answers.ask.port"').and.include("How waits and calls end");
      const draft = draftIn(page.text);
      const run = { draft, record: deal.id, do: "run" };
      const open = await world.ada.send(`/${made.id}/test`, run);
      expect(open.text).to.include("Nobody was said to decide").and.include("Not come to: Mark it");
      const said = await world.ada.send(`/${made.id}/test`, { ...run, "try.answers.ask.port": "approved" });
      expect(said.text).to.include("by “Approved”").and.not.include("Nobody was said to decide");
    });

    it("starts from what happened, and from an event", async () => {
      const deal = await world.deal({ stage: "lead", amount: 20_000 });
      await world.change("deal", deal.id, { stage: "won" });
      const made = await world.draft({
        triggers: [whenWon, { key: "paid", kind: "event", name: "invoice.paid" }],
        steps: [{ ...mark, config: { values: { status: "{{ trigger.paid }}" } } }],
      });
      const { text } = await world.ada.get(`/${made.id}/test?record=${deal.id}`);
      const happened = /value="(id:\d+)"[^>]*>It happened: Record updated/.exec(text)?.[1] ?? "";
      const sent = { draft: draftIn(text), record: deal.id, do: "run" };
      expect((await world.ada.send(`/${made.id}/test`, { ...sent, "try.start": happened })).text).to.include(
        "It would run",
      );
      const paid = { ...sent, "try.start": "event:invoice.paid", "try.data": '{"paid":"today"}' };
      expect((await world.ada.send(`/${made.id}/test`, paid)).text).to.include("today");
    });

    it("keeps a result as a test, runs it, opens it again and deletes it", async () => {
      const deal = await world.deal({ name: "Fleet", amount: 20_000 });
      const made = await world.draft({ steps: [mark, mail] });
      const opened = await world.ada.get(`/${made.id}/test?record=${deal.id}`);
      const asked = { draft: draftIn(opened.text), record: deal.id };
      const { text } = await world.ada.send(`/${made.id}/test`, { ...asked, do: "run" });
      const ticked = [...text.matchAll(/name="expect" value="([^"]*)"/g)].map(([, value]) => unescaped(value ?? ""));
      const keep = { ...asked, expect: ticked, testName: "Fleets", contains: "Won: Fleet", do: "save-test" };
      const kept = await world.ada.send(`/${made.id}/test`, keep);
      expect(kept.text).to.include("“Fleets” is saved as a test.").and.include("with “Won: Fleet”");
      const again = await world.ada.send(`/${made.id}/test`, keep);
      expect([again.status, again.text.includes("There is a test &quot;Fleets&quot; already")]).to.deep.equal([
        422,
        true,
      ]);
      expect((await world.ada.send(`/${made.id}/test`, { ...asked, do: "run-tests" })).text).to.include(
        "Every test passes.",
      );
      const [test] = await listTests(world.engine, world.workspaceId, made.id);
      expect((await world.ada.get(`/${made.id}/test?test=${test?.id}`)).text).to.match(
        /<option value="\w+" selected>Fleet ·/,
      );
      const gone = await world.ada.send(`/${made.id}/test`, { ...asked, do: `delete-test:${test?.id}` });
      expect(gone.text).to.include("The test is deleted.").and.include("There is none yet.");
    });

    it("says what is missing, and keeps what was asked", async () => {
      const made = await world.draft({ steps: [mark] });
      const tried = await world.ada.send(`/${made.id}/test`, {
        ...(await world.fields(made.id)),
        q: "Fleet",
        do: "run",
      });
      expect(tried.status).to.equal(422);
      expect(tried.text).to.include("Choose a deal to simulate on.").and.include('value="Fleet"');
      const wrong = await world.ada.send(`/${made.id}/test`, {
        ...(await world.fields(made.id)),
        record: (await world.deal()).id,
        "try.changes.rows[0].field": "stage",
        "try.changes.rows[0].value": "gone",
        do: "run",
      });
      expect(wrong.status).to.equal(422);
      expect(wrong.text).to.include('value="gone"');
    });
  });

  describe(`the publish page (${dialect})`, () => {
    let world: EditorWorld;
    before(async () => {
      world = await editorWorld(dialect);
    });
    after(() => world.drop());

    it("says in words what changes, and how many records match now", async () => {
      for (const amount of [5_000, 20_000, 30_000]) await world.deal({ amount });
      const made = await world.draft({ triggers: [whenWon], conditions: overTenThousand, steps: [mark] });
      await publish(world.engine, world.workspaceId, made.id, null, world.by);
      await world.ada.send(`/${made.id}/edit`, {
        ...(await world.fields(made.id)),
        "document.steps[0].config.values.rows[0].value": "live",
        do: "publish",
      });
      const { text } = await world.ada.get(`/${made.id}/publish`);
      expect(text)
        .to.include("What changes since version 1")
        .and.include("The step “Mark it”: Fields › Status changes from “onboarding” to “live”.");
      expect(text)
        .to.include("2 records meet the conditions now.")
        .and.include("No run is under way.")
        .and.include("Publish version 2");
    });

    it("publishes with a note", async () => {
      const made = await world.draft({ triggers: [whenWon], steps: [mark] });
      const { etag } = await world.stored(made.id);
      const sent = await world.ada.send(`/${made.id}/publish`, { ifVersion: etag, note: "The first one" });
      expect([sent.status, sent.headers["location"]]).to.deep.equal([303, `/${made.id}?notice=published&n=1`]);
      const { automation, state, note } = await world.stored(made.id);
      expect([automation.status, state, note]).to.deep.equal(["active", "published", "The first one"]);
      expect((await world.ada.get(`/${made.id}/publish`)).text).to.include("Nothing to publish");
    });

    it("does not publish what a test forbids, unless it is told to", async () => {
      const deal = await world.deal({ stage: "lead" });
      const made = await world.draft({ triggers: [whenWon], steps: [mark] });
      const request = { recordId: deal.id };
      await makeTest(world.engine, world.workspaceId, made.id, { name: "Is marked", request }, world.by);
      await world.ada.send(`/${made.id}/edit`, {
        ...(await world.fields(made.id)),
        "document.steps[0].config.values.rows[0].value": "other",
        do: "save",
      });
      const { etag } = await world.stored(made.id);
      const refused = await world.ada.send(`/${made.id}/publish`, { ifVersion: etag });
      expect(refused.status).to.equal(422);
      expect(refused.text).to.include("The test &quot;Is marked&quot; fails").and.include('name="ignoreTests"');
      const passed = await world.ada.send(`/${made.id}/publish`, { ifVersion: etag, ignoreTests: "true" });
      expect(passed.status).to.equal(303);
    });

    it("does not publish what was not read", async () => {
      const made = await world.draft({ triggers: [whenWon], steps: [mark] });
      const { etag } = await world.stored(made.id);
      await world.ada.send(`/${made.id}/edit`, {
        ...(await world.fields(made.id)),
        name: "Newer",
        "document.steps[0].name": "Other",
        do: "save",
      });
      const late = await world.ada.send(`/${made.id}/publish`, { ifVersion: etag, note: "kept" });
      expect(late.status).to.equal(409);
      expect(late.text).to.include("The draft was changed after you opened this page.").and.include(">kept</textarea>");
      expect((await world.stored(made.id)).state).to.equal("draft");
    });

    it("shows the errors, each with a way to its field, and no button", async () => {
      const made = await world.draft({ steps: [{ ...mail, config: { to: "a@b.test" } }] });
      const { text } = await world.ada.get(`/${made.id}/publish`);
      expect(text).to.include(`href="/${made.id}/edit#f-document-steps-0-config-subject"`);
      expect(text).not.to.match(/<button[^>]*>\s*Publish version/);
      const { etag } = await world.stored(made.id);
      expect((await world.ada.send(`/${made.id}/publish`, { ifVersion: etag })).status).to.equal(422);
    });

    it("says so when conditions cannot be counted", async () => {
      const made = await world.draft({
        conditions: { all: [{ fact: "old", path: "stage", operator: "equal", value: "lead" }] },
        triggers: [whenWon],
        steps: [mark],
      });
      expect((await world.ada.get(`/${made.id}/publish`)).text).to.include("cannot be counted");
    });
  });
}

function unescaped(html: string): string {
  return html
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&#x3D;/g, "=")
    .replace(/&#x60;/g, "`")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
