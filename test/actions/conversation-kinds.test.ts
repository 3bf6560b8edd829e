import { expect } from "chai";
import { builtinActions, performStep, type StepContext } from "../../src/actions/index.js";
import { createRecord, findRecords, getRecord, type RecordRow } from "../../src/crm/index.js";
import { listMails } from "../../src/effects/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { simulate } from "../../src/insight/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";

for (const dialect of dialects) {
  describe(`conversations (${dialect})`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let phones: Loopback;
    before(async () => {
      phones = await loopback((_request, response) => response.end('{"id":"sms-1"}'));
      world = await engineWorld(dialect, { SMS_URL: `${phones.url}/send` });
    });
    after(async () => {
      await world.drop();
      await phones.close();
    });

    const make = (object: string, values: JsonObject) =>
      createRecord(world.engine, world.workspaceId, object, values, { actor: world.by });
    const talk = async (channel: string, contact: JsonObject | null) => {
      const person = contact && (await make("contact", { name: "Nora", ...contact }));
      return make("conversation", { subject: "Delivery", channel, ...(person ? { contact: person.id } : {}) });
    };
    const messages = async ({ id }: RecordRow) => {
      const when = { all: [{ fact: "record", path: "conversation", operator: "equal", value: id }] };
      return (await findRecords(world.engine, world.workspaceId, "message", { when })).records;
    };
    const automation = (kind: string) =>
      world.automation({
        object: "conversation",
        steps: [{ key: "say", kind, config: { body: "About **{{ record.subject }}**: tomorrow." } }],
      });
    const say = async (kind: string, conversation: RecordRow) => {
      const { id } = await automation(kind);
      await startManually(world.engine, world.workspaceId, id, { recordId: conversation.id }, world.by);
      await world.drain();
      return world.onlyRun({ automation: id });
    };
    const mailsOf = async (runId: string) =>
      (await listMails(world.engine, world.workspaceId, { runId })).data.map(({ to, subject, status }) => ({
        to,
        subject,
        status,
      }));

    it("drafts a reply that nobody outside sees", async () => {
      const conversation = await talk("email", { email: "nora@north.test" });
      const run = await say("conversation.draft", conversation);
      const [draft] = await messages(conversation);
      expect(draft?.values).to.include({ direction: "out", status: "draft", body: "About **Delivery**: tomorrow." });
      expect(draft?.values).to.include({ author: "Won deals", sentAt: null });
      expect(run.steps[0]?.output).to.deep.include({ id: draft?.id, conversation: conversation.id });
      expect(await mailsOf(run.id)).to.deep.equal([]);
    });

    it("replies by mail, and keeps what was said", async () => {
      const conversation = await talk("email", { email: "nora@north.test" });
      const run = await say("conversation.reply", conversation);
      expect(run.steps[0]?.output).to.include({ sentBy: "email" });
      expect(await mailsOf(run.id)).to.deep.equal([
        { to: ["nora@north.test"], subject: "Re: Delivery", status: "kept" },
      ]);
      const [said] = await messages(conversation);
      expect(said?.values).to.include({ direction: "out", status: "sent" });
      const now = await getRecord(world.engine, world.workspaceId, "conversation", conversation.id);
      expect(now?.values["lastMessageAt"]).to.equal(said?.values["sentAt"]).and.be.a("string");
    });

    it("replies by text message", async () => {
      phones.received.length = 0;
      const run = await say("conversation.reply", await talk("sms", { phone: "+49 30 5550200" }));
      expect(run.steps[0]?.output).to.include({ sentBy: "sms" });
      expect(JSON.parse(phones.received[0]?.body ?? "")).to.deep.equal({
        to: "+49305550200",
        text: "About **Delivery**: tomorrow.",
      });
    });

    it("fails when the contact cannot be reached, and keeps nothing", async () => {
      const conversation = await talk("email", {});
      const run = await say("conversation.reply", conversation);
      expect(run.steps[0]?.error).to.include({
        code: "no_address",
        message: "The contact of this conversation has no e-mail address.",
      });
      expect(await messages(conversation)).to.deep.equal([]);
    });

    it("keeps no reply as sent on a channel that nothing serves", async () => {
      const conversation = await talk("chat", null);
      const { status, steps } = await say("conversation.reply", conversation);
      expect([status, steps[0]?.error?.code]).to.deep.equal(["failed", "no_channel"]);
      expect(await messages(conversation)).to.deep.equal([]);
    });

    it("keeps a reply once, however often its step is repeated", async () => {
      const conversation = await talk("email", { email: "nora@north.test" });
      const step = {
        workspaceId: world.workspaceId,
        run: { id: "r1", automationId: "a1", automationName: "Answer", threadId: null },
        record: { object: "conversation", id: conversation.id },
        facts: {},
        now: world.clock.now(),
        host: world.engine,
        cause: { actor: world.by },
        writes: [],
        idempotencyKey: `r1:say:${conversation.id}`,
        signal: new AbortController().signal,
        load: (object: string, id: string) => getRecord(world.engine, world.workspaceId, object, id),
        outside: { mail: async () => ({ ok: true, output: {} }) },
        keep: () => undefined,
      } as unknown as StepContext;
      const room = { ...world.engine, actions: builtinActions() };
      const again = () =>
        performStep(room, { kind: "conversation.reply", config: { body: "Yes." }, scope: {}, step, timeoutMs: 5_000 });
      const [first, second] = [await again(), await again()];
      expect(first.outcome).to.deep.include({ type: "done" }).and.deep.equal(second.outcome);
      expect(await messages(conversation)).to.have.length(1);
    });

    it("only shows in a simulation what it would send", async () => {
      const conversation = await talk("email", { email: "nora@north.test" });
      const { id } = await automation("conversation.reply");
      const found = await simulate(world.engine, world.workspaceId, id, { recordId: conversation.id }, world.by);
      expect(found.effects.map(({ kind, rendered }) => [kind, rendered["to"]])).to.deep.equal([
        ["email.send", ["nora@north.test"]],
      ]);
      expect(await messages(conversation)).to.deep.equal([]);
    });

    it("wants a conversation", async () => {
      const { id } = await world.automation({
        object: null,
        steps: [{ key: "say", kind: "conversation.draft", config: { body: "Hello" } }],
      });
      await startManually(world.engine, world.workspaceId, id, {}, world.by);
      await world.drain();
      expect((await world.onlyRun({ automation: id })).steps[0]?.error).to.include({ code: "no_record" });
    });
  });
}
