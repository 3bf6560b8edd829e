import { expect } from "chai";
import { aiScore } from "../../src/actions/ai/ai-score.js";
import { performStep, type StepContext } from "../../src/actions/index.js";
import { createEffects, type RecordedEffect } from "../../src/effects/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { type ChatServer, chatServer } from "../support/chat-server.js";
import { faultsOf } from "../support/outside-steps.js";
import { type RecordWorld, recordWorld } from "../support/record-world.js";

const spent = { model: "test-model-2026", usage: { inputTokens: 10, outputTokens: 3 } };

describe("ai.classify, ai.extract, ai.summarize, ai.score", () => {
  let server: ChatServer;
  let world: RecordWorld;
  before(async () => {
    server = await chatServer();
    world = await recordWorld("sqlite");
    const config = {
      allowHosts: [],
      secretKey: "test-key-of-thirty-two-characters",
      baseUrl: "http://crm.test",
      aiBaseUrl: server.baseUrl,
    };
    world.room.effects = createEffects({ ...world.room, log: { info() {}, warn() {}, error() {} }, config });
  });
  beforeEach(() => server.reset());
  after(async () => {
    await world.drop();
    await server.close();
  });

  const ask = async (kind: string, config: JsonObject, recorded?: RecordedEffect[]) => {
    const step = {
      workspaceId: world.ws,
      run: { id: "r1", automationId: "a1", automationName: "Ask", threadId: "t1" },
      stepKey: "ask",
      record: null,
      facts: {},
      now: world.clock.now(),
      timezone: "UTC",
      host: world.room,
      idempotencyKey: "r1:ask:",
      signal: new AbortController().signal,
    } as unknown as StepContext;
    const scope = { record: { note: "The pump leaks.", total: 12 } };
    const call = { kind, config, scope, step, timeoutMs: 5_000, ...(recorded && { recorded }) };
    return (await performStep(world.room, call)).outcome;
  };
  const system = () => server.asked(0).messages[0]?.content ?? "";
  const prompt = () => server.asked(0).messages.at(-1)?.content ?? "";

  it("classifies into one of the categories, asking again for anything else", async () => {
    server.answers.push('{"category":"praise","reason":"?"}', '{"category":"complaint","reason":"It leaks."}');
    const config = { text: "{{ record.note }}", categories: ["complaint", "question", "question"] };
    expect(await ask("ai.classify", { ...config, instructions: "Leaks are complaints." })).to.deep.equal({
      type: "done",
      output: { category: "complaint", reason: "It leaks.", ...spent, usage: { inputTokens: 20, outputTokens: 6 } },
    });
    expect(system()).to.include("Leaks are complaints.").and.include("question");
    expect(prompt()).to.equal("The pump leaks.");
  });

  it("extracts values, null for what is not said", async () => {
    server.answers.push('{"data":{"part":"pump","serial":null}}');
    const fields = { part: "What is broken", serial: "Its serial number" };
    expect(await ask("ai.extract", { text: "{{ record.note }}", fields })).to.deep.equal({
      type: "done",
      output: { data: { part: "pump", serial: null }, ...spent },
    });
    expect(system()).to.include("Its serial number");
  });

  it("summarizes, a record as JSON", async () => {
    server.answers.push("A leak.");
    expect(await ask("ai.summarize", { text: "{{ record }}", length: "sentence" })).to.deep.equal({
      type: "done",
      output: { text: "A leak.", ...spent },
    });
    expect(JSON.parse(prompt())).to.deep.equal({ note: "The pump leaks.", total: 12 });
    expect(system()).to.include("one sentence");
  });

  it("scores within its range", async () => {
    server.answers.push('{"score":99,"reason":"!"}', '{"score":7,"reason":"Leaks."}');
    expect(
      await ask("ai.score", { text: "{{ record.note }}", criteria: "How urgent", min: 0, max: 10 }),
    ).to.deep.nested.include({ type: "done", "output.score": 7, "output.reason": "Leaks." });
    expect(system()).to.include("from 0 to 10").and.include("How urgent");
  });

  it("fails like any question to a model", async () => {
    server.answers.push("no", "no");
    expect(await ask("ai.score", { text: "x", criteria: "y" })).to.deep.nested.include({
      type: "fail",
      "error.code": "invalid_answer",
    });
    expect(server.received).to.have.length(2);
  });

  it("wants a range to score in", () => {
    const given = { text: "x", criteria: "y" };
    expect(faultsOf(aiScore, given)).to.deep.equal([]);
    expect(faultsOf(aiScore, { ...given, min: 5, max: 5 })[0]).to.include({ path: "max" });
  });

  it("gives an answer of the right shape in a simulation, and asks nobody", async () => {
    const recorded: RecordedEffect[] = [];
    const outcome = await ask("ai.classify", { text: "x", categories: ["a", "b"] }, recorded);
    expect(outcome).to.deep.nested.include({ type: "done", "output.category": "a", "output.simulated": true });
    expect([recorded.length, server.received.length]).to.deep.equal([1, 0]);
  });
});
