import { expect } from "chai";
import { whenWon } from "../../support/engine-world.js";
import { editorWorld } from "../editor/editor-world.js";

const marking = {
  object: "deal",
  triggers: [whenWon],
  steps: [{ key: "mark", kind: "record.update", name: "Mark it", config: { values: { status: "onboarding" } } }],
};

describe("the pages of records and runs, without JavaScript", () => {
  let world: Awaited<ReturnType<typeof editorWorld>>;
  before(async () => {
    world = await editorWorld("sqlite");
  });
  after(() => world.drop());

  const page = async (path: string) => (await world.ada.get(path)).text;
  const wonDeal = async (name = "Acme") => {
    const automation = await world.automation(marking);
    const deal = await world.deal({ name });
    await world.change("deal", deal.id, { stage: "won" });
    await world.drain();
    return { automation, deal };
  };

  it("name the automation in the record's timeline and enrollment card", async () => {
    const { deal } = await wonDeal();
    const text = await page(`/records/deal/${deal.id}`);
    expect(text).to.match(/timeline-mark-run[\s\S]*Automation <a class="strong" href="\/runs\/[\w]+"/);
    expect(text).to.include("onboarding").and.include("Automations on this record");
  });

  it("show names as text, never as markup", async () => {
    const { deal } = await wonDeal("<img src=x onerror=alert(1)>");
    for (const path of ["/records/deal", `/records/deal/${deal.id}`, "/runs", "/"]) {
      expect(await page(path), path).not.to.include("<img");
    }
  });

  it("start an automation on ticked records after saying on how many", async () => {
    const { automation } = await wonDeal();
    const ids = [(await world.deal({ name: "One" })).id, (await world.deal({ name: "Two" })).id];
    const asked = await world.ada.send("/records/deal/bulk", { automation: automation.id, id: ids });
    expect(asked.text).to.include("Runs on 2 Deals").and.include("Run on 2 records");
    const started = await world.ada.send(`/${automation.id}/start`, { id: ids });
    expect(started.headers["location"]).to.match(/^\/runs\?batch=\w+&notice=batchStarted&n=2$/);
  });

  it("say what is wrong beside the field, and keep what was typed", async () => {
    const deal = await world.deal();
    const answer = await world.ada.send(`/records/deal/${deal.id}`, { "values.amount": "a lot", version: "1" });
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('value="a lot"').and.include('aria-invalid="true"');
  });

  it("export the log with formulas disarmed, and refuse an unknown notice", async () => {
    await wonDeal("=HYPERLINK(1)");
    const csv = await page("/runs.csv");
    expect(csv.split("\n")[0]).to.match(/^id,automation,version/);
    expect(csv).not.to.match(/(^|,)"?[=+@]/m);
    expect(await page("/runs?notice=%3Cb%3Ehello")).not.to.include("hello</");
  });

  it("lead only to our own pages after login and a change of theme", async () => {
    for (const back of ["//evil.test", "https://evil.test", "/\\evil.test"]) {
      const answer = await world.ada.send("/theme", { theme: "dark", back });
      expect(answer.headers["location"], back).to.equal("/");
    }
  });
});
