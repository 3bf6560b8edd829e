import { expect } from "chai";
import { pause, publish, saveDraft } from "../../../src/automations/index.js";
import { dialects } from "../../support/databases.js";
import { whenWon } from "../../support/engine-world.js";
import { type EditorWorld, editorWorld } from "./editor-world.js";

const note = { key: "note", kind: "note.create", config: { body: "Won" } };

for (const dialect of dialects) {
  describe(`the list editor (${dialect})`, () => {
    let world: EditorWorld;
    before(async () => {
      world = await editorWorld(dialect);
    });
    after(() => world.drop());

    const publishedDraft = async (name: string) => {
      const made = await world.draft({ triggers: [whenWon], steps: [note] }, name);
      return publish(world.engine, world.workspaceId, made.id, null, world.by);
    };

    it("opens on the latest version, and says what runs", async () => {
      const made = await publishedDraft("Shown");
      await saveDraft(
        world.engine,
        world.workspaceId,
        made.id,
        { name: "Shown", document: { object: "deal", triggers: [whenWon], steps: [note, { ...note, key: "again" }] } },
        world.by,
      );
      const { text } = await world.ada.get(`/${made.id}/edit`);
      expect(text).to.include("Version 1 is running. Draft 2 is newer and not published.");
      expect(/editor-sentence">([^<]*)/.exec(text)?.[1]).to.match(
        /^When a deal&#x27;s stage changes to won: .+, then .+\.$/i,
      );
      expect(text).to.match(/name="document\.steps\[1\]\.config\.body"/);
    });

    it("is for editors", async () => {
      const made = await world.draft();
      const viewer = await world.somebody("viewer");
      expect((await viewer.get(`/${made.id}/edit`)).status).to.equal(403);
      expect((await viewer.send(`/${made.id}/edit`, { do: "save" })).status).to.equal(403);
      expect((await world.ada.get("/01ARZ3NDEKTSV4RRFFQ69G5FAV/edit")).status).to.equal(404);
    });

    it("adds, moves and removes rows without storing any of it, and never says it did", async () => {
      const made = await world.draft({ steps: [note] });
      const added = await world.ada.send(`/${made.id}/edit`, {
        ...(await world.fields(made.id)),
        do: "step:1:email.send",
      });
      expect(added.status).to.equal(200);
      expect(added.text).to.include('name="document.steps[1].config.subject"').and.include('data-unsaved="true"');
      const moved = await world.ada.send(`/${made.id}/edit`, {
        ...(await world.fields(made.id)),
        do: "group:document.conditions.items",
      });
      expect(moved.text).to.include('name="document.conditions.items[0].items[0].fact"');
      expect((await world.stored(made.id)).document.steps).to.deep.equal([note]);
    });

    it("saves a draft, and only then says so", async () => {
      const made = await world.draft({ steps: [note] });
      const fields = { ...(await world.fields(made.id)), name: "Renamed", "document.steps[0].config.body": "Hooray" };
      const saved = await world.ada.send(`/${made.id}/edit`, { ...fields, do: "save" });
      expect([saved.status, saved.headers["location"]]).to.deep.equal([303, `/${made.id}/edit?notice=draftSaved&n=1`]);
      expect((await world.ada.get(saved.headers["location"] ?? "")).text)
        .to.include("Saved as draft 1.")
        .and.include('data-unsaved="false"');
      const { automation, document } = await world.stored(made.id);
      expect([automation.name, document.steps[0]?.config]).to.deep.equal(["Renamed", { body: "Hooray" }]);
    });

    it("makes no draft of a version nobody changed", async () => {
      const made = await publishedDraft("Untouched");
      const saved = await world.ada.send(`/${made.id}/edit`, { ...(await world.fields(made.id)), do: "save" });
      expect(saved.headers["location"]).to.include("notice=draftUnchanged");
      expect((await world.stored(made.id)).version).to.equal(1);
    });

    it("leaves rows that were never filled in out of what it saves", async () => {
      const made = await world.draft({ steps: [note] });
      const fields = {
        ...(await world.fields(made.id)),
        "document.conditions.items[0].fact": "",
        "document.conditions.items[1].fact": "record:amount",
        "document.conditions.items[1].operator": "greaterThan",
        "document.conditions.items[1].value": "5",
      };
      await world.ada.send(`/${made.id}/edit`, { ...fields, do: "save" });
      expect((await world.stored(made.id)).document.conditions).to.deep.equal({
        all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 5 }],
      });
    });

    it("keeps what was typed when it cannot be saved, and names the field", async () => {
      const made = await world.draft({ steps: [note] });
      const fields = {
        ...(await world.fields(made.id)),
        name: " ",
        "document.limits.perMinute": "many",
        "document.steps[0].config.body": "typed",
      };
      const refused = await world.ada.send(`/${made.id}/edit`, { ...fields, do: "save" });
      expect(refused.status).to.equal(422);
      expect(refused.text)
        .to.include('value="many"')
        .and.include(">typed</textarea>")
        .and.include("“many” is not a number.");
      expect(refused.text).to.include('href="#f-document-limits-perMinute"').and.include("Not saved");
      expect((await world.stored(made.id)).document.steps).to.deep.equal([note]);
    });

    it("shows each problem beside its field and in a summary that leads there", async () => {
      const made = await world.draft({
        triggers: [{ ...whenWon, fields: ["stag"] }],
        conditions: { all: [{ any: [{ fact: "record", path: "amoun", operator: "equal", value: 5 }] }] },
        steps: [{ key: "mail", kind: "email.send", config: { to: "{{ record.emal }}", subject: "S" } }],
      });
      const { text } = await world.ada.get(`/${made.id}/edit`);
      expect(text)
        .to.include('href="#f-document-conditions-items-0-items-0"')
        .and.include("There is no field &quot;amoun&quot;");
      expect(text)
        .to.include('href="#f-document-steps-0-config-body"')
        .and.include('href="#f-document-steps-0-config-to"')
        .and.include('href="#f-document-triggers-0-fields"');
      expect(text).to.match(
        /id="f-document-steps-0-config-to"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*f-document-steps-0-config-to-problems/,
      );
    });

    it("does not blame a row that was just added", async () => {
      const made = await world.draft({ triggers: [whenWon], steps: [note] });
      const added = await world.ada.send(`/${made.id}/edit`, {
        ...(await world.fields(made.id)),
        do: "step:1:email.send",
      });
      expect(added.text).to.include("Nothing keeps this from being published.");
    });

    it("shows both sides when somebody else saved meanwhile, and saves over theirs when told to", async () => {
      const made = await world.draft({ steps: [note] });
      const fields = { ...(await world.fields(made.id)), "document.steps[0].config.body": "mine" };
      await saveDraft(
        world.engine,
        world.workspaceId,
        made.id,
        {
          name: "Theirs",
          document: { object: "deal", triggers: [], steps: [{ ...note, config: { body: "theirs" } }] },
        },
        world.by,
      );
      const met = await world.ada.send(`/${made.id}/edit`, { ...fields, do: "save" });
      expect(met.status).to.equal(412);
      expect(met.text)
        .to.include("Ada Admin saved this automation while you were editing")
        .and.include("changes from “theirs” to “mine”")
        .and.include("The name becomes “Won deals” instead of “Theirs”.")
        .and.include(">mine</textarea>");
      const etag = /value="overwrite:([^"]+)"/.exec(met.text)?.[1] ?? "";
      const saved = await world.ada.send(`/${made.id}/edit`, { ...fields, do: `overwrite:${etag}` });
      expect(saved.status).to.equal(303);
      expect((await world.stored(made.id)).document.steps[0]?.config).to.deep.equal({ body: "mine" });
    });

    it("saves and goes on to the publish page, or stays beside the errors", async () => {
      const good = await world.draft({ triggers: [whenWon], steps: [note] });
      const sent = await world.ada.send(`/${good.id}/edit`, {
        ...(await world.fields(good.id)),
        "document.steps[0].config.body": "B",
        do: "publish",
      });
      expect([sent.status, sent.headers["location"]]).to.deep.equal([303, `/${good.id}/publish`]);
      const bad = await world.draft({ steps: [{ key: "mail", kind: "email.send", config: {} }] });
      const stays = await world.ada.send(`/${bad.id}/edit`, {
        ...(await world.fields(bad.id)),
        "document.steps[0].config.subject": "Half done",
        do: "publish",
      });
      expect(stays.status).to.equal(422);
      expect(stays.text)
        .to.include("Saved as draft 1, and not published yet")
        .and.include('value="Half done"')
        .and.include('data-unsaved="false"');
    });

    it("switches on and off without losing what is not saved", async () => {
      const made = await publishedDraft("Switched");
      const fields = { ...(await world.fields(made.id)), "document.steps[0].config.body": "unsaved" };
      const off = await world.ada.send(`/${made.id}/edit`, { ...fields, do: "pause" });
      expect(off.text)
        .to.include("Version 1 is published and paused.")
        .and.include(">unsaved</textarea>")
        .and.include('data-unsaved="true"');
      expect((await world.stored(made.id)).automation.status).to.equal("paused");
      const on = await world.ada.send(`/${made.id}/edit`, { ...fields, do: "activate" });
      expect(on.text).to.include("Version 1 is running.");
      await pause(world.engine, world.workspaceId, made.id);
    });

    it("shows the next five starts of a schedule in the person's zone", async () => {
      const made = await world.draft({
        triggers: [{ key: "weekly", kind: "schedule", cron: "30 2 * * 0", timezone: "Europe/Berlin" }],
        steps: [note],
      });
      const { text } = await world.ada.get(`/${made.id}/edit`);
      expect(text.match(/<li><time /g)).to.have.length(5);
      expect(text).to.include("8 Mar 2026, 02:30").and.include("does not exist in Europe/Berlin");
      const broken = await world.draft({
        triggers: [{ key: "weekly", kind: "schedule", cron: "nonsense" }],
        steps: [note],
      });
      expect((await world.ada.get(`/${broken.id}/edit`)).text).not.to.include("<li><time ");
    });

    it("offers what is in scope at a step, with samples of the newest record", async () => {
      await world.deal({ name: "Northwind", amount: 1234 });
      const made = await world.draft({
        triggers: [whenWon],
        inputs: { type: "object", properties: { why: { type: "string" } } },
        variables: { days: 3 },
        steps: [{ key: "find", kind: "record.find", config: { object: "contact" } }, note, { ...note, key: "later" }],
      });
      const { text } = await world.ada.send(`/${made.id}/edit`, { ...(await world.fields(made.id)), do: "pick:1" });
      const offered = [...text.matchAll(/data-variable="\{\{ ([^"]+) \}\}"/g)].map((match) => match[1]);
      expect(offered).to.include.members([
        "record.amount",
        "record.company.name",
        "record.owner.email",
        "old.stage",
        "trigger.kind",
        "inputs.why",
        "vars.days",
        "steps.find.output.total",
        "now",
        "workspace.name",
      ]);
      expect(offered.filter((name) => name?.startsWith("steps.note") || name?.startsWith("steps.later"))).to.deep.equal(
        [],
      );
      expect(text).to.include("1,234");
    });

    it("leaves workflows to their own editor", async () => {
      const answer = await world.as("editor").post("/automations", {
        name: "Branches",
        form: "graph",
        document: { object: "deal", triggers: [], steps: [] },
      });
      const page = await world.ada.get(`/${answer.body.id}/edit`);
      expect([page.status, page.headers["location"]]).to.deep.equal([303, `/${answer.body.id}/workflow`]);
      const list = await world.draft();
      expect((await world.ada.get(`/${list.id}/workflow`)).headers["location"]).to.equal(`/${list.id}/edit`);
    });

    it("refuses a form from elsewhere", async () => {
      const made = await world.draft({ steps: [note] });
      const forged = await world.ada.send(`/${made.id}/edit`, {
        ...(await world.fields(made.id)),
        _csrf: "forged",
        do: "save",
      });
      expect(forged.status).to.equal(403);
    });
  });
}
