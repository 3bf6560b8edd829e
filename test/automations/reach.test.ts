import { expect } from "chai";
import { validateDocument } from "../../src/automations/index.js";
import { writeSecret } from "../../src/effects/index.js";
import type { Step } from "../../src/graph/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const call = (secret: string): Step => ({
  key: "call",
  kind: "http.request",
  config: { method: "GET", url: "https://erp.test/", headers: { "X-Key": `{{ secrets.${secret} }}` } },
});
const slack: Step = { key: "tell", kind: "slack.send", config: { channel: "#sales", text: "Won!" } };
const said = {
  type: "object",
  required: ["days"],
  properties: { days: { type: "integer" }, note: { type: "string" } },
};

for (const dialect of dialects) {
  describe(`what a document needs of its workspace, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());
    const problems = async (...steps: Step[]) =>
      (await validateDocument(world.engine, world.workspaceId, { object: null, triggers: [], steps })).map(
        ({ severity, path, message }) => `${severity} ${path}: ${message}`,
      );

    it("is warned of a secret that is not there, with the nearest", async () => {
      await writeSecret(world.engine, world.workspaceId, "erp_key", "very secret", {}, null);
      expect(await problems(call("erp_key"))).to.deep.equal([]);
      expect(await problems(call("erp_kye"))).to.deep.equal([
        'warning steps[0].config: There is no secret "erp_kye" in this workspace. Did you mean "erp_key"? Until there is, this step fails.',
      ]);
    });

    it("is warned of a service nobody has connected, unless its step is switched off", async () => {
      expect(await problems(slack)).to.deep.equal([
        "warning steps[0].kind: Slack is not connected: SLACK_TOKEN is not set. Until it is, this step fails.",
      ]);
      expect(await problems({ ...slack, disabled: true }, call("x"))).to.have.length(1);
    });

    it("names inputs that the automation it starts does not take, or needs", async () => {
      const note: Step = { key: "note", kind: "set_variables", config: { values: { seen: true } } };
      await world.automation({ object: null, inputs: said, steps: [note] }, "Child");
      const handing = (inputs: object) =>
        problems({ key: "go", kind: "run_automation", config: { automation: "Child", inputs } });
      expect(await handing({ days: 3, note: "{{ now }}" })).to.deep.equal([]);
      expect(await handing({ days: "{{ now }}" })).to.deep.equal([]);
      expect(await handing({ dayss: 3 })).to.deep.equal([
        'error steps[0].config.inputs.days: "Child" needs the input "days".',
        'warning steps[0].config.inputs.dayss: "Child" has no input "dayss". Did you mean "days"?',
      ]);
      expect(await handing({ days: "soon" })).to.deep.equal([
        'error steps[0].config.inputs.days: It does not fit the input of "Child": It must be a whole number.',
      ]);
    });
  });
}
