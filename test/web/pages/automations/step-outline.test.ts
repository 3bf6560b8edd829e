import { expect } from "chai";
import { startManually } from "../../../../src/enrollments/index.js";
import type { Step } from "../../../../src/graph/index.js";
import { overTenThousand } from "../../../support/engine-world.js";
import { type EditorWorld, editorWorld } from "../../editor/editor-world.js";

describe("the page of a workflow", () => {
  let world: EditorWorld;
  let id: string;
  before(async () => {
    world = await editorWorld("sqlite");
    const child = await world.automation(
      { steps: [{ key: "note", kind: "note.create", config: { body: "x" }, next: {} }] },
      "Prepare the kick-off",
      "graph",
    );
    const steps: Step[] = [
      {
        key: "gate",
        kind: "condition",
        name: "Large?",
        config: { when: overTenThousand },
        next: { true: "child", false: "end" },
      },
      { key: "child", kind: "run_automation", config: { automation: child.id } },
    ];
    ({ id } = await world.automation({ steps }, "Negotiation", "graph"));
  });
  after(() => world.drop());

  it("shows its steps as branches, to viewers too, and other automations by name", async () => {
    const viewer = await world.somebody("viewer");
    const { text } = await viewer.get(`/${id}`);
    expect(text).to.match(/Large\?[\s\S]*If it holds[\s\S]*Run Prepare the kick-off[\s\S]*Otherwise[\s\S]*The end/);
    expect(text).not.to.include("/workflow/steps/");
    expect((await world.ada.get(`/${id}`)).text).to.include(`/${id}/workflow/steps/child`);
  });

  it("names other automations in the outline, the list and the run as well", async () => {
    expect((await world.ada.get(`/${id}/workflow`)).text).to.include("Run Prepare the kick-off");
    expect((await world.ada.get("/list")).text).to.include("run Prepare the kick-off");
  });

  it("is one click away from each step of a run, for those who may edit", async () => {
    const deal = await world.deal({ amount: 20_000 });
    const run = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
    await world.drain();
    const { text } = await world.ada.get(`/runs/${run.id}`);
    expect(text).to.include("Run Prepare the kick-off").and.include(`href="/${id}/workflow/steps/gate"`);
    const operator = await world.somebody("operator");
    expect((await operator.get(`/runs/${run.id}`)).text).not.to.include("/workflow/steps/");
  });

  it("offers a drafted mail to the mail program of whoever sends it", async () => {
    const mail: Step = {
      key: "draft",
      kind: "email.draft",
      config: { to: "ann@demo.test", subject: "Shall we talk?", body: "Hello & welcome" },
    };
    const made = await world.automation({ steps: [mail] }, "Draft a mail");
    const deal = await world.deal({});
    await startManually(world.engine, world.workspaceId, made.id, { recordId: deal.id }, world.by);
    await world.drain();
    const [, path] = /href="(\/outbox\/\w+)"/.exec((await world.ada.get("/outbox")).text) ?? [];
    const { text } = await world.ada.get(path ?? "");
    expect(text)
      .to.include("mailto:ann%40demo.test?subject&#x3D;Shall%20we%20talk%3F")
      .and.include("Hello%20%26%20welcome");
  });
});
