import { expect } from "chai";
import fc from "fast-check";
import { definitionText, exportAutomation, publish, validateDocument } from "../../src/automations/index.js";
import { createRecord, getRecord } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { importAutomation, readDefinition } from "../../src/imports/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { type ChatServer, chatServer } from "../support/chat-server.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { action } from "./known.js";
import { stepLists } from "./made-up.js";

type World = Awaited<ReturnType<typeof engineWorld>>;

const mail = (to: string, body: string) => ({ to, subject: "News", body });

for (const dialect of dialects) {
  describe(`imported definitions (${dialect})`, () => {
    let world: World;
    let chat: ChatServer;
    before(async () => {
      chat = await chatServer();
      world = await engineWorld(dialect, {
        AI_BASE_URL: chat.baseUrl,
        AI_API_KEY: "sk-canary-import",
        AI_MODEL: "test",
      });
    });
    after(async () => {
      await world.drop();
      await chat.close();
    });

    const make = (object: string, values: JsonObject) =>
      createRecord(world.engine, world.workspaceId, object, values, { actor: world.by });
    const take = async (definition: unknown) => {
      const made = await importAutomation(world.engine, world.workspaceId, definition, world.by);
      await publish(world.engine, world.workspaceId, made.automation.id, null, world.by);
      return made;
    };
    const run = async (definition: unknown, inputs: JsonObject) => {
      const { automation, unmapped } = await take(definition);
      const started = await startManually(world.engine, world.workspaceId, automation.id, { inputs }, world.by);
      await world.drain();
      return { ...(await world.run(started.id)), unmapped };
    };
    const path = (found: { steps: { key: string; status: string }[] }) =>
      found.steps.filter(({ status }) => status === "success").map(({ key }) => key);

    it("do not go on as if a question that could not be taken over had been answered", async () => {
      const found = await run(
        {
          name: "Asks",
          trigger_type: "manual",
          error_handling: "continue",
          actions: [
            { type: "rocket", config: {} },
            { type: "create_note", config: { body: "Sent", customerId: "x", run_if_field: "nobody.knows" } },
          ],
        },
        {},
      );
      const ends = found.steps.map(({ key, status }) => `${key} ${status}`);
      expect(ends).to.deep.equal(["rocket failed", "create_note_if failed"]);
      expect(found).to.include({ status: "failed" });
    });

    it("look up the person behind a relation, and go on where there is none", async () => {
      const vera = await make("contact", { name: "Vera", email: "vera@people.test" });
      const body = "Dear {{steps.deal.output.contact.name}}!";
      const steps = [
        action("deal", "deal.get", { dealId: "{{input.dealId}}" }, { success: "say" }),
        action("say", "set_variables", { text: body }, { success: "end" }),
      ];
      for (const [contact, said] of [
        [vera.id, "Dear Vera!"],
        [null, "Dear !"],
      ]) {
        const deal = await make("deal", { name: "Pump", contact });
        const found = await run({ name: "Dear", steps }, { dealId: deal.id });
        expect(found.steps.find(({ key }) => key === "say")?.output).to.deep.equal({ text: said });
      }
    });

    it("run: records are read, decided on and written", async () => {
      const company = await make("company", { name: "Acme" });
      const vip = await make("contact", {
        name: "Vera",
        email: "vera@example.com",
        tags: ["vip"],
        company: company.id,
      });
      const definition = {
        name: "Greet",
        steps: [
          action("who", "customer.get_by_id", { customerId: "{{input.customerId}}" }, { success: "ask" }),
          {
            stepSlug: "ask",
            stepType: "condition",
            config: { expression: "{{steps.who.output.tags}} includes 'vip' && {{steps.who.output.email}} != null" },
            nextSteps: { true: "mail", false: "end" },
          },
          action("mail", "email.send", mail("{{steps.who.output.email}}", "Dear {{steps.who.output.name}}"), {
            success: "mark",
            error: "log",
          }),
          action(
            "mark",
            "customer_update",
            { customerId: "{{input.customerId}}", last_contacted_at: "{{$now}}" },
            { success: "end" },
          ),
          action("log", "set_variables", { why: "{{steps.mail.error}}" }, { success: "end" }),
        ],
      };
      const found = await run(definition, { customerId: vip.id });
      expect([found.status, found.failedSteps, found.unmapped]).to.deep.equal(["completed", 0, []]);
      expect(path(found)).to.deep.equal(["who", "ask", "mail", "mark"]);
      expect((await getRecord(world.engine, world.workspaceId, "contact", vip.id))?.values["lastContactedAt"]).to.be.a(
        "string",
      );
    });

    it("run: loops go through what was found, models answer, and related records are looked up", async () => {
      for (const city of ["Oslo", "Oslo", "Rome"]) {
        const person = await make("contact", { name: `From ${city}`, city, email: "a@example.com" });
        await make("order", { number: `N-${city}`, contact: person.id, total: 7 });
      }
      chat.reset();
      chat.answers.push('{"grade":"A"}', '{"grade":"B"}');
      const definition = {
        name: "Grade",
        steps: [
          action("find", "customer_search", { city: "Oslo", limit: 10 }, { success: "each" }),
          {
            stepSlug: "each",
            stepType: "loop",
            config: { items: "{{steps.find.output.customers}}", itemVariable: "customer" },
            nextSteps: { next: "think", done: "done_all" },
          },
          {
            stepSlug: "think",
            stepType: "llm",
            config: {
              systemPrompt: "Grade them.",
              userPrompt: "{{customer.name}}: {{#loop.item.orders}}{{number}};{{/loop.item.orders}}",
              outputFormat: "json",
            },
            nextSteps: { success: "write" },
          },
          action(
            "write",
            "customer_update",
            { customerId: "{{loop.item._id}}", description: "{{steps.think.output.grade}}" },
            { success: "each" },
          ),
          action("done_all", "set_variables", { many: "{{steps.find.output.customers.length}}" }, { success: "end" }),
        ],
      };
      const found = await run(definition, {});
      expect([found.status, found.unmapped]).to.deep.equal(["completed", []]);
      expect(
        found.steps
          .filter(({ key }) => key === "write")
          .map(({ output }) => (output as { values: JsonObject }).values["description"]),
      ).to.deep.equal(["A", "B"]);
      expect(chat.asked(0).messages.at(-1)?.content).to.equal("From Oslo: N-Oslo;");
      expect(found.steps.find(({ key }) => key === "done_all")?.output).to.deep.equal({ many: 2 });
    });

    it("fail where a part could not be taken over, with what it was", async () => {
      const odd = action("odd", "rocket.launch", { to: "{{input.planet}}" }, { success: "end" });
      const found = await run(
        { name: "Odd", steps: [action("a", "set_variables", { x: 1 }, { success: "odd" }), odd] },
        {},
      );
      const failed = found.steps.find(({ key }) => key === "odd");
      expect([found.status, failed?.status, failed?.error?.code]).to.deep.equal(["failed", "failed", "unmapped"]);
      expect(failed?.error).to.have.nested.property("details.original").deep.equal(odd);
      expect(found.unmapped.map((one) => one.path)).to.deep.equal(["steps[1]"]);
    });

    it("go on past a field there is not, and end with errors", async () => {
      const person = await make("contact", { name: "Uma" });
      const steps = [
        action(
          "mark",
          "customer_update",
          { customerId: "{{input.id}}", city: "Bonn", loyalty: 5 },
          { success: "after" },
        ),
        action("after", "set_variables", { x: 1 }, { success: "end" }),
      ];
      const found = await run({ name: "Partly", steps }, { id: person.id });
      expect([found.status, found.failedSteps, path(found)]).to.deep.equal(["completed", 1, ["mark", "after"]]);
    });

    it("start by their triggers, conditions and mapped inputs", async () => {
      const { automation, unmapped } = await take({
        name: "Deals",
        trigger_type: "field.changed",
        trigger_config: { field: "stage", to_stage: "negotiation" },
        object_id: "deal",
        conditions: [{ attribute: "amount", operator: "gt", value: 100 }],
        actions: [{ type: "create_task", config: { title: "Call about {name}", due_in_days: 2 } }],
        run_limit_per_month: 1,
      });
      expect(unmapped).to.deep.equal([]);
      const [small, big, more] = [
        await world.deal({ amount: 50 }),
        await world.deal({ amount: 500 }),
        await world.deal({ amount: 600 }),
      ];
      for (const { id } of [small, big, more]) await world.change("deal", id, { stage: "negotiation" });
      await world.drain();
      const runs = await world.runs({ automation: automation.id });
      expect(runs.map(({ recordId, status }) => [recordId, status])).to.have.deep.members([
        [big.id, "completed"],
        [more.id, "skipped"],
      ]);
    });

    it("can be published whatever their steps are, because what the validator refuses is kept as a step that fails", async () => {
      const definition = {
        name: "Circle",
        steps: [
          action("a", "set_variables", { x: 1 }, { success: "b" }),
          action("b", "set_variables", { y: "{{steps.c.output.z}}" }, { success: "c" }),
          action("c", "set_variables", { z: 1 }, { success: "a" }),
          {
            stepSlug: "l",
            stepType: "loop",
            config: { items: "{{nowhere.list}}" },
            nextSteps: { next: "body", done: "end" },
          },
          action("body", "set_variables", { q: "{{loop.item.name}}" }, { success: "l" }),
        ],
      };
      const { automation, unmapped } = await take(definition);
      expect(automation.name).to.equal("Circle");
      expect(unmapped.map((one) => one.path)).to.include.members(["steps[2]", "steps[3]"]);
    });

    it("can be published, whatever they are made of", async () => {
      const { engine, workspaceId } = world;
      await fc.assert(
        fc.asyncProperty(stepLists, async (definition) => {
          const { document, form, unmapped } = await readDefinition(engine, workspaceId, definition);
          const problems = await validateDocument(engine, workspaceId, document, form);
          expect(problems.filter(({ severity }) => severity === "error")).to.deep.equal([]);
          const failing = document.steps.filter(({ kind }) => kind === "unmapped").length;
          expect(failing === 0 || unmapped.length > 0, "what fails is listed").to.equal(true);
        }),
        { numRuns: 60 },
      );
    });

    it("can be published also where a circle that was cut leaves steps aside", async () => {
      const loop = (stepSlug: string, nextSteps: object) => ({
        stepSlug,
        stepType: "loop",
        config: { items: "{{input.x}}" },
        nextSteps,
      });
      const ask = { stepSlug: "f", stepType: "condition", config: { expression: "{{input.x}} == 1" } };
      const steps = [
        loop("c", { next: "f" }),
        action("a", "set_variables", { y: 1 }, { success: "b" }),
        { ...ask, nextSteps: { false: "a" } },
        loop("b", { error: "f" }),
      ];
      const { unmapped } = await take({ name: "Cut", steps });
      expect(unmapped.map(({ path }) => path)).to.have.members(["steps[1]", "steps[2]", "steps[3]"]);
    });

    it("of our own form come out as they went in, to the byte", async () => {
      const json = fc.jsonValue({ maxDepth: 3 }).filter((one) => !JSON.stringify(one).includes("__proto__"));
      const object = fc.dictionary(
        fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== "__proto__"),
        json,
        { maxKeys: 4 },
      );
      const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
      const step = fc.record(
        {
          key,
          kind: fc.constantFrom("record.update", "wait", "unmapped", "host.kind"),
          name: fc.string({ maxLength: 20 }),
          config: object,
          next: fc.dictionary(key, key, { maxKeys: 2 }),
          note: fc.string(),
        },
        { requiredKeys: ["key", "kind"] },
      );
      const document = fc.record(
        {
          object: fc.constantFrom("deal", null),
          triggers: fc.array(fc.record({ key, kind: fc.constant("manual") }), { maxLength: 2 }),
          steps: fc.array(step, { maxLength: 4 }),
          inputs: object,
          variables: object,
          outputs: object,
          conditions: object,
        },
        { requiredKeys: ["steps"] },
      );
      const definition = fc.record({
        name: fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,20}[a-z]$/),
        description: fc.string(),
        form: fc.constantFrom("list", "graph"),
        tags: fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
        document,
      });
      await fc.assert(
        fc.asyncProperty(definition, async (given) => {
          const { engine, workspaceId, by } = world;
          const first = await importAutomation(engine, workspaceId, { millrace: 1, ...given }, by);
          const once = definitionText(await exportAutomation(engine, workspaceId, first.automation.id));
          const second = await importAutomation(engine, workspaceId, JSON.parse(once), by);
          expect(definitionText(await exportAutomation(engine, workspaceId, second.automation.id))).to.equal(once);
          expect(second.unmapped).to.deep.equal([]);
        }),
        { numRuns: 25 },
      );
    });

    it("stay as they are on the way out and in again, once they are ours", async () => {
      const { engine, workspaceId, by } = world;
      const made = await importAutomation(
        engine,
        workspaceId,
        { name: "Foreign", steps: [action("odd", "rocket.launch", { to: "{{input.planet}}" })] },
        by,
      );
      const once = definitionText(await exportAutomation(engine, workspaceId, made.automation.id));
      const again = await importAutomation(engine, workspaceId, JSON.parse(once), by);
      expect(definitionText(await exportAutomation(engine, workspaceId, again.automation.id))).to.equal(once);
      const { document, form } = JSON.parse(once);
      expect(await validateDocument(engine, workspaceId, document, form)).to.deep.equal([]);
    });
  });
}
