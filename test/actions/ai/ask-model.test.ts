import { expect } from "chai";
import { askModel } from "../../../src/actions/ai/ask-model.js";
import { performStep, type StepContext } from "../../../src/actions/index.js";
import { defineObject } from "../../../src/crm/index.js";
import { createEffects, type RecordedEffect } from "../../../src/effects/index.js";
import { startManually } from "../../../src/enrollments/index.js";
import { simulate } from "../../../src/insight/index.js";
import type { JsonObject } from "../../../src/shared/json.js";
import { type ChatServer, chatServer, failing } from "../../support/chat-server.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";
import { faultsOf } from "../../support/outside-steps.js";
import { type RecordWorld, recordWorld } from "../../support/record-world.js";

const schema = { type: "object", properties: { status: { enum: ["active", "at_risk"] } }, required: ["status"] };

describe("llm", () => {
  let server: ChatServer;
  let world: RecordWorld;
  before(async () => {
    server = await chatServer();
    world = await recordWorld("sqlite");
    world.room.effects = createEffects({
      ...world.room,
      log: { info() {}, warn() {}, error() {} },
      config: {
        allowHosts: [],
        secretKey: "test-key-of-thirty-two-characters",
        baseUrl: "http://crm.test",
        aiBaseUrl: server.baseUrl,
      },
    });
  });
  beforeEach(() => server.reset());
  after(async () => {
    await world.drop();
    await server.close();
  });

  const tryStep = (config: JsonObject, more: { recorded?: RecordedEffect[]; timeoutMs?: number } = {}) => {
    const step = {
      workspaceId: world.ws,
      run: { id: "r1", automationId: "a1", automationName: "Ask", threadId: null },
      stepKey: "ask",
      record: null,
      facts: {},
      now: world.clock.now(),
      timezone: "UTC",
      host: world.room,
      idempotencyKey: "r1:ask:",
      signal: new AbortController().signal,
    } as unknown as StepContext;
    const scope = { record: { name: "Northwind", tags: ["vip"] } };
    return performStep(world.room, { kind: "llm", config, scope, step, timeoutMs: 5_000, ...more });
  };
  const output = async (config: JsonObject) => {
    const { outcome } = await tryStep(config);
    if (outcome.type === "done") return outcome.output ?? {};
    throw new Error(`It should have answered: ${JSON.stringify(outcome)}`);
  };
  const failure = async (config: JsonObject) => {
    const { outcome } = await tryStep(config);
    if (outcome.type === "fail") return outcome;
    throw new Error(`It should have failed: ${JSON.stringify(outcome)}`);
  };
  const last = (at: number) => server.asked(at).messages.at(-1);

  describe("a text", () => {
    it("is asked for with what the templates say", async () => {
      server.answers.push("A fine company.");
      const answer = await output({
        system: "You are brief.",
        prompt: "What of {{ record.name }}?",
        temperature: 0,
        maxTokens: 9,
      });
      expect(answer).to.deep.equal({
        text: "A fine company.",
        model: "test-model-2026",
        usage: { inputTokens: 10, outputTokens: 3 },
        toolCalls: [],
      });
      expect(server.asked(0)).to.deep.equal({
        model: "gpt-4o-mini",
        messages: [
          { role: "system", content: "You are brief." },
          { role: "user", content: "What of Northwind?" },
        ],
        temperature: 0,
        max_tokens: 9,
      });
    });

    it("is not nothing", async () => {
      server.answers.push("", " ");
      expect(await failure({ prompt: "Well?" })).to.deep.nested.include({
        retryable: true,
        "error.code": "invalid_answer",
      });
    });
  });

  describe("JSON", () => {
    it("comes as data, its shape told in words as well", async () => {
      server.answers.push('{"status": "active"}');
      expect(await output({ prompt: "How are they?", format: "json", schema })).to.deep.include({
        data: { status: "active" },
      });
      expect(server.asked(0).messages[0]).to.deep.include({ role: "system" });
      expect(server.asked(0).messages[0]?.content).to.include(JSON.stringify(schema));
    });

    it("of another shape is sent back once, with what is wrong", async () => {
      server.answers.push('{"status": "fine"}', '{"status": "at_risk"}');
      const answer = await output({ prompt: "How are they?", format: "json", schema });
      expect(answer).to.deep.include({ data: { status: "at_risk" }, usage: { inputTokens: 20, outputTokens: 6 } });
      expect(server.asked(1).messages.at(-2)).to.deep.equal({ role: "assistant", content: '{"status": "fine"}' });
      expect(last(1)?.content).to.include("data.status must be equal to one of the allowed values");
      expect(server.received[1]?.headers["idempotency-key"]).to.equal("r1:ask:/2");
    });

    it("that is wrong twice fails, and may be tried again", async () => {
      server.answers.push("They are active.", '{"state": "active"}');
      const failed = await failure({ prompt: "How are they?", format: "json", schema });
      expect(failed).to.deep.nested.include({ retryable: true, "error.code": "invalid_answer" });
      expect(failed.error.details).to.deep.include({
        text: '{"state": "active"}',
        usage: { inputTokens: 20, outputTokens: 6 },
      });
      expect(server.received).to.have.length(2);
    });

    it("needs no schema", async () => {
      server.answers.push("42", '{"products": []}');
      expect(await output({ prompt: "Recommend.", format: "json" })).to.deep.include({ data: { products: [] } });
    });
  });

  describe("tools", () => {
    const tools = ["customer_get", "product_search", "list_deals"];

    it("look up records and are logged", async () => {
      const { contact, deal } = world;
      server.answers.push(
        {
          use: [
            ["customer_get", { id: contact.id }],
            ["list_deals", { where: { stage: "proposal" }, sort: "-amount" }],
          ],
        },
        "Nora from Northwind.",
      );
      const { text, toolCalls, usage } = await output({ prompt: "Who?", tools });
      expect(text).to.equal("Nora from Northwind.");
      expect(toolCalls).to.deep.equal([
        { name: "customer_get", arguments: { id: contact.id }, records: [contact.id] },
        { name: "list_deals", arguments: { where: { stage: "proposal" }, sort: "-amount" }, records: [deal.id] },
      ]);
      expect(usage).to.deep.equal({ inputTokens: 20, outputTokens: 6 });
      expect(server.asked(0).tools?.map((tool) => tool.function.name)).to.deep.equal(tools);
      expect(last(1)).to.deep.include({ role: "tool", tool_call_id: "call_1" });
      expect(last(1)?.content).to.include("Northwind renewal");
    });

    it("tell the model what was wrong with a call", async () => {
      server.answers.push({
        use: [
          ["deal_delete", { id: "1" }],
          ["customer_get", { id: "nobody" }],
          ["list_deals", { where: { colour: "red" } }],
          ["customer_get", "{"],
        ],
      });
      const { toolCalls } = await output({ prompt: "Who?", tools });
      expect((toolCalls as { error: string }[]).map(({ error }) => error.slice(0, 34))).to.deep.equal([
        'There is no tool "deal_delete". Th',
        'There is no contact "nobody".',
        "when.all[0].path: There is no fiel",
        "The arguments must be a short JSON",
      ]);
    });

    it("are not used more often than allowed", async () => {
      server.answers.push(
        { use: [["product_search", { query: "a" }]] },
        {
          use: [
            ["product_search", { query: "b" }],
            ["product_search", { query: "c" }],
          ],
        },
        "Enough.",
      );
      const { text, toolCalls } = await output({ prompt: "Find.", tools, maxToolCalls: 2 });
      expect(text).to.equal("Enough.");
      expect((toolCalls as JsonObject[]).map((call) => "error" in call)).to.deep.equal([false, false, true]);
      expect(server.asked(1)).to.not.have.property("tool_choice");
      expect(server.asked(2)).to.include({ tool_choice: "none" });
    });

    it("asked for on and on fail the step", async () => {
      const again = { use: [["product_search", { query: "a" }]] as [string, unknown][] };
      server.answers.push(again, again, again);
      const failed = await failure({ prompt: "Find.", tools, maxToolCalls: 1 });
      expect(failed).to.deep.nested.include({ retryable: false, "error.code": "tool_limit" });
      expect(failed.error.details?.["toolCalls"]).to.have.length(1);
      expect(server.received).to.have.length(2);
    });

    it("hand over short answers, however much there is", async () => {
      for (let n = 0; n < 12; n++) await world.record("note", { body: `Northwind ${n} ${"long ".repeat(2000)}` });
      server.answers.push({ use: [["note_search", { query: "Northwind", limit: 500 }]] });
      await output({ prompt: "Find.", tools: ["note_search"] });
      expect(last(1)?.content?.length).to.be.below(20_001);
      expect(JSON.parse(last(1)?.content ?? "")).to.include({ more: true });
    });

    it("stay in the workspace", async () => {
      const other = await recordWorld("sqlite");
      server.answers.push({
        use: [
          ["customer_get", { id: other.contact.id }],
          ["customer_search", { query: "Nora" }],
        ],
      });
      const { toolCalls } = await output({ prompt: "Who?", tools: ["customer_get", "customer_search"] });
      expect(toolCalls).to.have.nested.property("[0].error");
      expect(toolCalls).to.have.deep.nested.property("[1].records", [world.contact.id]);
      await other.drop();
    });

    it("come with the objects a workspace made itself", async () => {
      await defineObject(world.room, world.ws, {
        name: "subscription",
        label: "Subscription",
        plural: "Subscriptions",
        fields: [],
      });
      server.answers.push({ use: [["subscription_list", {}]] });
      expect(await output({ prompt: "Find.", tools: ["subscription_list"] })).to.have.deep.nested.property(
        "toolCalls[0].records",
        [],
      );
    });

    it("that do not exist are a fault of the config, with the nearest name", async () => {
      expect(faultsOf(askModel, { prompt: "x", tools: ["contact_get", "contact_serch"] })).to.deep.equal([
        { path: "tools[1]", message: 'There is no tool "contact_serch". Did you mean "contact_search"?' },
      ]);
      const failed = await failure({ prompt: "x", tools: ["contcat_get"] });
      expect(failed.error).to.include({
        code: "invalid_config",
        message: 'config.tools[0]: There is no tool "contcat_get". Did you mean "contact_get"?',
      });
      expect(server.received).to.have.length(0);
    });
  });

  describe("a provider in trouble", () => {
    it("is tried again later, when it says so", async () => {
      server.answers.push(failing(429, {}, { "Retry-After": "20" }), failing(500, {}));
      expect(await failure({ prompt: "x" })).to.include({ retryable: true, retryAfterMs: 20_000 });
      expect(await failure({ prompt: "x" })).to.deep.nested.include({ retryable: true, "error.code": "http_500" });
    });

    it("that hangs is left at the step's timeout, five minutes unless its document says otherwise", async () => {
      server.answers.push(() => undefined);
      const { outcome } = await tryStep({ prompt: "x" }, { timeoutMs: 50 });
      expect(outcome).to.deep.nested.include({ type: "fail", retryable: true, "error.code": "timeout" });
      expect(askModel.timeoutMs).to.equal(300_000);
    });

    it("that fails on the way still shows what was spent", async () => {
      server.answers.push({ use: [["contact_list", {}]] }, failing(400, { error: { message: "Too long" } }));
      const { error } = await failure({ prompt: "x", tools: ["contact_list"] });
      expect(error.details).to.deep.include({ usage: { inputTokens: 10, outputTokens: 3 } });
    });
  });

  it("is only recorded in a simulation", async () => {
    const recorded: RecordedEffect[] = [];
    const { outcome } = await tryStep(
      { prompt: "How is {{ record.name }}?", format: "json", schema, tools: ["customer_get"] },
      { recorded },
    );
    expect(outcome).to.deep.nested.include({ type: "done", "output.data.status": "active", "output.simulated": true });
    expect(recorded).to.have.length(1);
    expect(recorded[0]?.rendered).to.deep.nested.include({
      "messages[1].content": "How is Northwind?",
      "tools[0]": "customer_get",
    });
    expect(server.received).to.have.length(0);
  });

  it("wants something to say, and a schema that fits", () => {
    const paths = (config: JsonObject) => faultsOf(askModel, config).map(({ path }) => path);
    expect(paths({ prompt: "x" })).to.deep.equal([]);
    expect(paths({ system: "{{ vars.role }}", format: "json", schema, tools: ["{{ vars.tool }}"] })).to.deep.equal([]);
    expect(paths({ system: " " })).to.deep.equal(["prompt"]);
    expect(paths({ prompt: "x", schema })).to.deep.equal(["schema"]);
    expect(paths({ prompt: "x", format: "json", schema: { type: "objekt" } })).to.deep.equal(["schema"]);
    expect(paths({ prompt: "x", temperature: 3, format: "xml", model: "y" })).to.have.members([
      "temperature",
      "format",
      "model",
    ]);
  });

  it("reads as a sentence", () => {
    expect(askModel.sentence({ prompt: "Is {{ record.name }} well?" })).to.equal(
      'ask an AI model "Is record.name well?"',
    );
  });
});

for (const dialect of dialects)
  describe(`llm in runs, ${dialect}`, () => {
    let server: ChatServer;
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      server = await chatServer();
      world = await engineWorld(dialect, { AI_BASE_URL: server.baseUrl, AI_API_KEY: "sk-canary-run" });
    });
    afterEach(async () => {
      await world.drop();
      await server.close();
    });
    const steps = [{ key: "ask", kind: "llm", config: { system: "Be kind.", prompt: "{{ inputs.question }}" } }];
    const inputs = { type: "object", properties: { question: { type: "string" } } };
    const automation = () => world.automation({ object: null, inputs, steps });
    const run = async (automationId: string, question: string, threadId?: string) => {
      const { id } = await startManually(
        world.engine,
        world.workspaceId,
        automationId,
        { inputs: { question }, threadId },
        world.by,
      );
      await world.drain();
      return world.run(id);
    };
    const sent = (at: number) => server.asked(at).messages.map(({ content }) => content);

    it("remembers from run to run of a thread, and nothing without one", async () => {
      const { id } = await automation();
      server.answers.push("Six.", "Seven.", "What?", "Who?");
      await run(id, "Pick a number.", "t1");
      expect((await run(id, "One more.", "t1")).status).to.equal("completed");
      expect(sent(1)).to.deep.equal(["Be kind.", "Pick a number.", "Six.", "One more."]);
      await run(id, "Another thread.", "t2");
      expect(sent(2)).to.deep.equal(["Be kind.", "Another thread."]);
      await run(id, "No thread.");
      expect(sent(3)).to.deep.equal(["Be kind.", "No thread."]);
    });

    it("remembers nothing of a step that failed", async () => {
      const { id } = await automation();
      server.answers.push(failing(400, {}), "Fine.");
      expect((await run(id, "Pick a number.", "t1")).status).to.equal("failed");
      await run(id, "Again.", "t1");
      expect(sent(1)).to.deep.equal(["Be kind.", "Again."]);
    });

    it("shows nothing of the key anywhere", async () => {
      const { id } = await automation();
      server.answers.push("I am sk-canary-run");
      await run(id, "Who are you?", "t1");
      for (const table of ["millrace_steps", "millrace_threads", "millrace_runs"])
        expect(JSON.stringify(await world.db.all(`SELECT * FROM ${table}`))).to.not.include("sk-canary-run");
    });

    it("asks nobody in a simulation of the whole automation", async () => {
      const { id } = await automation();
      const request = { inputs: { question: "Pick a number." } };
      const simulation = await simulate(world.engine, world.workspaceId, id, request, world.by);
      expect(simulation).to.deep.nested.include({ status: "completed", "effects[0].kind": "llm" });
      expect(server.received).to.have.length(0);
    });
  });
