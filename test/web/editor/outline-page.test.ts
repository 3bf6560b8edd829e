import { expect } from "chai";
import { publish, saveDraft } from "../../../src/automations/index.js";
import type { Step } from "../../../src/graph/index.js";
import { dialects } from "../../support/databases.js";
import { overTenThousand, whenWon } from "../../support/engine-world.js";
import { type EditorWorld, editorWorld } from "./editor-world.js";

const mail: Step = { key: "mail", kind: "email.send", config: { to: "a@b.test", subject: "S", body: "B" } };
const gate: Step = { key: "gate", kind: "condition", name: "Large?", config: { when: overTenThousand } };
const note = (key: string): Step => ({ key, kind: "note.create", name: `Note ${key}`, config: { body: key } });
const forked: Step[] = [
  { ...mail, next: { success: "gate" } },
  { ...gate, next: { true: "yes", false: "no" } },
  note("yes"),
  note("no"),
];

for (const dialect of dialects) {
  describe(`the outline of a workflow (${dialect})`, () => {
    let world: EditorWorld;
    before(async () => {
      world = await editorWorld(dialect);
    });
    after(() => world.drop());

    /** Presses buttons one after another, each on the form that the last one left, and saves. */
    async function edited(steps: Step[], fields: Record<string, string>, button: string, open = "") {
      const made = await world.workflow(steps);
      const page = await world.ada.send(`/${made.id}/workflow`, {
        ...(await world.fields(made.id, open)),
        ...fields,
        do: button,
      });
      const was = /name="was" value="([^"]*)"/.exec(page.text)?.[1] ?? "";
      return { id: made.id, page, document: JSON.parse(unescaped(was)) as { steps: Step[] } };
    }

    const wires = ({ steps }: { steps: Step[] }) =>
      steps.map(({ key, next }) => [key, ...Object.entries(next ?? {}).map(([port, to]) => `${port}:${to}`)].join(" "));

    it("shows the steps by branch, with the words for their ports", async () => {
      const made = await world.workflow(forked);
      const { status, text } = await world.ada.get(`/${made.id}/workflow`);
      expect(status, text).to.equal(200);
      const shown = [...text.matchAll(/class="(?:step-name|outline-label|outline-leaf)">([^<]*)</g)].map(
        (match) => match[1],
      );
      expect(shown.map((one) => one?.trim())).to.deep.equal([
        "E-mail &quot;S&quot; to a@b.test",
        "Large?",
        "If it holds",
        "Note yes",
        "Ends here",
        "Otherwise",
        "Note no",
        "Ends here",
      ]);
    });

    it("adds a step at a port, open for editing, and keeps the wiring", async () => {
      const asked = await edited(forked, {}, "place:mail.success");
      expect(asked.page.text).to.include('value="put:mail.success:wait_for_event"');
      const { page, document } = await edited(forked, {}, "put:mail.success:wait");
      expect(wires(document)).to.deep.equal([
        "mail success:wait",
        "wait success:gate",
        "gate true:yes false:no",
        "yes",
        "no",
      ]);
      expect(page.text).to.include('name="document.steps[1].config.for"').and.include('name="open" value="wait"');
    });

    it("says what an end in the middle cuts off before it is added", async () => {
      const asked = await edited(forked, {}, "put:mail.success:end");
      expect(asked.page.text)
        .to.include("These 3 steps would never run again:")
        .and.include('value="putend:mail.success:end"');
      expect(asked.document.steps).to.have.length(4);
      const added = await edited(forked, {}, "putend:mail.success:end");
      expect(wires(added.document)[0]).to.equal("mail success:end_2");
      expect(added.page.text).to.include("Steps no path leads to");
      expect((await edited(forked, {}, "put:yes.success:end")).document.steps).to.have.length(5);
    });

    it("names the steps a removal would take along, and asks once", async () => {
      const asked = await edited(forked, {}, "drop:gate");
      expect(asked.page.text)
        .to.include("Removing this also removes a step that only it leads to:")
        .and.include("dropall:gate");
      expect(wires(asked.document)).to.deep.equal(["mail success:gate", "gate true:yes false:no", "yes", "no"]);
      expect(wires((await edited(forked, {}, "dropall:gate")).document)).to.deep.equal(["mail success:yes", "yes"]);
      expect(wires((await edited(forked, {}, "drop:mail")).document)[0]).to.equal("gate true:yes false:no");
    });

    it("moves, duplicates and switches off", async () => {
      expect(wires((await edited(forked, {}, "raise:gate")).document)[0]).to.equal("gate true:mail false:no");
      expect(wires((await edited(forked, { target: "no.success" }, "carry:yes")).document)).to.include(
        "no success:yes",
      );
      expect(wires((await edited(forked, {}, "twin:yes")).document)).to.include("yes success:yes_2");
      expect((await edited(forked, {}, "switch:yes")).document.steps[2]?.disabled).to.equal(true);
      const own = await edited(forked, { target: "no.success" }, "carry:gate");
      expect(own.page.text).to.include("cannot be moved into one of its own branches");
    });

    it("connects a port by its select", async () => {
      const joined = await edited(forked, { "document.steps[2].next.success": "no" }, "refresh", "yes");
      expect(wires(joined.document)).to.include("yes success:no");
      expect(joined.page.text).to.include("Reached from").and.include("Continues at");
      const cut = await edited(forked, { "document.steps[1].next.false": "" }, "refresh", "gate");
      expect(wires(cut.document)[1]).to.equal("gate true:yes");
      expect(cut.page.text).to.include("Steps no path leads to");
    });

    it("edits the cases of a switch with their conditions, and keeps the wires of a renamed one", async () => {
      const cases = [
        { key: "big", label: "Big", when: overTenThousand },
        { key: "small", when: overTenThousand },
      ];
      const steps: Step[] = [
        { key: "size", kind: "switch", config: { cases }, next: { big: "yes", small: "no" } },
        note("yes"),
        note("no"),
      ];
      const root = "document.steps[0].config.cases.rows";
      const renamed = await edited(steps, { [`${root}[0].key`]: "huge" }, `remove:${root}[1]`, "size");
      expect(renamed.document.steps[0]).to.deep.equal({
        key: "size",
        kind: "switch",
        config: { cases: [{ key: "huge", label: "Big", when: overTenThousand }] },
        next: { huge: "yes" },
      });
      const added = await edited(steps, { [`${root}[1].label`]: "Little" }, `row:${root}`, "size");
      expect(added.document.steps[0]?.config).to.deep.equal({
        cases: [cases[0], { key: "small", label: "Little", when: overTenThousand }, { key: "case_3" }],
      });
      expect(added.page.text).to.include(`name="${root}[2].when.join"`).and.include("Case 3");
      const row = await edited(steps, {}, `add:${root}[1].when.items`, "size");
      expect(row.page.text).to.include(`name="${root}[1].when.items[1].fact"`);
    });

    it("shows what is wrong beside the step and its port, and links there", async () => {
      const steps: Step[] = [
        { ...gate, next: { true: "yes", maybe: "yes" } },
        { ...note("yes"), config: {} },
      ];
      const { text } = await world.ada.get(`/${(await world.workflow(steps)).id}/workflow`);
      expect(text).to.include('href="#f-document-steps-0-maybe"').and.include('id="f-document-steps-0-maybe"');
      expect(text).to.include("“Large?” has no way out “Maybe”.").and.include('href="#f-document-steps-1"');
    });

    it("opens a step at its own address", async () => {
      const made = await world.workflow(forked);
      const { text } = await world.ada.get(`/${made.id}/workflow/steps/mail`);
      expect(text)
        .to.include('name="document.steps[0].config.subject"')
        .and.include('name="document.steps[0].onError.policy"');
      expect(text).not.to.include('name="document.steps[2].config.body"');
    });

    it("saves a draft, and shows both sides when somebody was faster", async () => {
      const made = await world.workflow(forked);
      const fields = await world.fields(made.id, "mail");
      fields["document.steps[0].config.subject"] = "Mine";
      const saved = await world.ada.send(`/${made.id}/workflow`, { ...fields, do: "save" });
      expect([saved.status, saved.headers["location"]]).to.deep.equal([
        303,
        `/${made.id}/workflow/steps/mail?notice=draftSaved&n=1`,
      ]);
      const stored = await world.stored(made.id);
      expect(stored.form).to.equal("graph");
      expect(stored.document.steps).to.deep.equal([
        { ...forked[0], config: { ...mail.config, subject: "Mine" } },
        ...forked.slice(1),
      ]);
      const late = await world.ada.send(`/${made.id}/workflow`, {
        ...fields,
        "document.steps[0].config.subject": "Late",
        do: "save",
      });
      expect(late.status).to.equal(412);
      expect(late.text).to.include("while you were editing").and.include("overwrite:");
    });

    it("makes a new draft of what is published", async () => {
      const made = await world.workflow(forked.with(3, { ...note("no"), next: { success: "end" } }));
      await publish(world.engine, world.workspaceId, made.id, null, world.by);
      const fields = await world.fields(made.id, "yes");
      await world.ada.send(`/${made.id}/workflow`, { ...fields, "document.steps[2].config.body": "New", do: "save" });
      const { automation } = await world.stored(made.id);
      expect([automation.publishedVersion, automation.latestVersion]).to.deep.equal([1, 2]);
    });

    it("says before publishing what changes, and where runs stand that are under way", async () => {
      const rest: Step = { key: "rest", kind: "wait", name: "Rest", config: { for: "3d" } };
      const made = await world.workflow([{ ...rest, next: { success: "after" } }, note("after")], {
        triggers: [whenWon],
      });
      await publish(world.engine, world.workspaceId, made.id, null, world.by);
      const deal = await world.deal({ stage: "lead" });
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      await saveDraft(
        world.engine,
        world.workspaceId,
        made.id,
        {
          document: { object: "deal", triggers: [whenWon], steps: [note("after")] },
          form: "graph",
        },
        world.by,
      );
      const { text } = await world.ada.get(`/${made.id}/publish`);
      expect(text).to.include("1 run is under way").and.include("1 run at Rest").and.include("not in the new version");
      expect(text).to.include(`href="/${made.id}/workflow"`);
      const { etag } = await world.stored(made.id);
      const done = await world.ada.send(`/${made.id}/publish`, { ifVersion: etag, note: "" });
      expect(done.headers["location"]).to.include("notice=published");
    });

    it("leads to the right page when a list is promoted and a workflow demoted", async () => {
      const made = await world.draft({ steps: [mail] });
      const promoted = await world.ada.send(`/${made.id}/promotion`, {});
      expect(promoted.headers["location"]).to.equal(`/${made.id}/workflow?notice=promoted`);
      expect((await world.ada.get(`/${made.id}`)).text).to.include(`href="/${made.id}/workflow"`);
      const demoted = await world.ada.send(`/${made.id}/demotion`, {});
      expect(demoted.headers["location"]).to.equal(`/${made.id}/edit?notice=demoted`);
    });
  });
}

const unescaped = (html: string) =>
  html
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&#x3D;", "=")
    .replaceAll("&#x60;", "`")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
