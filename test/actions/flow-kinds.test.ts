import { expect } from "chai";
import { type RecordWorld, recordWorld } from "../support/record-world.js";
import { failureIn, outputIn, performIn } from "./perform-in.js";

describe("flow steps", () => {
  let world: RecordWorld;
  before(async () => {
    world = await recordWorld("sqlite");
  });
  after(() => world.drop());

  it("set_variables keeps the types of what templates name", async () => {
    const values = { days: "{{ vars.base }}", text: "in {{ vars.base }} days", list: "{{ inputs.list }}" };
    const names = { vars: { base: 3 }, inputs: { list: [1, "2"] } };
    const { outcome } = await performIn(world, "set_variables", { values }, { names });
    const set = { days: 3, text: "in 3 days", list: [1, "2"] };
    expect(outcome).to.deep.equal({ type: "done", output: set, variables: set });
    expect(await failureIn(world, "set_variables", { values: { "no name": 1 } })).to.equal("invalid_config");
  });

  describe("calculate", () => {
    const names = { vars: { rate: 1.19, empty: null }, steps: { find: { output: { total: 3 } } } };

    it("reads names as templates do and remembers the result", async () => {
      const config = { expression: "round(record.amount * rate, 2) + steps.find.output.total", as: "gross" };
      const { outcome, input } = await performIn(world, "calculate", config, { names });
      expect(outcome).to.deep.equal({ type: "done", output: { result: 14_283 }, variables: { gross: 14_283 } });
      expect(input).to.deep.equal(config);
    });

    it("takes templates with filters as values, never as more expression", async () => {
      const more = { names: { vars: { empty: null, evil: "1 + 1" } } };
      expect(
        await outputIn(world, "calculate", { expression: "{{ vars.empty | default: 5 }} * 2" }, more),
      ).to.deep.equal({ result: 10 });
      expect(await outputIn(world, "calculate", { expression: '{{ vars.evil }} + " is two"' }, more)).to.deep.equal({
        result: "1 + 1 is two",
      });
      expect(await failureIn(world, "calculate", { expression: "{{ vars.evil }} * 2" }, more)).to.equal("expression");
    });

    it("counts the days to a date of the record", async () => {
      expect(await outputIn(world, "calculate", { expression: "days(now, record.closeDate)" })).to.deep.equal({
        result: 30,
      });
    });

    it("names what is missing, empty or malformed", async () => {
      expect(await failureIn(world, "calculate", { expression: "record.amuont + 1" })).to.equal("template");
      expect(await failureIn(world, "calculate", { expression: "vars.empty + 1" }, { names })).to.equal("expression");
      expect(await failureIn(world, "calculate", { expression: "1 +" })).to.equal("expression");
    });
  });

  describe("condition", () => {
    const when = (operator: string, value: unknown, path = "amount") => ({
      when: { all: [{ fact: "record", path, operator, value }] },
    });

    it("leaves by true or false and keeps both values of every comparison", async () => {
      const { outcome } = await performIn(world, "condition", when("greaterThan", "{{ vars.limit }}"), {
        names: { vars: { limit: 20_000 } },
      });
      expect(outcome).to.deep.include({ type: "done", output: { result: false }, port: "false" });
      const tree = outcome.type === "done" ? outcome.conditions : undefined;
      expect(tree)
        .to.have.nested.property("conditions[0]")
        .that.includes({ left: 12_000, right: 20_000, result: false });
      expect((await performIn(world, "condition", when("greaterThan", "9000"))).outcome).to.include({ port: "true" });
    });

    it("compares by the type of the field", async () => {
      expect(
        (await performIn(world, "condition", when("before", "2026-04-01T12:00:00Z", "closeDate"))).outcome,
      ).to.include({ port: "true" });
      expect((await performIn(world, "condition", { when: {} })).outcome).to.include({ port: "true" });
    });

    it("never holds by mistake", async () => {
      expect(await failureIn(world, "condition", { when: { all: [{ all: 3 }] } })).to.equal("conditions");
      const { outcome } = await performIn(world, "condition", { when: { not: when("equal", 1, "vanished").when } });
      expect(outcome)
        .to.have.nested.property("error.message")
        .that.matches(/vanished/);
      expect(outcome).to.have.nested.property("error.details.conditions.result", false);
      expect(await failureIn(world, "condition", when("greaterThan", 1), { record: null })).to.equal("conditions");
    });
  });

  it("end closes the run with a status, a message and outputs", async () => {
    const config = {
      status: "failed",
      message: "No stock of {{ record.name }}",
      outputs: { amount: "{{ record.amount }}" },
    };
    const { outcome } = await performIn(world, "end", config);
    const end = { status: "failed", message: "No stock of Northwind renewal", outputs: { amount: 12_000 } };
    expect(outcome).to.deep.equal({ type: "done", output: end, end });
    expect((await performIn(world, "end", {})).outcome).to.deep.nested.include({
      "end.status": "completed",
      "end.outputs": null,
    });
    expect(await failureIn(world, "end", { status: "skipped" })).to.equal("invalid_config");
  });

  it("wait rests until a date of the record", async () => {
    const { outcome } = await performIn(world, "wait", { until: "{{ record.closeDate }}", time: "09:00" });
    expect(outcome)
      .to.deep.include({ type: "wait" })
      .and.have.nested.property("for.at", Date.parse("2026-04-01T07:00:00Z"));
  });
});
