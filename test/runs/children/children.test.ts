import { expect } from "chai";
import { pause as pauseAutomation, validateDocument } from "../../../src/automations/index.js";
import { createRecord } from "../../../src/crm/index.js";
import type { Tx } from "../../../src/db/index.js";
import { startManually } from "../../../src/enrollments/index.js";
import type { Document, Step } from "../../../src/graph/index.js";
import { checkInvariants, explain } from "../../../src/insight/index.js";
import { advanceDueRuns, cancelRun, endRun, type Run, readRun } from "../../../src/runs/index.js";
import type { JsonObject } from "../../../src/shared/json.js";
import { dialects } from "../../support/databases.js";
import { engineWorld, overTenThousand } from "../../support/engine-world.js";
import { pause } from "../../support/processes.js";

const rest = (duration = "1h"): Step => ({ key: "rest", kind: "wait", config: { for: duration } });
const end = (config: JsonObject): Step => ({ key: "done", kind: "end", config });
const note = (title: string): Step => ({ key: "note", kind: "set_variables", config: { values: { title } } });
const items = ["a", "b", "c", "d", "e", "f", "g"];
/** A child that fails on the letter c, whatever follows. */
const outputs = { said: "{{ inputs.letter | upcase }}" };
const failsOnC = end({ status: "{% if inputs.letter == 'c' %}failed{% else %}completed{% endif %}" });

for (const dialect of dialects) {
  describe(`runs that start runs, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    type Parts = Partial<Document> & Pick<Document, "steps">;
    const letters = { type: "object", properties: { letter: { type: "string" } } };
    const child = (document: Parts, name = "Child") =>
      world.automation({ object: null, inputs: letters, ...document }, name);
    /** Publishes the parent, with its one step called `call`, and starts it. */
    async function start(step: { kind: string; config: JsonObject }, more: Partial<Document> = {}, on?: JsonObject) {
      const steps = [{ key: "call", ...step }, ...(more.steps ?? [])];
      const { id } = await world.automation({ object: on ? "deal" : null, ...more, steps }, "Parent");
      const recordId = on ? (await world.deal(on)).id : undefined;
      const run = await startManually(world.engine, world.workspaceId, id, { recordId }, world.by);
      await world.drain();
      return run.id;
    }
    const call = (config: JsonObject) => ({ kind: "run_automation", config: { automation: "Child", ...config } });
    const each = (config: JsonObject = {}) => ({
      kind: "for_each",
      config: { items, automation: "Child", inputs: { letter: "{{ loop.item }}" }, concurrency: 3, ...config },
    });
    const calling = async (id: string) => {
      const run = await world.run(id);
      return { run, step: run.steps.find(({ key }) => key === "call"), output: run.steps[0]?.output as JsonObject };
    };
    const children = (parent: string) => world.runs({ parent });
    const open = async (parent: string) =>
      (await children(parent)).filter(({ status }) => ["queued", "running", "waiting"].includes(status));
    const statusesOf = ({ results }: JsonObject) =>
      (results as { status: string }[]).map(({ status }) => status).join(" ");
    const leftOver = async () => Number((await world.db.one("SELECT COUNT(*) AS n FROM millrace_children"))?.["n"]);

    describe("run_automation", () => {
      it("waits for the child, and its outputs are the step's", async () => {
        await child({
          steps: [rest()],
          inputs: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
          outputs: { greeting: "Hello {{ inputs.name }}" },
        });
        const id = await start(call({ inputs: { name: "Ada" } }), {
          steps: [note("{{ steps.call.output.greeting }}")],
          outputs: { title: "{{ vars.title }}" },
        });
        expect((await calling(id)).run.status).to.equal("waiting");
        world.clock.forward("1h");
        await world.drain();
        const { run, output } = await calling(id);
        expect(run).to.deep.include({ status: "completed", outputs: { title: "Hello Ada" } });
        expect(output).to.deep.include({ status: "completed", outputs: { greeting: "Hello Ada" } });
        expect((await children(id))[0]).to.include({ id: output["runId"], parentRunId: id });
        expect(await leftOver()).to.equal(0);
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });

      it("goes on once the child has started when it is not to wait, and leaves it running", async () => {
        await child({ steps: [rest()] });
        const id = await start(call({ wait: false }));
        const { run, output } = await calling(id);
        expect(run.status).to.equal("completed");
        expect(await world.run(String(output["runId"]))).to.include({ status: "waiting", parentRunId: id });
      });

      it("runs on the record of the run, when it is of the child's object", async () => {
        await child({ object: "deal", steps: [note("x")], outputs: { name: "{{ record.name }}" } });
        const id = await start(call({}), {}, { name: "Fabrikam" });
        expect((await calling(id)).output).to.include({ name: "Fabrikam" });
      });

      it("runs on another record when one is named", async () => {
        const by = { actor: world.by };
        const ada = await createRecord(world.engine, world.workspaceId, "contact", { name: "Ada" }, by);
        await child({ object: "contact", steps: [note("x")], outputs: { name: "{{ record.name }}" } });
        const id = await start(call({ record: { object: "contact", id: ada.id } }), {}, {});
        expect((await calling(id)).output).to.include({ name: "Ada" });
      });

      it("fails when the child fails, by the policy of the step", async () => {
        await child({ steps: [end({ status: "failed", message: "No stock" })] });
        const id = await start(call({}));
        const { run, step } = await calling(id);
        expect(run).to.include({ status: "failed" });
        expect(step).to.include({ status: "failed" });
        expect(step?.error).to.include({ code: "child_failed", message: '"Child" failed: No stock' });
        const passed = await start({ ...call({}), onError: { policy: "continue" } } as never);
        expect((await calling(passed)).run).to.include({ status: "completed", failedSteps: 1 });
      });

      it("leaves by a connected error port, with what is known of the child", async () => {
        await child({ steps: [end({ status: "cancelled", message: "Not today" })] });
        const steps = [
          { key: "call", ...call({}), next: { error: "note" } },
          { ...note("{{ steps.call.output.status }}"), next: {} },
        ];
        const { id } = await world.automation(
          { object: null, steps, outputs: { t: "{{ vars.title }}" } },
          "G",
          "graph",
        );
        const run = await startManually(world.engine, world.workspaceId, id, {}, world.by);
        await world.drain();
        expect(await world.run(run.id)).to.deep.include({ status: "completed", outputs: { t: "cancelled" } });
      });

      it("tries again by its retry policy, with a new child", async () => {
        await child({ steps: [end({ status: "failed" })] });
        const onError = { policy: "retry", attempts: 2, delay: "1m", on: "all" };
        const id = await start({ ...call({}), onError } as never);
        world.clock.forward("2m");
        await world.drain();
        expect((await calling(id)).run).to.include({ status: "failed" });
        expect(await children(id)).to.have.length(2);
      });
    });

    describe("a child that may not start", () => {
      const refusedWith = async (id: string) => (await calling(id)).step?.error?.message;

      it("is refused by its conditions", async () => {
        const { id: childId } = await child({ object: "deal", conditions: overTenThousand, steps: [note("x")] });
        const id = await start(call({}), {}, { amount: 5 });
        expect(await refusedWith(id)).to.match(/did not start: The conditions did not hold/);
        const { recordId } = await world.run(id);
        const { data } = await explain(world.engine, world.workspaceId, childId, recordId ?? "");
        expect(data.map(({ event, reason }) => `${event.kind} ${reason?.code}`)).to.include("automation conditions");
      });

      it("is refused by its monthly limit, and logged", async () => {
        await child({ steps: [note("x")], limits: { runsPerMonth: 1 } });
        const id = await start(each({ items: ["a", "b"], onItemError: "continue" }));
        const { output } = await calling(id);
        expect(output).to.include({ total: 2, succeeded: 1, failed: 1 });
        const [, refused] = output["results"] as { status: string; error: JsonObject }[];
        expect(refused?.status).to.equal("skipped");
        expect(refused?.error).to.include({ code: "monthly_limit" });
      });

      it("is refused when it is paused, or gone", async () => {
        const { id: childId } = await child({ steps: [note("x")] });
        await pauseAutomation(world.engine, world.workspaceId, childId);
        expect(await refusedWith(await start(call({})))).to.match(/did not start: It is paused/);
        expect(await refusedWith(await start(call({ automation: "{{ 'Nobody' }}" })))).to.match(
          /no automation "Nobody"/,
        );
      });

      it("is refused by inputs that do not fit, naming them", async () => {
        await child({ steps: [note("x")], inputs: { type: "object", required: ["name"] } });
        expect(await refusedWith(await start(call({})))).to.match(/inputs\.name/);
      });

      it("is refused when it has no record to run on, or that is gone", async () => {
        await child({ object: "contact", steps: [note("x")] });
        expect(await refusedWith(await start(call({})))).to.match(/name one in the "record"/);
        expect(await refusedWith(await start(call({ record: "01HZZZZZZZZZZZZZZZZZZZZZZZ" })))).to.match(/any more/);
      });

      it("is over when its start cannot be decided about and is set aside", async () => {
        await child({ steps: [note("x")] });
        const { id } = await world.automation({ object: null, steps: [{ key: "call", ...call({}) }] }, "Parent");
        const run = await startManually(world.engine, world.workspaceId, id, {}, world.by);
        await advanceDueRuns(world.engine);
        await world.db.run("UPDATE millrace_events SET object = 'nonsense' WHERE kind = 'automation'");
        await world.drain().catch(() => "the relay says so, and tries once more");
        await world.drain();
        expect(await refusedWith(run.id)).to.match(/The event is set aside/);
      });

      it("is refused by the loop guard when an automation starts itself", async () => {
        const { id } = await world.automation({
          object: null,
          steps: [{ key: "call", ...call({ automation: "{{ automation.id }}" }) }],
        });
        const run = await startManually(world.engine, world.workspaceId, id, {}, world.by);
        await world.drain();
        expect(await refusedWith(run.id)).to.match(/this automation itself/);
      });
    });

    describe("for_each", () => {
      it("never has more than so many at once, and gathers results in the order of the items", async () => {
        await child({ steps: [rest()], outputs });
        const id = await start(each());
        for (const [done, under] of [
          [0, 3],
          [3, 3],
          [6, 1],
        ] as const) {
          expect(await open(id)).to.have.length(under);
          expect((await children(id)).length - under).to.equal(done);
          world.clock.forward("1h");
          await world.drain();
        }
        const { run, output } = await calling(id);
        expect(run.status).to.equal("completed");
        expect(output).to.include({ total: 7, succeeded: 7, failed: 0, truncated: false });
        const said = (output["results"] as { outputs: { said: string } }[]).map(({ outputs }) => outputs.said);
        expect(said).to.deep.equal(["A", "B", "C", "D", "E", "F", "G"]);
        expect(await leftOver()).to.equal(0);
      });

      it("starts no further ones after a failure, lets the running ones end, and fails", async () => {
        await child({ steps: [rest(), failsOnC], outputs });
        const id = await start(each());
        world.clock.forward("1h");
        await world.drain();
        const { run, step, output } = await calling(id);
        expect(run.status).to.equal("failed");
        expect(step?.error?.message).to.equal('"Child" failed on item 3 of 7.');
        expect(output).to.include({ total: 7, succeeded: 2, failed: 1, notStarted: 4 });
        expect(statusesOf(output)).to.equal(
          "completed completed failed not_started not_started not_started not_started",
        );
        expect(await children(id)).to.have.length(3);
      });

      it("goes on with the others when told to, and succeeds with the counts", async () => {
        await child({ steps: [failsOnC], outputs });
        const { run, output } = await calling(await start(each({ onItemError: "continue" })));
        expect(run.status).to.equal("completed");
        expect(output).to.include({ total: 7, succeeded: 6, failed: 1, notStarted: 0 });
        expect(await checkInvariants(world.db)).to.deep.equal([]);
      });

      it("is woken once by the last of children that end in one batch", async () => {
        await child({ steps: [rest()], outputs });
        const id = await start(each({ concurrency: 50 }), { steps: [note("after")] });
        world.clock.forward("1h");
        await world.drain();
        const { run } = await calling(id);
        expect(run.steps.map(({ key, status }) => `${key} ${status}`)).to.deep.equal(["call success", "note success"]);
      });

      it("is woken by one of two transactions that end its last children, neither seeing the other", async () => {
        await child({ steps: [rest()] });
        const id = await start(each({ items: ["a", "b"], onItemError: "continue" }), { steps: [note("after")] });
        const { engine, db } = world;
        const reason = { code: "cancelled", message: "Enough." };
        const ends = async (run: Run, tx: Tx) => void (await endRun(engine, run, reason, tx));
        const [one, other] = (await db.all("SELECT * FROM millrace_runs WHERE parentRunId = ?", [id])).map(readRun);
        if (!one || !other) throw new Error("Two children were to run.");
        let first: Promise<void> = Promise.resolve();
        await new Promise<void>((written) => {
          first = db.inTransaction(async (tx) => {
            await ends(one, tx);
            written();
            // Time for the second to get as far as it can while this one has not committed.
            await pause(100);
          });
        });
        await Promise.all([first, db.inTransaction((tx) => ends(other, tx))]);
        await world.drain();
        const { run, output } = await calling(id);
        expect(run.steps.map(({ key, status }) => `${key} ${status}`)).to.deep.equal(["call success", "note success"]);
        expect(output).to.include({ total: 2, failed: 2 });
      });

      it("runs each on its item when the items are records", async () => {
        await child({ object: "deal", steps: [note("x")], outputs: { name: "{{ record.name }}" } });
        const deals = [await world.deal({ name: "One" }), await world.deal({ name: "Two" })];
        const { output } = await calling(await start(each({ items: [deals[0], deals[1]?.id], inputs: {} })));
        const names = (output["results"] as { outputs: { name: string } }[]).map((result) => result.outputs.name);
        expect(names).to.deep.equal(["One", "Two"]);
      });

      it("has nothing to do for an empty list, and leaves out what is over its limit", async () => {
        await child({ steps: [note("x")] });
        expect((await calling(await start(each({ items: [] })))).output).to.include({ total: 0, truncated: false });
        expect((await calling(await start(each({ maxItems: 2 })))).output).to.include({ total: 2, truncated: true });
      });
    });

    describe("the end of the parent", () => {
      const statuses = async (parent: string) => (await children(parent)).map(({ status }) => status);

      it("cancels its children and theirs when it is cancelled, and starts no more", async () => {
        await child({ steps: [rest()] }, "Grandchild");
        await child({ steps: [{ key: "call", ...call({ automation: "Grandchild" }) }] });
        const id = await start(each());
        const [one] = await children(id);
        await cancelRun(world.engine, world.workspaceId, id, world.by);
        world.clock.forward("2h");
        await world.drain();
        expect(await statuses(id)).to.deep.equal(["cancelled", "cancelled", "cancelled"]);
        expect(one?.id && (await world.run(one.id)).reason?.code).to.equal("parent_cancelled");
        expect(one?.id && (await statuses(one.id))).to.deep.equal(["cancelled"]);
        expect(await leftOver()).to.equal(0);
      });

      it("refuses children whose start had not been decided when it was cancelled", async () => {
        await child({ steps: [rest()] });
        const steps = [{ key: "call", ...each() }];
        const { id } = await world.automation({ object: null, steps }, "Parent");
        const run = await startManually(world.engine, world.workspaceId, id, {}, world.by);
        await advanceDueRuns(world.engine);
        await cancelRun(world.engine, world.workspaceId, run.id, world.by);
        await world.drain();
        expect((await children(run.id)).map(({ reason }) => reason?.code)).to.deep.equal(
          Array(3).fill("parent_cancelled"),
        );
      });

      it("cancels them when it runs out of time, as a step or as a whole", async () => {
        await child({ steps: [rest("5h")] });
        const asStep = await start(call({ timeout: "1h" }));
        const asWhole = await start(call({}), { timeout: "1h" });
        world.clock.forward("1h");
        await world.drain();
        expect((await calling(asStep)).step?.error?.code).to.equal("timeout");
        expect((await calling(asWhole)).run.reason?.code).to.equal("run_timeout");
        expect([...(await statuses(asStep)), ...(await statuses(asWhole))]).to.deep.equal(["cancelled", "cancelled"]);
      });

      it("is told when a person cancels a child", async () => {
        await child({ steps: [rest()] });
        const id = await start(call({}));
        const [one] = await children(id);
        await cancelRun(world.engine, world.workspaceId, one?.id ?? "", world.by);
        await world.drain();
        expect((await calling(id)).step?.error).to.include({ code: "child_cancelled" });
      });
    });

    describe("publishing", () => {
      const problemsOf = (automation: string) =>
        validateDocument(world.engine, world.workspaceId, {
          object: null,
          triggers: [],
          steps: [{ key: "call", kind: "run_automation", config: { automation } }],
        });

      it("refuses an automation there is not, naming the nearest", async () => {
        await child({ steps: [note("x")] }, "Send welcome");
        const [problem] = await problemsOf("Send welcom");
        expect(problem).to.deep.include({ severity: "error", path: "steps[0].config.automation" });
        expect(problem?.message).to.match(/Did you mean "Send welcome"/);
      });

      it("takes an id, and an exact name", async () => {
        const { id } = await child({ steps: [note("x")] }, "Send welcome");
        expect(await problemsOf(id)).to.deep.equal([]);
        expect(await problemsOf("Send welcome")).to.deep.equal([]);
      });
    });

    describe("the automation trigger", () => {
      const onFailure = { key: "oops", kind: "automation", on: "failed" };
      const handler = (trigger: JsonObject = {}) =>
        child(
          {
            triggers: [{ ...onFailure, ...trigger }],
            steps: [note("{{ trigger.run.automation }}")],
            outputs: { of: "{{ vars.title }}" },
          },
          "Handler",
        );
      const failing = () => start({ kind: "end", config: { status: "failed" } });

      it("starts on the failure of any run, and knows which", async () => {
        const { id } = await handler();
        const failed = await failing();
        await world.drain();
        const run = await world.onlyRun({ automation: id });
        expect(run).to.deep.include({ status: "completed", outputs: { of: "Parent" } });
        expect((await world.run(failed)).status).to.equal("failed");
      });

      it("starts on those of one automation only, when it names one", async () => {
        await child({ steps: [note("x")] }, "Another");
        const { id } = await handler({ automation: "Another" });
        await failing();
        expect(await world.runs({ automation: id })).to.deep.equal([]);
      });

      it("does not start on its own failure", async () => {
        const { id } = await child({ triggers: [onFailure], steps: [end({ status: "failed" })] }, "Handler");
        await failing();
        const runs = await world.runs({ automation: id });
        expect(runs.map(({ status, reason }) => `${status} ${reason?.code}`)).to.have.members([
          "skipped loop_guard",
          "failed undefined",
        ]);
      });

      it("maps inputs of its own, and filters", async () => {
        const inputs = { said: "{{ trigger.inputs.letter | upcase }}" };
        const when = { all: [{ fact: "trigger", path: "inputs.letter", operator: "notEqual", value: "b" }] };
        await child({
          triggers: [{ key: "called", kind: "automation", inputs, when }],
          steps: [note("x")],
          outputs: { said: "{{ input.said }}" },
          inputs: { type: "object", properties: { said: { type: "string" } } },
        });
        const { output } = await calling(await start(each({ items: ["a", "b"], onItemError: "continue" })));
        const [a, b] = output["results"] as JsonObject[];
        expect(a?.["outputs"]).to.deep.equal({ said: "A" });
        expect(b).to.deep.include({ status: "skipped" });
      });
    });
  });
}
