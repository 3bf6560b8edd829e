import { expect } from "chai";
import { getVersion, publish } from "../../src/automations/index.js";
import { importAutomation } from "../../src/imports/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { definition, definitions } from "./fixtures.js";

/** What of each definition has no equal here; of those that are not named, everything has. */
const notTakenOver: Record<string, string[]> = {
  "agents-first": ["agents[0]", "actions[1]", "actions[3]", "failure_notification_emails"],
  "branches-off": ["steps[1].nextSteps.maybe"],
  circle: ["steps[2]"],
  dangling: ["steps[0].nextSteps.success", "steps[2].nextSteps.success", "steps[1]", "steps[2]"],
  "flat-ai": ["actions[2]"],
  "flat-groups": ["retry_config.jitter", "conditions[1].operator", "actions[0]", "actions[1]", "actions[2]"],
  "graph-odd": [
    "edges[3]",
    "edges[4]",
    "nodes[0]",
    "nodes[1]",
    "nodes[3]",
    "nodes[2]",
    "notify_on_failure",
    "automation_agents",
  ],
  "graph-parallel": ["workflow.nodes[7]", "workflow.edges[10]"],
  itself: ["steps[0]"],
  models: ["steps[0].config.tools[2]", "steps[0].config.model", "steps[0].config.topP"],
  "other-automations": ["actions[2]", "actions[0]"],
  "records-all-verbs": [
    "steps[4]",
    "steps[5]",
    "steps[2].config.parameters.limit",
    "steps[6].config.parameters.data.coupon",
  ],
  "retries-and-limits": ["workflowConfig.config.secrets.erp"],
  "schedule-over-records": ["run_limit_per_month", "trigger_config.channel"],
  "switch-and-paths": ["secrets.key"],
  "unknown-things": ["steps[0]", "steps[1]", "steps[2]", "steps[3]"],
  waiting: ["steps[4]"],
};

/** Triggers that only some installations know are listed where they are not known. */
const ofTriggers = /^(?:trigger_type|steps\[0\]\.config\.path|nodes\[1\]\.data\.event)$/;

for (const dialect of dialects) {
  describe(`definitions from elsewhere (${dialect})`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());
    const take = (given: unknown) => importAutomation(world.engine, world.workspaceId, given, world.by);

    for (const [name, given] of definitions) {
      it(`takes over ${name}, and names the rest`, async () => {
        const { automation, unmapped } = await take(given);
        const places = new Set(unmapped.map(({ path }) => path).filter((path) => !ofTriggers.test(path)));
        expect([...places]).to.have.members(notTakenOver[name] ?? []);
        const { document } = await getVersion(world.engine, automation);
        const reasons = unmapped.map(({ reason }) => reason);
        for (const { kind, config } of document.steps)
          if (kind === "unmapped") expect(reasons.join("\n")).to.include(String(config["reason"]).split(". ")[0]);
      });
    }

    it("makes drafts that can be published", async () => {
      for (const [name, given] of definitions) {
        // What the conditions ask cannot be asked here: without them it would run for more than it should.
        if (name === "flat-groups") continue;
        const { automation } = await take(given);
        const published = await publish(world.engine, world.workspaceId, automation.id, null, world.by);
        expect(published.publishedVersion, name).to.equal(1);
      }
    });

    it("publishes nothing that would run for more records than it was meant for", async () => {
      const { automation, unmapped } = await take(definition("flat-groups"));
      expect(unmapped.filter(({ reason }) => reason.includes("sounds_like"))).to.have.length(1);
      const refused = await publish(world.engine, world.workspaceId, automation.id, null, world.by).catch(String);
      expect(refused).to.include("sounds_like");
    });
  });
}
