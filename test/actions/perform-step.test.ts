import { expect } from "chai";
import { failed } from "../../src/actions/action.js";
import { type ActionKind, performStep, type StepCall } from "../../src/actions/index.js";
import { createRecord, findRecords } from "../../src/crm/index.js";
import { listMails, writeSecret } from "../../src/effects/index.js";
import { conflict } from "../../src/shared/errors.js";
import { type RecordWorld, recordWorld } from "../support/record-world.js";
import { codeOf, failureIn, noAutomations, performIn } from "./perform-in.js";

describe("performing a step", () => {
  let world: RecordWorld;

  /** Adds a kind that does `perform`, as a host would, and returns its name. */
  let kinds = 0;
  function hostKind(perform: ActionKind["perform"], more: Partial<ActionKind> = {}): string {
    const kind = `host.kind${kinds++}`;
    const open = { type: "object" };
    world.room.actions.set(kind, {
      kind,
      title: kind,
      group: "Host",
      fromHost: true,
      description: "",
      config: open,
      output: open,
      ports: ["success"],
      effect: "database",
      sentence: () => kind,
      perform,
      ...more,
    });
    return kind;
  }

  /** Performs outside a transaction, as what leaves the process is. */
  const outside = (kind: string, config: Record<string, unknown>, more: Partial<StepCall> = {}) =>
    performStep(world.room, {
      kind,
      config,
      scope: {},
      timeoutMs: 5000,
      ...more,
      step: {
        workspaceId: world.ws,
        run: { id: "run1", automationId: "a", automationName: "A", threadId: null },
        stepKey: "tell",
        record: null,
        facts: {},
        now: 0,
        timezone: "UTC",
        host: world.room,
        cause: world.cause,
        tx: undefined,
        writes: [],
        idempotencyKey: "run1:tell:",
        signal: new AbortController().signal,
        load: async () => null,
        keep() {},
        automations: noAutomations,
        ...more.step,
      },
    });

  before(async () => {
    world = await recordWorld("sqlite");
    await writeSecret(world.room, world.ws, "erp_key", "sesame-4711", { hosts: ["erp.test"] }, "Ada");
  });
  after(() => world.drop());

  it("an unknown kind fails and names the nearest", async () => {
    const { outcome } = await performIn(world, "record.updaet", {});
    expect(codeOf(outcome)).to.equal("unknown_kind");
    expect(outcome).to.have.nested.property("error.message").that.contains('Did you mean "record.update"?');
  });

  it("a bad template fails without its values, and the input is what was written", async () => {
    const config = { values: { status: "{{ record.amuont }}" } };
    const { outcome, input } = await performIn(world, "record.update", config);
    expect(outcome).to.deep.include({ type: "fail", retryable: false });
    expect(outcome).to.have.nested.property("error.code", "template");
    expect(outcome).to.have.nested.property("error.details.variable", "record.amuont");
    expect(input).to.deep.equal(config);
  });

  it("a rendered config that does not fit names every place", async () => {
    const { outcome, input } = await performIn(
      world,
      "record.find",
      { object: "deal", limit: "{{ vars.n }}" },
      { names: { vars: { n: 5000 } } },
    );
    expect(outcome).to.have.deep.nested.property("error.details.errors", [
      { path: "config.limit", message: "It must be at most 1000." },
    ]);
    expect(codeOf(outcome)).to.equal("invalid_config");
    expect(input).to.deep.equal({ object: "deal", limit: 5000 });
  });

  it("a text member takes whatever a template came to", async () => {
    const { outcome, input } = await performIn(world, "task.create", { title: "{{ record.amount }}" });
    expect(outcome.type).to.equal("done");
    expect(input).to.deep.equal({ title: "12000" });
  });

  it("what a step throws becomes its outcome, except what ends the whole transaction", async () => {
    const stale = hostKind(() => Promise.reject(conflict("stale", "Someone was faster.")));
    expect((await performIn(world, stale, {})).outcome).to.deep.equal({
      type: "fail",
      error: { code: "stale", message: "Someone was faster." },
      retryable: true,
    });
    const deadlock = Object.assign(new Error("Deadlock found"), { code: "ER_LOCK_DEADLOCK" });
    const kind = hostKind(() => Promise.reject(deadlock));
    const step = { tx: {} } as unknown as StepCall["step"];
    expect(await outside(kind, {}, { step }).catch((reason: unknown) => reason)).to.equal(deadlock);
    const { outcome } = await outside(
      hostKind(() => Promise.reject(deadlock), { effect: "none" }),
      {},
    );
    expect(codeOf(outcome)).to.equal("database");
  });

  it("a step that takes too long is undone, fails, and may be retried", async () => {
    const late = hostKind(async (_, { signal, host, workspaceId, cause, tx }) => {
      await createRecord(host, workspaceId, "company", { name: "Too late" }, cause, tx);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { type: "done" };
    });
    const { outcome } = await performIn(world, late, {}, { timeoutMs: 20 });
    expect(codeOf(outcome)).to.equal("timeout");
    expect(outcome).to.include({ retryable: true });
    const when = { all: [{ fact: "record", path: "name", operator: "equal", value: "Too late" }] };
    expect((await findRecords(world.room, world.ws, "company", { when })).records).to.have.length(0);
  });

  describe("secrets", () => {
    it("reach kinds that leave the process, and are redacted from input, output and error", async () => {
      const seen: unknown[] = [];
      const kind = hostKind(
        async (config) => {
          seen.push(config);
          return failed("no", `refused ${config["key"]}`, { echo: config });
        },
        { effect: "outside" },
      );
      const { outcome, input } = await outside(kind, { key: "Bearer {{ secrets.erp_key }}" });
      expect(seen).to.deep.equal([{ key: "Bearer sesame-4711" }]);
      expect(JSON.stringify({ outcome, input })).not.to.contain("sesame");
      expect(input["key"]).to.match(/^Bearer \[.*erp_key.*\]$/);
    });

    it("do not exist for other kinds", async () => {
      expect(await failureIn(world, "note.create", { body: "{{ secrets.erp_key }}" })).to.equal("template");
    });

    it("that are missing fail the step by name", async () => {
      const kind = hostKind(async () => ({ type: "done" }), { effect: "outside" });
      const { outcome } = await outside(kind, { key: "{{ secrets.gone }}" });
      expect(outcome)
        .to.deep.include({ type: "fail", retryable: false })
        .and.have.nested.property("error.message")
        .that.contains("gone");
    });
  });

  describe("a host's own kind", () => {
    it("must return an outcome, of JSON", async () => {
      expect(
        await failureIn(
          world,
          hostKind(async () => undefined as never),
          {},
        ),
      ).to.equal("bad_outcome");
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      expect(
        await failureIn(
          world,
          hostKind(async () => ({ type: "done", output: circle })),
          {},
        ),
      ).to.equal("bad_outcome");
      const { outcome } = await performIn(
        world,
        hostKind(async () => ({ type: "done", output: { at: new Date(0) } })),
        {},
      );
      expect(outcome).to.deep.equal({ type: "done", output: { at: "1970-01-01T00:00:00.000Z" } });
    });

    it("is simulated by what it says, not carried out", async () => {
      const perform = () => Promise.reject(new Error("carried out"));
      const kind = hostKind(perform, {
        effect: "outside",
        simulate: async () => ({ type: "done", output: { pretended: true } }),
      });
      expect((await performIn(world, kind, {}, { recorded: [] })).outcome).to.deep.equal({
        type: "done",
        output: { pretended: true },
      });
    });

    it("of ours must have a transaction to write in", async () => {
      const { outcome } = await outside("record.update", { values: { status: "x" } });
      expect(outcome).to.have.nested.property("error.message").that.contains("needs a transaction");
    });
  });

  it("in a simulation mails are recorded, not sent, without their secrets", async () => {
    const recorded: NonNullable<StepCall["recorded"]> = [];
    const config = { to: "nora@northwind.test", subject: "Hello {{ record.name }}", body: "Key {{ secrets.erp_key }}" };
    const { outcome, input } = await performIn(world, "email.send", { ...config, body: "Hello" }, { recorded });
    expect(outcome.type).to.equal("done");
    expect(recorded).to.have.length(1);
    expect(recorded[0]).to.include({ kind: "email.send", stepKey: "step" });
    expect(input["subject"]).to.equal("Hello Northwind renewal");
    expect((await listMails(world.room, world.ws)).data).to.have.length(0);
    await performIn(world, "email.send", config, { recorded });
    expect(JSON.stringify(recorded)).not.to.contain("sesame");
  });
});
