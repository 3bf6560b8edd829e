import { expect } from "chai";
import { stub } from "sinon";
import { createAutomation } from "../../src/automations/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { type SimulationRequest, simulate } from "../../src/insight/index.js";
import { Problem } from "../../src/shared/errors.js";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";

const boss = { key: "boss", kind: "approval", config: { assignees: { role: "admin" }, deadline: "7d" } };
const mark = (status: string): Step => ({ key: status, kind: "record.update", config: { values: { status } } });
const askBoss: Step[] = [
  { ...boss, next: { approved: "bought", rejected: "refused", timeout: "late" } },
  mark("bought"),
  mark("refused"),
  mark("late"),
];
const call: Step = {
  key: "fetch",
  kind: "http.request",
  config: { method: "GET", url: "https://shop.example.com/stock" },
};

for (const dialect of dialects) {
  describe(`simulating on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    /** Tries a document nobody saved. */
    async function tried(document: Partial<Document>, request: SimulationRequest = {}) {
      const full: Document = { object: "deal", triggers: [], steps: [], ...document };
      const made = await createAutomation(world.engine, world.workspaceId, { name: "Tried" }, world.by);
      const recordId = full.object ? (request.recordId ?? (await world.deal()).id) : undefined;
      const asked = { ...request, document: full, ...(recordId ? { recordId } : {}) };
      return simulate(world.engine, world.workspaceId, made.id, asked, world.by);
    }
    const refusal = async (work: Promise<unknown>) => {
      const error = await work.then(() => null).catch((thrown: unknown) => thrown);
      if (!(error instanceof Problem)) throw new Error(`Expected a problem, got ${String(error)}`);
      return error.errors;
    };

    it("takes a graph as one, by the ports it is written with", async () => {
      const ended = await tried({ steps: askBoss }, { answers: { boss: { port: "rejected" } } });
      expect(ended.form).to.equal("graph");
      expect([ended.status, ended.path]).to.deep.equal(["completed", ["boss", "refused"]]);
      expect(ended.assumptions).to.deep.equal([]);
    });

    it("hands on what was answered, and when", async () => {
      const { outputs, startsAt, endsAt, steps } = await tried(
        { steps: askBoss, outputs: { said: "{{ steps.boss.output.comment }}" } },
        {
          at: "2026-03-01T09:00:00.000Z",
          answers: { boss: { port: "approved", output: { comment: "Go on" }, after: "2d" } },
        },
      );
      expect([outputs, startsAt, endsAt]).to.deep.equal([
        { said: "Go on" },
        "2026-03-01T09:00:00.000Z",
        "2026-03-03T09:00:00.000Z",
      ]);
      expect(steps[0]).to.include({ key: "boss", status: "success", port: "approved" });
    });

    it("lets a question nobody answered run out, and says that it assumed so", async () => {
      const ended = await tried({ steps: askBoss }, { at: "2026-03-01T09:00:00Z" });
      expect(ended.path).to.deep.equal(["boss", "late"]);
      expect(ended.assumptions).to.deep.equal([
        {
          step: "boss",
          iteration: "",
          port: "timeout",
          message: "Nobody was said to decide, so it was left to run out.",
        },
      ]);
      expect(ended.steps[0]).to.include({ assumed: true });
      expect(ended.endsAt).to.equal("2026-03-08T09:00:00.000Z");
    });

    it("makes an answer that comes too late no answer", async () => {
      const ended = await tried({ steps: askBoss }, { answers: { boss: { port: "approved", after: "8d" } } });
      expect(ended.path).to.deep.equal(["boss", "late"]);
    });

    it("answers each visit of a loop in turn", async () => {
      const steps: Step[] = [
        { key: "each", kind: "loop", config: { items: ["a", "b"] }, next: { next: "boss" } },
        { ...boss, next: { approved: "bought", rejected: "refused" } },
        { ...mark("bought"), next: { success: "each" } },
        { ...mark("refused"), next: { success: "each" } },
      ];
      const ended = await tried({ steps }, { answers: { boss: [{ port: "approved" }, { port: "rejected" }] } });
      expect(ended.path.filter((key) => key !== "boss")).to.deep.equal(["each", "bought", "refused"]);
    });

    it("takes the answer of a call as given, and records the call all the same", async () => {
      const answered = await tried(
        { steps: [call], outputs: { left: "{{ steps.fetch.output.body.left }}" } },
        { answers: { fetch: { output: { status: 200, body: { left: 3 } } } } },
      );
      expect(answered.outputs).to.deep.equal({ left: 3 });
      expect(answered.effects.map(({ kind }) => kind)).to.deep.equal(["http.request"]);
      expect(answered.assumptions).to.deep.equal([]);
      const untold = await tried({ steps: [call] });
      expect(untold.assumptions.map(({ step }) => step)).to.deep.equal(["fetch"]);
    });

    it("tries the way a failing call leads, after its retries", async () => {
      const steps: Step[] = [
        {
          ...call,
          next: { success: "bought", error: "late" },
          onError: { policy: "retry", attempts: 3, delay: "1m" },
        },
        mark("bought"),
        mark("late"),
      ];
      const error = { code: "http_503", message: "Down", retryable: true };
      const down = await tried({ steps }, { answers: { fetch: { error } } });
      expect(down.path).to.deep.equal(["fetch", "late"]);
      const recovered = await tried({ steps }, { answers: { fetch: [{ error }, { output: { status: 200 } }] } });
      expect(recovered.path).to.deep.equal(["fetch", "bought"]);
    });

    it("takes what it would start to end well, or as it is told", async () => {
      await world.automation({ object: null, steps: [{ ...call, key: "box" }] }, "Pack the order");
      const pack: Step = { key: "pack", kind: "run_automation", config: { automation: "Pack the order" } };
      const each: Step = { key: "each", kind: "for_each", config: { items: [1, 2], automation: "Pack the order" } };
      const next = { success: "bought", error: "late" };
      const steps = [
        { ...pack, next: { success: "each", error: "late" } },
        { ...each, next },
        mark("bought"),
        mark("late"),
      ];
      const outputs = { packed: "{{ steps.each.output.succeeded }}" };
      const well = await tried({ steps, outputs });
      expect([well.path, well.outputs]).to.deep.equal([["pack", "each", "bought"], { packed: 2 }]);
      expect(well.assumptions.map(({ step }) => step)).to.deep.equal(["pack", "each"]);
      const badly = await tried({ steps }, { answers: { pack: { error: { code: "no_box", message: "No box" } } } });
      expect([badly.path, badly.steps[0]?.["error"]]).to.deep.equal([
        ["pack", "late"],
        { code: "no_box", message: "No box", retryable: false },
      ]);
      const unknown = await tried({
        steps: [{ ...pack, config: { automation: "Gone" }, next }, mark("bought"), mark("late")],
      });
      expect([unknown.path, unknown.assumptions[0]?.message]).to.deep.equal([
        ["pack", "late"],
        'There is no automation "Gone".',
      ]);
    });

    it("names what an answer got wrong, and what is near", async () => {
      const wrong = { bos: { port: "approved" }, boss: { port: "aproved" }, late: { port: "success" } };
      const errors = await refusal(tried({ steps: askBoss }, { answers: wrong }));
      expect(errors.map(({ path }) => path)).to.deep.equal(["answers.bos", "answers.boss.port", "answers.late"]);
      expect(errors[0]?.message).to.include('Did you mean "boss"?');
      expect(errors[1]?.message).to.include('Did you mean "approved"?');
    });

    it("starts from an event of any kind", async () => {
      const document: Partial<Document> = {
        object: null,
        inputs: { type: "object", properties: { sku: { type: "string" } }, required: ["sku"] },
        triggers: [
          { key: "sold", kind: "event", name: "shop.sold", inputs: { sku: "{{ trigger.sku }}" } },
          { key: "nightly", kind: "schedule", cron: "0 2 * * *", inputs: { sku: "all" } },
        ],
        steps: [{ key: "keep", kind: "set_variables", config: { values: { sku: "{{ inputs.sku }}" } } }],
        outputs: { sku: "{{ vars.sku }}" },
      };
      const sold = await tried(document, { event: { kind: "event", name: "shop.sold", data: { sku: "A-1" } } });
      expect(sold.outputs).to.deep.equal({ sku: "A-1" });
      expect((await tried(document, { event: { kind: "schedule" } })).outputs).to.deep.equal({ sku: "all" });
      const other = await tried(document, { event: { kind: "event", name: "shop.closed" } });
      expect([other.decision, other.reason?.code]).to.deep.equal(["refused", "trigger_filter"]);
      expect(await refusal(tried(document, { event: { kind: "evnt" } }))).to.deep.equal([
        { path: "event.kind", message: 'Nothing is called "evnt". Did you mean "event"?' },
      ]);
    });

    it("starts from an event that happened", async () => {
      const deal = await world.deal({ stage: "lead" });
      await world.change("deal", deal.id, { stage: "won" });
      const row = await world.db.one("SELECT MAX(id) AS id FROM millrace_events");
      const ended = await tried(
        { triggers: [whenWon], steps: [mark("bought")] },
        { recordId: deal.id, event: { id: String(row?.["id"]) } },
      );
      expect(ended.decision).to.equal("enrolled");
    });

    it("starts from a record being made or deleted", async () => {
      const steps = [mark("bought")];
      const made = { triggers: [{ key: "made", kind: "record.created" }], steps };
      expect((await tried(made, { event: { kind: "record.created" } })).decision).to.equal("enrolled");
      const gone = { triggers: [{ key: "gone", kind: "record.deleted" }], steps: [] };
      expect((await tried(gone, { event: { kind: "record.deleted" } })).decision).to.equal("enrolled");
    });

    it("passes 400 days, and thousands of items", async () => {
      const long = await tried(
        { steps: [{ key: "rest", kind: "wait", config: { for: "400d" } }] },
        { at: "2026-01-01T00:00:00Z" },
      );
      expect([long.status, long.endsAt]).to.deep.equal(["completed", "2027-02-05T00:00:00.000Z"]);
      // A simulation on SQLite is cut by the clock, since nobody else can write meanwhile.
      const most = dialect === "sqlite" ? 1_500 : 10_000;
      const items = Array.from({ length: most }, (_, at) => at);
      const steps: Step[] = [
        { key: "each", kind: "loop", config: { items, maxItems: most }, next: { next: "keep" } },
        {
          key: "keep",
          kind: "set_variables",
          config: { values: { last: "{{ loop.item }}" } },
          next: { success: "each" },
        },
      ];
      const many = await tried({ object: null, steps, outputs: { last: "{{ vars.last }}" } });
      expect([many.status, many.outputs]).to.deep.equal(["completed", { last: most - 1 }]);
    }).timeout(30_000);

    // It writes nothing: one dialect says it all.
    if (dialect === "sqlite")
      it("stops at a number of steps, and says so", async () => {
        const items = Array.from({ length: 300 }, (_, at) => at);
        const steps: Step[] = [
          { key: "outer", kind: "loop", config: { items }, next: { next: "inner" } },
          { key: "inner", kind: "loop", config: { items }, next: { next: "keep", done: "outer" } },
          { key: "keep", kind: "set_variables", config: { values: { last: 1 } }, next: { success: "inner" } },
        ];
        const cut = await tried({ object: null, steps });
        expect([cut.status, cut.reason?.code]).to.deep.equal(["running", "cut"]);
        expect(cut.reason?.message).to.match(/^The simulation was cut short: it had taken/);
      }).timeout(60_000);

    it("stops after a time that others can wait for, and says so", async () => {
      const looked = stub(performance, "now").callsFake(() => looked.callCount * 2_000);
      const steps: Step[] = Array.from({ length: 20 }, (_, n) => ({
        key: `rest_${n}`,
        kind: "wait",
        config: { for: "1d" },
      }));
      const cut = await tried({ steps }).finally(() => looked.restore());
      expect([cut.status, cut.reason?.code]).to.deep.equal(["running", "cut"]);
      expect(cut.reason?.message).to.contain(`it had taken ${dialect === "sqlite" ? 3 : 20} seconds`);
    });

    it("ends a run that takes longer than it may", async () => {
      const steps: Step[] = [{ key: "rest", kind: "wait", config: { for: "3d" } }];
      const ended = await tried({ steps, timeout: "1d" });
      expect([ended.status, ended.reason?.code]).to.deep.equal(["failed", "run_timeout"]);
    });

    it("says which inputs are missing for a start by hand", async () => {
      const inputs = { type: "object", properties: { sku: { type: "string" } }, required: ["sku"] };
      expect(await refusal(tried({ inputs, steps: [] }))).to.deep.equal([
        { path: "inputs.sku", message: "This input is required." },
      ]);
    });
  });
}
