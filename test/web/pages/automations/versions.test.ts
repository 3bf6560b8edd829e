import { expect } from "chai";
import { publish, saveDraft } from "../../../../src/automations/index.js";
import { whenWon } from "../../../support/engine-world.js";
import { editorWorld } from "../../editor/editor-world.js";

const task = (title: string) => ({ key: "call", kind: "task.create", name: "Call them", config: { title } });
const document = (title: string) => ({ object: "deal", triggers: [whenWon], steps: [task(title)] });

describe("the pages of versions and forms", () => {
  let world: Awaited<ReturnType<typeof editorWorld>>;
  before(async () => {
    world = await editorWorld("sqlite");
  });
  after(() => world.drop());

  /** Two versions, the second published over a run of the first. */
  const twoVersions = async () => {
    const made = await world.automation(document("Call"));
    const deal = await world.deal();
    await world.change("deal", deal.id, { stage: "won" });
    await world.drain();
    await saveDraft(world.engine, world.workspaceId, made.id, { document: document("Write <now>") }, world.by);
    await publish(world.engine, world.workspaceId, made.id, "Writing works better", world.by);
    return made.id;
  };

  it("say who made each version, when, why, and how it did", async () => {
    const id = await twoVersions();
    const { status, text } = await world.ada.get(`/${id}/versions`);
    expect(status).to.equal(200);
    expect(text)
      .to.include("Writing works better")
      .and.include("Ada Admin")
      .and.include("1 run")
      .and.include("never ran");
    expect(text).to.include(`/${id}/versions/1/diff/2`).and.include(`action="/${id}/versions/1/restoration"`);
    expect(text).not.to.include(`/versions/2/restoration`);
    const chosen = await world.ada.get(`/${id}/versions?a=1&b=2`).redirects(0);
    expect([chosen.status, chosen.headers["location"]]).to.deep.equal([303, `/${id}/versions/1/diff/2`]);
  });

  it("compare two versions in words and setting by setting", async () => {
    const id = await twoVersions();
    const { status, text } = await world.ada.get(`/${id}/versions/1/diff/2`);
    expect(status).to.equal(200);
    expect(text).to.include("Title changes from “Call” to “Write &lt;now&gt;”");
    expect(text).to.include("<code>steps.call.config.title</code>");
    expect((await world.ada.get(`/${id}/versions/2/diff/2`)).text).to.include("They mean the same.");
    expect((await world.ada.get(`/${id}/versions/1/diff/7`)).status).to.equal(404);
    expect((await world.ada.get(`/${id}/versions/one/diff/2`)).status).to.equal(404);
  });

  it("restore an old version as a draft, which viewers cannot", async () => {
    const id = await twoVersions();
    const viewer = await world.somebody("viewer");
    expect((await viewer.get(`/${id}/versions`)).text).not.to.include("/restoration");
    const restored = await world.ada.send(`/${id}/versions/1/restoration`, {}, `/${id}/versions`);
    expect(restored.status).to.equal(303);
    const { automation, document: draft, state } = await world.stored(id);
    expect([automation.publishedVersion, automation.latestVersion, state]).to.deep.equal([2, 3, "draft"]);
    expect(draft.steps).to.deep.equal([task("Call")]);
  });

  it("promote a list to a workflow and back, and show where its ports lead", async () => {
    const steps = [
      { ...task("Call"), onError: { policy: "continue" as const } },
      { ...task("Write"), key: "write", name: "Write to them" },
    ];
    const { id } = await world.draft({ steps });
    expect((await world.ada.get(`/${id}`)).text).to.include(`action="/${id}/promotion"`);
    await world.ada.send(`/${id}/promotion`, {}, `/${id}`);
    expect((await world.stored(id)).form).to.equal("graph");
    const { text } = await world.ada.get(`/${id}`);
    expect(text)
      .to.include(`action="/${id}/demotion"`)
      .and.match(/outline-read[\s\S]*Write to them/);
    await world.ada.send(`/${id}/demotion`, {}, `/${id}`);
    expect((await world.stored(id)).document.steps).to.deep.equal(steps);
  });

  it("say why a workflow cannot become a list", async () => {
    const steps = [
      { ...task("Call"), next: { success: "end", error: "tell" } },
      { ...task("Tell"), key: "tell" },
    ];
    const { id } = await world.draft();
    await world.ada.send(`/${id}/promotion`, {}, `/${id}`);
    await saveDraft(world.engine, world.workspaceId, id, { document: { ...document("x"), steps } }, world.by);
    const refused = await world.ada.send(`/${id}/demotion`, {}, `/${id}`);
    expect(refused.status).to.equal(409);
    expect(refused.text).to.include("in a list the error policy decides");
  });
});
