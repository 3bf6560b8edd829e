import { expect } from "chai";
import { pause } from "../../src/automations/index.js";
import { findRecords } from "../../src/crm/index.js";
import { cancelBatch, lookBack, startBatch } from "../../src/enrollments/index.js";
import type { Document, Form, Step } from "../../src/graph/index.js";
import { checkInvariants, simulate } from "../../src/insight/index.js";
import { decide, questionsFor, remindPeople } from "../../src/people/index.js";
import { cancelRun, replayRun, undoRun } from "../../src/runs/index.js";
import { newId } from "../../src/shared/ids.js";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";
import { type Loopback, loopback } from "../support/loopback.js";
import { repeating } from "../support/repeated.js";

type World = Awaited<ReturnType<typeof engineWorld>>;

const step = (key: string, kind: string, config: object = {}, next?: Step["next"]): Step =>
  ({ key, kind, config, ...(next ? { next } : {}) }) as Step;
const task = step("task", "task.create", { title: "Call {{ record.name }}" });
const rest = step("rest", "wait", { for: "1h" });
const mark = step("mark", "record.update", { values: { status: "onboarding" } });
const call = (body: object, next?: Step["next"]) =>
  step("call", "http.request", { method: "POST", url: "{{ vars.url }}", body }, next);
const letters = ["a", "b", "c"];

/** What a run is made of, and what is done about it before it goes on. */
type Kind = { steps: Step[]; form?: Form; more?: Partial<Document>; then?: (world: World) => Promise<void> };

const kinds: Record<string, Kind> = {
  "a list that writes records": { steps: [mark, task] },
  "a call between records": { steps: [mark, call({ to: "{{ record.name }}" }), task] },
  "a loop with a call and a wait in it": {
    form: "graph",
    steps: [
      step("loop", "loop", { items: letters, itemVariable: "letter" }, { next: "call", done: "task" }),
      call({ letter: "{{ letter }}" }, { success: "rest" }),
      { ...rest, next: { success: "note" } },
      step("note", "note.create", { body: "{{ letter }} {{ loop.index }}" }, { success: "loop" }),
      task,
    ],
  },
  "a step that fails, is tried again and passed over": {
    steps: [
      { ...step("broken", "record.update", { values: { stage: "{{ 'no-such' }}" } }), onError: { policy: "continue" } },
      { ...call({ status: 503 }), onError: { policy: "retry", attempts: 2, then: "continue" } },
      task,
    ],
  },
  "children, one of which fails": {
    steps: [
      step("each", "for_each", {
        items: letters,
        automation: "Child",
        inputs: { letter: "{{ loop.item }}" },
        concurrency: 2,
        onItemError: "continue",
      }),
      task,
    ],
    more: { outputs: { failed: "{{ steps.each.output.failed }}" } },
  },
  "branches that meet": {
    form: "graph",
    steps: [
      step("fork", "parallel", { branches: [{ key: "a" }, { key: "b" }] }, { a: "mark", b: "rest" }),
      { ...mark, next: { success: "join" } },
      { ...rest, next: { success: "join" } },
      step("join", "join", { mode: "all" }, { success: "task" }),
      task,
    ],
  },
  "an approval that is given": {
    form: "graph",
    steps: [
      step("ask", "approval", { message: "Sure?", assignees: { users: ["ada@demo.test"] } }, { approved: "task" }),
      task,
    ],
    async then(world) {
      await remindPeople(world.engine);
      const [question] = (await questionsFor(world.engine, world.workspaceId)).data;
      const by = { id: world.user.id, name: "Ada Admin", overrides: false };
      await decide(world.engine, world.workspaceId, question?.id ?? "", by, { decision: "approved" });
    },
  },
  "a run that is cancelled while it rests": {
    steps: [mark, rest, task],
    then: async (world) => cancelRun(world.engine, world.workspaceId, (await latest(world)).id, world.by),
  },
  "a run that is undone": {
    steps: [mark, task],
    then: async (world) => void (await undoRun(world.engine, world.workspaceId, (await latest(world)).id, world.by)),
  },
  "a run that fails and is run again": {
    steps: [mark, step("stop", "record.update", { values: { amount: "{{ 'much' }}" } }), task],
    async then(world) {
      await replayRun(world.engine, world.workspaceId, (await latest(world)).id, "failed", world.by);
    },
  },
  "runs that wait their turn": {
    steps: [rest, task],
    more: { enrollment: { concurrency: "queue" } },
    async then(world) {
      const { recordId } = await latest(world);
      await world.change("deal", recordId ?? "", { stage: "lead" });
      await world.change("deal", recordId ?? "", { stage: "won", amount: 7 });
    },
  },
  "a batch, cancelled in the middle": {
    steps: [rest, task],
    more: { limits: { perMinute: 2, runsPerMonth: 3 } },
    async then(world) {
      const { automationId: automation } = await latest(world);
      const ids: string[] = [];
      for (const name of letters) ids.push((await world.deal({ name })).id);
      const batch = await startBatch(world.engine, world.workspaceId, automation, ids, {}, world.by);
      await world.drain();
      await cancelBatch(world.engine, world.workspaceId, batch.id, world.by);
    },
  },
  "a simulation with a wait": {
    steps: [rest, step("at", "set_variables", { values: { at: "{{ now | date: '%F %R' }}" } })],
    async then(world) {
      const run = await latest(world);
      const { startsAt, endsAt } = await simulate(
        world.engine,
        world.workspaceId,
        run.automationId,
        { recordId: run.recordId ?? "" },
        world.by,
      );
      await world.deal({ name: `${startsAt} to ${endsAt}` });
    },
  },
};

const anyInputs = { type: "object", properties: { letter: { type: "string" } } };
const failOnB = step("last", "end", { status: "{% if inputs.letter == 'b' %}failed{% else %}completed{% endif %}" });

/** The run that started last. */
async function latest(world: World) {
  const [run] = await world.runs({ trigger: "record.updated" });
  if (!run) throw new Error("No run has started.");
  return run;
}

for (const dialect of dialects) {
  describe(`transactions that are done again, on ${dialect}`, function () {
    this.timeout(120_000);
    let server: Loopback;
    let calm: World;
    let rough: World;
    let repeated: () => number;
    before(async () => {
      server = await loopback((_req, res) => {
        res.sendDate = false;
        res.writeHead(server.received.at(-1)?.body.includes("503") ? 503 : 200).end("{}");
      });
      const environment = { MILLRACE_ALLOW_HOSTS: server.host };
      calm = await engineWorld(dialect, environment);
      rough = await engineWorld(dialect, environment, (db) => {
        const twice = repeating(db);
        repeated = twice.count;
        return twice;
      });
      for (const world of [calm, rough])
        await world.automation({ object: null, steps: [failOnB], inputs: anyInputs }, "Child");
    });
    after(async () => {
      await calm.drop();
      await rough.drop();
      await server.close();
    });

    /** Lets one kind of run happen, and tells all that came of it. */
    async function tell(world: World, { steps, form = "list", more = {}, then }: Kind): Promise<unknown> {
      server.received.length = 0;
      const since = newId();
      const variables = { url: server.url };
      const { id } = await world.automation({ triggers: [whenWon], variables, ...more, steps }, "Won deals", form);
      const deal = await world.deal();
      await world.change("deal", deal.id, { stage: "won" });
      await work(world);
      await then?.(world);
      await work(world, 3);
      await pause(world.engine, world.workspaceId, id);
      return story(world, server, since);
    }

    for (const [name, kind] of Object.entries(kinds)) {
      it(`change nothing outside of themselves: ${name}`, async () => {
        const before = repeated();
        expect(await tell(rough, kind)).to.deep.equal(await tell(calm, kind));
        expect(repeated() - before).to.be.greaterThan(5);
        expect(await checkInvariants(rough.db)).to.deep.equal([]);
      });
    }
  });
}

/** Everything there is to do, over so many hours. */
async function work(world: World, hours = 0): Promise<void> {
  for (let hour = 0; ; hour++) {
    await world.drain();
    await lookBack(world.engine);
    await world.drain();
    if (hour >= hours) return;
    world.clock.forward("61m");
  }
}

/** What came of it since an id was made, with the ids of things in the order they are met. */
async function story(world: World, server: Loopback, since: string): Promise<unknown> {
  const { engine, workspaceId, db } = world;
  const young = ({ id }: { id: string }) => id > since;
  const runs = await Promise.all((await world.runs()).filter(young).map(({ id }) => world.run(id)));
  const records = await Promise.all(
    ["deal", "task", "note"].map((object) => findRecords(engine, workspaceId, object, { limit: 1000 })),
  );
  const calls = server.received.map(({ body, headers }) => [body, headers["idempotency-key"]]);
  const all = {
    runs: runs.reverse().map(({ trigger: { eventId: _event, ...trigger }, ...run }) => ({ ...run, trigger })),
    records: records.map((found) => found.records.filter(young).map(({ values, version }) => ({ values, version }))),
    calls: calls.map((one) => JSON.stringify(one)).sort(),
    events: await db.all("SELECT kind, object, source FROM millrace_events WHERE recordId > ? ORDER BY id", [since]),
    waits: await db.all("SELECT stepKey, kind FROM millrace_waits"),
    counters: await db.all("SELECT period, used FROM millrace_counters ORDER BY period, used"),
  };
  const names = new Map<string, string>();
  return JSON.parse(
    JSON.stringify(all).replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, (id) => {
      const name = names.get(id) ?? `id${names.size}`;
      names.set(id, name);
      return name;
    }),
  );
}
