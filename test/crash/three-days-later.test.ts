import { expect } from "chai";
import { publish, saveDraft } from "../../src/automations/index.js";
import { emitEvent } from "../../src/events/index.js";
import type { Document } from "../../src/graph/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { pause, startProcess, until } from "../support/processes.js";

/** Loaded into a worker: every SIGUSR2 moves its clock on by three days. */
const movable = `let ahead = 0; const real = Date.now; Date.now = () => real() + ahead; process.on("SIGUSR2", () => { ahead += 3 * 86400000; });`;
const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(movable)}`;

/** When a deal's stage becomes negotiation, send a mail, wait three days, if there is no reply create a task, else end. */
const followUp = (title: string): Document => ({
  object: "deal",
  triggers: [{ key: "talks", kind: "record.updated", fields: ["stage"], to: "negotiation" }],
  steps: [
    {
      key: "mail",
      kind: "email.send",
      config: { to: "nora@northwind.test", subject: "{{ record.name }}", body: "Shall we talk?" },
      next: { success: "reply" },
    },
    {
      key: "reply",
      kind: "wait_for_event",
      config: { event: "email.replied", timeout: "3d" },
      next: { received: "over", timeout: "task" },
    },
    { key: "task", kind: "task.create", config: { title }, next: { success: "over" } },
    { key: "over", kind: "end", config: {} },
  ],
});

for (const dialect of dialects) {
  describe(`a mail, three days, and a task if nobody replied, on ${dialect}`, function () {
    this.timeout(60_000);

    it("is done once and as it was begun, though the worker is killed and the automation edited meanwhile", async () => {
      const world = await engineWorld(dialect);
      const { engine, workspaceId, db, by } = world;
      world.clock.set(new Date().toISOString());
      const { id } = await world.automation(followUp("Call {{ record.name }}"), "Follow up", "graph");
      const [silent, answered] = [await world.deal({ name: "Silent" }), await world.deal({ name: "Answered" })];
      const count = async (table: string, where = "1 = 1") =>
        Number((await db.one(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))?.["n"]);

      const first = await startProcess("worker", world.url);
      for (const deal of [silent, answered]) await world.change("deal", deal.id, { stage: "negotiation" });
      await until("both wait", async () => (await count("millrace_runs", "status = 'waiting'")) === 2);
      await first.kill();

      await saveDraft(engine, workspaceId, id, { document: followUp("The new way") }, by);
      await publish(engine, workspaceId, id, null, by);
      const reply = {
        workspaceId,
        kind: "event",
        name: "email.replied",
        object: "deal",
        recordId: answered.id,
        data: {},
      };
      await emitEvent(engine, reply, { actor: by });

      const second = await startProcess("worker", world.url, { NODE_OPTIONS });
      await until("the reply is heard", async () => (await count("millrace_runs", "status = 'completed'")) === 1);
      expect(await count("millrace_runs", "status = 'waiting'")).to.equal(1);
      second.signal("SIGUSR2");
      await until("three days are over", async () => (await count("millrace_runs", "status = 'completed'")) === 2);
      second.signal("SIGUSR2");
      await pause(300);
      await second.kill();

      const runs = await Promise.all((await world.runs()).map((run) => world.run(run.id)));
      const ways = runs.map(({ recordId, version, steps }) => [
        recordId,
        version,
        steps.map(({ key }) => key).join(" "),
      ]);
      expect(ways).to.have.deep.members([
        [silent.id, 1, "mail reply task over"],
        [answered.id, 1, "mail reply task over"],
      ]);
      const skipped = runs.flatMap(({ recordId, steps }) =>
        steps.filter(({ status }) => status === "skipped").map(({ key }) => [recordId, key]),
      );
      expect(skipped).to.deep.equal([[answered.id, "task"]]);
      expect((await db.all("SELECT title FROM crm_tasks")).map((row) => row["title"])).to.deep.equal(["Call Silent"]);
      expect(await count("millrace_mails")).to.equal(2);
      expect(await checkInvariants(db)).to.deep.equal([]);
      await world.drop();
    });
  });
}
