import { expect } from "chai";
import {
  demoteAutomation,
  getVersion,
  promoteAutomation,
  publish,
  restoreVersion,
  saveDraft,
} from "../../src/automations/index.js";
import { Problem } from "../../src/shared/errors.js";
import { dialects } from "../support/databases.js";
import { engineWorld, overTenThousand, whenWon } from "../support/engine-world.js";

const task = (key: string) => ({ key, kind: "task.create", config: { title: "Call {{ record.name }}" } });
const gate = { key: "gate", kind: "condition", config: { when: overTenThousand } };
const document = { object: "deal", triggers: [whenWon], limits: { runsPerMonth: 5 }, steps: [gate, task("call")] };

for (const dialect of dialects) {
  describe(`promoting an automation, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());
    const latest = async (automation: Parameters<typeof getVersion>[1]) => getVersion(world.engine, automation);
    const promoted = (id: string, ifVersion?: string) =>
      promoteAutomation(world.engine, world.workspaceId, id, world.by, ifVersion);
    const demoted = (id: string) => demoteAutomation(world.engine, world.workspaceId, id, world.by);
    const refused = async (work: Promise<unknown>) => {
      const error = await work.catch((thrown: unknown) => thrown);
      if (!(error instanceof Problem)) throw new Error("It was not refused.");
      return error;
    };

    it("makes a draft in the other form, and leaves alone what runs", async () => {
      const list = await world.automation(document);
      const graph = await promoted(list.id);
      expect(graph).to.include({ id: list.id, form: "graph", status: "active", publishedVersion: 1, latestVersion: 2 });
      const [one, two] = [await getVersion(world.engine, graph, 1), await latest(graph)];
      expect([one.form, one.state, two.form, two.state]).to.deep.equal(["list", "published", "graph", "draft"]);
      expect(one.document.steps).to.deep.equal(document.steps);
      expect(two.document.steps[0]?.next).to.deep.equal({ true: "call" });
      expect(two.document.limits).to.deep.equal(document.limits);
    });

    it("stays as it is when it has that form already", async () => {
      const { id } = await world.automation(document);
      expect((await demoted(id)).latestVersion).to.equal(1);
      await promoted(id);
      expect((await promoted(id)).latestVersion).to.equal(2);
      expect((await refused(promoted(id, "1.1"))).status).to.equal(412);
    });

    it("gives back the very same list while the graph is a chain", async () => {
      const { id } = await world.automation(document);
      await promoted(id);
      const list = await demoted(id);
      expect(list).to.include({ form: "list", latestVersion: 2 });
      expect((await latest(list)).document).to.deep.equal(document);
    });

    it("refuses to flatten branches, and says why", async () => {
      const { id } = await world.automation(document);
      await promoted(id);
      const steps = [{ ...gate, next: { true: "call", false: "other" } }, task("call"), task("other")];
      await saveDraft(world.engine, world.workspaceId, id, { document: { ...document, steps } }, world.by);
      const problem = await refused(demoted(id));
      expect([problem.status, problem.code]).to.deep.equal([409, "not_a_chain"]);
      expect(problem.message).to.include('by its port "false"');
    });

    it("keeps the form when a draft is saved, and follows the form of a version that is restored", async () => {
      const list = await world.automation(document);
      const graph = await promoted(list.id);
      const edited = { ...(await latest(graph)).document, limits: {} };
      const saved = await saveDraft(world.engine, world.workspaceId, list.id, { document: edited }, world.by);
      expect([saved.form, (await latest(saved)).form]).to.deep.equal(["graph", "graph"]);
      await publish(world.engine, world.workspaceId, list.id, null, world.by);
      const restored = await restoreVersion(world.engine, world.workspaceId, list.id, 1, world.by);
      expect([restored.form, restored.latestVersion, (await latest(restored)).form]).to.deep.equal(["list", 3, "list"]);
      const again = await restoreVersion(world.engine, world.workspaceId, list.id, 2, world.by);
      expect([again.form, again.latestVersion]).to.deep.equal(["graph", 3]);
    });

    it("runs the same after as before", async () => {
      const { id } = await world.automation(document);
      await promoted(id);
      await publish(world.engine, world.workspaceId, id, "now a workflow", world.by);
      for (const amount of [20_000, 5]) {
        const deal = await world.deal({ amount });
        await world.change("deal", deal.id, { stage: "won" });
        await world.drain();
        const run = await world.onlyRun({ automation: id, record: deal.id });
        expect([run.status, run.version]).to.deep.equal(["completed", 2]);
        const taken = run.steps.filter(({ status }) => status === "success").map(({ key }) => key);
        expect(taken).to.deep.equal(amount > 10_000 ? ["gate", "call"] : ["gate"]);
      }
    });

    it("lets only one of two who save at once win, and shows the other what was saved", async () => {
      const { id } = await world.automation(document);
      const save = (title: string) => {
        const steps = [{ key: "call", kind: "task.create", config: { title } }];
        const edit = { document: { ...document, steps }, ifVersion: "1.1" };
        return saveDraft(world.engine, world.workspaceId, id, edit, world.by).then(
          () => null,
          (error: Problem) => error,
        );
      };
      const answers = await Promise.all(["Mine", "Yours"].map(save));
      const [lost, ...more] = answers.filter((answer) => answer !== null);
      expect([lost?.status, more.length]).to.deep.equal([412, 0]);
      const winner = answers[0] === null ? "Mine" : "Yours";
      expect(lost?.details["ifVersion"]).to.equal("2.1");
      expect(JSON.stringify(lost?.details["theirs"])).to.include(winner);
    });
  });
}
