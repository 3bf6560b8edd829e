import { workspaceById } from "../src/crm/index.js";
import { consider, currentIndex } from "../src/enrollments/index.js";
import { readEvent } from "../src/events/index.js";
import type { Engine } from "../src/runs/index.js";
import { newId } from "../src/shared/ids.js";

/** What one event costs against many automations, of which ten can match. Milliseconds. */
export type RuleFigures = { build: number; event: number; follow: number; candidates: number };

/** Fills a workspace with `count` active automations on deals: each wants another owner's stage, ten of them this one. */
export async function measureRules(engine: Engine, workspaceId: string, count: number): Promise<RuleFigures> {
  await fill(engine, workspaceId, count);
  const build = await timed(() => currentIndex(engine));
  const index = await currentIndex(engine);
  const workspace = await workspaceById(engine, workspaceId);
  if (!workspace) throw new Error("The workspace is gone.");
  const event = readEvent({
    id: 1,
    workspaceId,
    kind: "record.updated",
    name: null,
    object: "deal",
    recordId: "d1",
    actor: '{"type":"system","id":null,"name":"Bench"}',
    changes: '[{"field":"stage","old":"lead","new":"won"}]',
    record: '{"id":"d1","name":"Deal","amount":12000,"stage":"won","status":"kind-7"}',
    data: null,
    lineage: null,
    source: null,
    at: engine.clock.now(),
  });
  let candidates = 0;
  const once = async () => {
    const found = index.candidates(event);
    candidates = found.length;
    for (const { active } of found) await consider(engine, event, active, workspace);
  };
  for (let warm = 0; warm < 20; warm++) await once();
  const event100 = await timed(async () => {
    for (let n = 0; n < 100; n++) await once();
  });
  await engine.db.run("UPDATE millrace_locks SET value = value + 1 WHERE name = 'automations'");
  await engine.db.run(
    "UPDATE millrace_automations SET stamp = (SELECT value FROM millrace_locks WHERE name = 'automations') WHERE name = 'Rule 3'",
  );
  const follow = await timed(() => currentIndex(engine));
  return { build, event: event100 / 100, follow, candidates };
}

async function fill(engine: Engine, workspaceId: string, count: number): Promise<void> {
  const now = engine.clock.now();
  const rows = Array.from({ length: count }, (_, n) => ({
    id: newId(),
    status: n < 10 ? "kind-7" : `kind-${1_000 + n}`,
    name: `Rule ${n}`,
  }));
  const document = (status: string) =>
    JSON.stringify({
      object: "deal",
      triggers: [{ key: "t", kind: "record.updated", fields: ["stage"], to: "won" }],
      conditions: {
        all: [
          { fact: "record", path: "status", operator: "equal", value: status },
          { fact: "record", path: "amount", operator: "greaterThan", value: 1_000 },
        ],
      },
      steps: [{ key: "n", kind: "note.create", config: { body: "x" } }],
    });
  await engine.db.inTransaction(async (tx) => {
    await engine.db.run("UPDATE millrace_locks SET value = value + 1 WHERE name = 'automations'", [], tx);
    const stamp = Number(
      (await engine.db.one("SELECT value FROM millrace_locks WHERE name = 'automations'", [], tx))?.["value"],
    );
    const common = {
      workspaceId,
      description: "",
      form: "list",
      object: "deal",
      folder: null,
      tags: "[]",
      status: "active",
      ownerId: null,
      publishedVersion: 1,
      latestVersion: 1,
      stamp,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    await engine.db.insert(
      "millrace_automations",
      rows.map(({ id, name }) => ({ id, name, ...common })),
      tx,
    );
    await engine.db.insert(
      "millrace_versions",
      rows.map(({ id, status }) => ({
        automationId: id,
        version: 1,
        state: "published",
        form: "list",
        document: document(status),
        revision: 1,
        note: null,
        savedBy: null,
        savedAt: now,
        publishedBy: null,
        publishedAt: now,
      })),
      tx,
    );
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
