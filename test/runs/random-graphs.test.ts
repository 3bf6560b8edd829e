import { config, expect } from "chai";
import fc from "fast-check";
import { createAutomation, publish, validateDocument } from "../../src/automations/index.js";
import { defineField, findRecords, getRecord } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import type { Document } from "../../src/graph/index.js";
import { checkInvariants, simulate } from "../../src/insight/index.js";
import { replayRun } from "../../src/runs/index.js";
import { iso } from "../../src/shared/clock.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { type Call, type Death, workUntilDeath } from "../support/killed-engine.js";
import { anyPieces, fields, pathOf, type Steps, wire } from "../support/random-graphs.js";

config.truncateThreshold = 0;

/** RANDOM_GRAPHS=2000 for a long search; RANDOM_SEED repeats one. */
const graphs = { sqlite: 100, mysql: 40 };
const seed = Number(process.env["RANDOM_SEED"] ?? 20_261_121);

/** At so many of its commits a run's engine dies, at one in each life. */
const most = process.env["RANDOM_GRAPHS"] ? 60 : 5;

/** When engines die that carry one run, one after another: before a commit, or right after it. */
const deaths = fc.array(fc.record({ at: fc.integer({ min: 1, max: 12 }), committed: fc.boolean() }), { maxLength: 2 });

for (const dialect of dialects) {
  describe(`graphs made at random, on ${dialect}`, function () {
    const numRuns = Number(process.env["RANDOM_GRAPHS"] ?? graphs[dialect]);
    const parameters = { numRuns, seed };
    this.timeout(60_000 + numRuns * 2_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect, { MILLRACE_LEASE: "1s" });
      for (const name of fields)
        await defineField(world.engine, world.workspaceId, "deal", { name, label: name, type: "number" });
    });
    after(() => world.drop());

    async function published(document: Document): Promise<string> {
      const made = await createAutomation(
        world.engine,
        world.workspaceId,
        { name: "Random", form: "graph", document },
        world.by,
      );
      await publish(world.engine, world.workspaceId, made.id, null, world.by);
      return made.id;
    }

    /** Runs it on a deal of its own to the end; of the engines that carry it, the first ones die. */
    async function run(automation: string, amount: number, dying: Death[] = []) {
      const deal = await world.deal({ amount });
      const start = { recordId: deal.id };
      const { id } = await startManually(world.engine, world.workspaceId, automation, start, world.by);
      const carried = await carry(id, dying);
      return { ...(await whatCame(id, deal.id)), ...carried };
    }

    async function carry(id: string, dying: Death[] = []) {
      const { engine } = world;
      const calls: Call[] = [];
      const left = [...dying];
      let transactions = 0;
      for (let lives = 0; lives < 200; lives++) {
        transactions += await workUntilDeath(engine, calls, left.shift());
        const row = await engine.db.one("SELECT wakeAt FROM millrace_runs WHERE id = ?", [id]);
        if (row?.["wakeAt"] === null) break;
        world.clock.set(iso(Math.max(Number(row?.["wakeAt"]), world.clock.now())));
      }
      return { calls, transactions };
    }

    async function whatCame(id: string, deal: string) {
      const { engine, workspaceId } = world;
      const ended = await world.run(id);
      const about = async (object: string, field: string) =>
        (
          await findRecords(engine, workspaceId, object, {
            when: { all: [{ fact: "record", path: "relatedId", operator: "equal", value: deal }] },
            limit: 1000,
          })
        ).records
          .map(({ values }) => String(values[field]))
          .sort();
      return {
        id,
        status: ended.status,
        outputs: ended.outputs,
        failedSteps: ended.failedSteps,
        reason: ended.reason?.code ?? null,
        path: pathOf(ended.steps),
        values: (await getRecord(engine, workspaceId, "deal", deal))?.values,
        notes: await about("note", "body"),
        tasks: await about("task", "title"),
      };
    }

    const numbers = (values: Record<string, unknown> = {}) =>
      Object.fromEntries(fields.filter((name) => (values[name] ?? null) !== null).map((name) => [name, values[name]]));
    const called = (calls: Call[], id: string) =>
      [...new Set(calls.map(({ key, body }) => `${key.replace(id, "run")} ${body}`))].sort();

    it("go the same way in a simulation, in the engine, and in engines that die on the way", () =>
      fc.assert(
        fc.asyncProperty(anyPieces, fc.nat(9), fc.nat(1), async (pieces, amount, phase) => {
          const document = wire(pieces);
          const faults = await validateDocument(world.engine, world.workspaceId, document, "graph");
          expect(faults.filter(({ severity }) => severity === "error")).to.deep.equal([]);
          const automation = await published(document);

          const calm = await run(automation, amount);
          const { id, calls, transactions, values, ...result } = calm;
          expect(result.status, "it ends").to.be.oneOf(["completed", "failed", "cancelled"]);
          expect(calls.length, "each call once").to.equal(called(calls, id).length);

          const deal = await world.deal({ amount });
          const pretended = await simulate(
            world.engine,
            world.workspaceId,
            automation,
            { recordId: deal.id },
            world.by,
          );
          expect(pathOf(pretended.steps as Steps), "the simulated path").to.deep.equal(result.path);
          expect(pretended.status).to.equal(result.status);
          expect(pretended.outputs).to.deep.equal(result.outputs);
          expect(pretended.effects).to.have.length(calls.length);
          const written = pretended.diffs.filter(({ recordId }) => recordId === deal.id);
          expect(Object.fromEntries(written.map(({ field, after }) => [field, after]))).to.deep.equal(numbers(values));

          for (let at = 1; at <= Math.min(transactions, most); at++) {
            const rough = await run(automation, amount, [{ at, committed: (at + phase) % 2 === 0 }]);
            const { id: roughId, calls: repeated, transactions: _more, values: roughValues, ...roughResult } = rough;
            expect(roughResult, "after a death").to.deep.equal(result);
            expect(numbers(roughValues)).to.deep.equal(numbers(values));
            expect(called(repeated, roughId)).to.deep.equal(called(calls, id));
          }
        }),
        parameters,
      ));

    it("leave nothing behind, whichever branch wins a race, and whoever dies meanwhile", () =>
      fc.assert(
        fc.asyncProperty(anyPieces, fc.nat(9), deaths, async (pieces, amount, dying) => {
          const automation = await published(wire(pieces, true));
          const ended = await run(automation, amount, dying);
          await expectOver(ended.id);
          if (ended.status !== "failed" || ended.reason === "end") return;
          const again = await replayRun(world.engine, world.workspaceId, ended.id, "failed", world.by);
          await carry(again, dying);
          await expectOver(again);
        }),
        parameters,
      ));

    it("have broken none of what must always hold", async () => {
      expect(await checkInvariants(world.db)).to.deep.equal([]);
      expect(await world.db.all("SELECT * FROM millrace_waits")).to.deep.equal([]);
    });

    async function expectOver(id: string): Promise<void> {
      const { status, steps } = await world.run(id);
      expect(status).to.be.oneOf(["completed", "failed", "cancelled"]);
      const open = steps.filter((step) => ["running", "waiting", "unknown"].includes(step.status));
      expect(open.map(({ key, iteration }) => `${key}@${iteration}`)).to.deep.equal([]);
      const done = steps.filter((step) => step.status === "success").map(({ key, iteration }) => `${key}@${iteration}`);
      expect(done, "each step once").to.have.length(new Set(done).size);
    }
  });
}
