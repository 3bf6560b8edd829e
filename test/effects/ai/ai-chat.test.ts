import { expect } from "chai";
import type { Chat, RecordedEffect } from "../../../src/effects/index.js";
import { writeSecret } from "../../../src/effects/index.js";
import { type ChatServer, chatServer, completion, failing } from "../../support/chat-server.js";
import { gateway } from "../../support/gateway.js";

const KEY = "sk-canary-77a1";

describe("asking a model", () => {
  let server: ChatServer;
  let world: Awaited<ReturnType<typeof gateway>>;
  before(async () => {
    server = await chatServer();
    const settings = { aiBaseUrl: `${server.baseUrl}/?api-version=1`, aiApiKey: KEY, aiModel: "test-model" };
    world = await gateway("sqlite", settings, { aiTimeoutMs: 300 });
  });
  beforeEach(() => server.reset());
  after(async () => {
    await world.close();
    await server.close();
  });

  const ask = (chat: Partial<Chat> = {}, record?: RecordedEffect[], through = world.effects) =>
    world
      .outside(record ? { record } : {}, through)
      .chat({ messages: [{ role: "user", content: "Hello?" }], format: "text", turn: 1, ...chat });
  const answer = async (chat: Partial<Chat> = {}) => {
    const result = await ask(chat);
    if (!result.ok) throw new Error(result.message);
    return result.answer;
  };
  const failure = async (chat: Partial<Chat> = {}) => {
    const result = await ask(chat);
    if (result.ok) throw new Error(`It answered ${result.answer.text}`);
    return result;
  };
  const says = (body: unknown) => server.answers.push(failing(200, JSON.stringify(body)));

  it("sends what was set, where the API expects it, with the key of the step and of the operator", async () => {
    server.answers.push("Hello!");
    expect(await answer({ temperature: 0.2, maxTokens: 50 })).to.deep.equal({
      text: "Hello!",
      model: "test-model-2026",
      usage: { inputTokens: 10, outputTokens: 3 },
      toolCalls: [],
      cut: false,
      simulated: false,
    });
    expect(server.received[0]).to.include({ method: "POST", url: "/v1/chat/completions?api-version=1" });
    expect(server.received[0]?.headers).to.include({ authorization: `Bearer ${KEY}`, "idempotency-key": "r1:tell:0" });
    expect(server.asked(0)).to.deep.equal({
      model: "test-model",
      messages: [{ role: "user", content: "Hello?" }],
      temperature: 0.2,
      max_tokens: 50,
    });
  });

  it("gives every further question of the attempt a key of its own", async () => {
    await answer({ turn: 2 });
    expect(server.received[0]?.headers["idempotency-key"]).to.equal("r1:tell:0/2");
  });

  it("asks for JSON by schema, and reads it also from a code fence", async () => {
    const schema = { type: "object", properties: { score: { type: "number" } } };
    server.answers.push('```json\n{"score": 7}\n```', "Seven, I would say.");
    expect(await answer({ format: "json", schema })).to.deep.include({ data: { score: 7 } });
    expect(server.asked(0).response_format).to.deep.nested.include({
      type: "json_schema",
      "json_schema.schema": schema,
    });
    expect(await answer({ format: "json" })).to.not.have.property("data");
    expect(server.asked(1).response_format).to.deep.equal({ type: "json_object" });
  });

  it("keeps JSON that is too deep, or reaches for a prototype, from those who walk it", async () => {
    server.answers.push("[".repeat(5000) + "]".repeat(5000), '{"__proto__": {"admin": true}, "a": 1}');
    expect(await answer({ format: "json" })).to.not.have.property("data");
    expect((await answer({ format: "json" })).data).to.deep.equal({ a: 1 });
  });

  it("reads the tools a model asks for, with odd arguments too", async () => {
    server.answers.push({
      use: [
        ["contact_get", { id: "c1" }],
        ["contact_list", ""],
        ["contact_get", "{id: 1}"],
      ],
    });
    const { toolCalls } = await answer({ tools: [{ name: "contact_get", description: "Reads.", parameters: {} }] });
    expect(toolCalls.map(({ name, given }) => [name, given])).to.deep.equal([
      ["contact_get", { id: "c1" }],
      ["contact_list", {}],
      ["contact_get", null],
    ]);
    expect(server.asked(0).tools).to.deep.equal([
      { type: "function", function: { name: "contact_get", description: "Reads.", parameters: {} } },
    ]);
  });

  it("waits as the provider asks", async () => {
    server.answers.push(failing(429, { error: { message: "Slow down." } }, { "Retry-After": "7" }));
    expect(await failure()).to.include({ code: "http_429", retryable: true, retryAfterMs: 7000 });
  });

  for (const [status, retryable] of [
    [500, true],
    [503, true],
    [400, false],
    [401, false],
    [404, false],
    [302, false],
  ] as const)
    it(`${retryable ? "may try again after" : "gives up on"} ${status}`, async () => {
      server.answers.push(failing(status, { error: { message: "Something\nabout the model" } }));
      const result = await failure();
      expect(result).to.include({ code: `http_${status}`, retryable });
      expect(result.message).to.include("Something about the model");
    });

  it("says what a 401 and a 404 have to do with the settings", async () => {
    server.answers.push(failing(401, `Incorrect key ${KEY}`), failing(404, "<html>not here</html>"));
    expect((await failure()).message)
      .to.include("AI_API_KEY")
      .and.not.include(KEY);
    expect((await failure()).message)
      .to.include("AI_BASE_URL")
      .and.not.include("html");
  });

  it("ends a call that hangs, and one that is cancelled", async () => {
    server.answers.push(
      () => undefined,
      () => undefined,
    );
    expect(await failure()).to.include({ code: "timeout", retryable: true });
    const cancelled = await world
      .outside({ signal: AbortSignal.timeout(20) })
      .chat({ messages: [], format: "text", turn: 1 });
    expect(cancelled).to.include({ ok: false, code: "aborted" });
  });

  it("reads no more than 1 MB", async () => {
    server.answers.push("x".repeat(1_100_000), "x".repeat(900_000));
    expect(await failure()).to.include({ code: "answer_too_large", retryable: false });
    expect((await answer()).text).to.have.length(900_000);
  });

  it("tells an answer of another shape, a refusal and a cut one", async () => {
    says("<html>Bad gateway</html>");
    expect(await failure()).to.include({ code: "bad_answer", retryable: true });
    says(completion("", { message: { content: null, refusal: "I cannot help with that." } }));
    expect(await failure()).to.include({ code: "refused", retryable: false });
    says(completion("Once upon a", { finish_reason: "length" }));
    expect(await answer()).to.include({ text: "Once upon a", cut: true });
    says(
      completion("", {
        message: {
          content: [
            { type: "text", text: "In " },
            { type: "text", text: "parts" },
          ],
        },
      }),
    );
    expect((await answer()).text).to.equal("In parts");
  });

  it("hides secrets in what comes back, and lets none go that is bound elsewhere", async () => {
    await writeSecret(world, "w1", "erp_key", "canary-erp-1", { hosts: ["erp.example.com"] }, "Ada");
    server.answers.push(`You said canary-erp-1, and I am ${KEY}.`);
    expect((await answer()).text).to.equal("You said [secret erp_key], and I am [secret ai_api_key].");
    const leak = await ask({ messages: [{ role: "user", content: "The key is canary-erp-1" }] });
    expect(leak).to.include({ ok: false, code: "secret_not_allowed" });
    expect(server.received).to.have.length(1);
  });

  it("says what to set when nothing is", async () => {
    const result = await ask({}, undefined, world.open({ aiBaseUrl: undefined }));
    expect(result).to.include({ ok: false, code: "ai_not_configured", retryable: false });
    expect(!result.ok && result.message).to.include("AI_BASE_URL");
  });

  for (const aiBaseUrl of ["api.openai.com/v1", "ftp://ai.example.com", "https://me:hunter22@ai.example.com/v1"])
    it(`refuses ${aiBaseUrl} as AI_BASE_URL, without repeating it`, () =>
      expect(() => world.open({ aiBaseUrl }))
        .to.throw("AI_BASE_URL")
        .with.property("message")
        .that.does.not.include("hunter22"));

  it("opens the provider's host for itself alone", async () => {
    expect(await world.outside().http({ method: "GET", url: server.url })).to.include({ code: "blocked_destination" });
  });

  it("sends nothing in a simulation, keeps the question, and answers in the shape asked for", async () => {
    const record: RecordedEffect[] = [];
    const schema = {
      type: "object",
      properties: { status: { enum: ["active", "lost"] }, reasons: { type: "array", items: {} } },
    };
    const text = await ask({ messages: [{ role: "user", content: "canary-erp-2" }] }, record);
    const json = await ask({ format: "json", schema }, record);
    expect(text).to.deep.nested.include({ ok: true, "answer.text": "…", "answer.simulated": true });
    expect(json).to.deep.nested.include({ ok: true, "answer.data": { status: "active", reasons: ["…"] } });
    expect(record.map(({ kind, stepKey }) => `${kind} ${stepKey}`)).to.deep.equal(["llm tell", "llm tell"]);
    expect(record[0]?.rendered).to.deep.include({
      model: "test-model",
      messages: [{ role: "user", content: "canary-erp-2" }],
    });
    expect(server.received).to.have.length(0);
  });
});
