import { engineWorld, whenWon } from "../test/support/engine-world.js";
import { relayEvents } from "../src/enrollments/index.js";
import { createRecords } from "../src/crm/index.js";
for (const dialect of (process.argv[2] ?? "mysql").split(",") as ("mysql"|"sqlite")[]) {
    const world = await engineWorld(dialect);
    await world.automation({ triggers: [whenWon], conditions: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 1000 }] }, steps: [
      { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } },
      { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } },
    ]});
    for (let round = 0; round < 4; round++) {
      const rows = await createRecords(world.engine, world.workspaceId, "deal", Array.from({ length: 1000 }, (_, n) => ({ name: `D${n}`, amount: 12000, stage: "lead" })), { actor: world.by });
      await world.drain();
      let t = performance.now();
      await Promise.all(Array.from({length: 16}, async (_, w) => { for (let i = w; i < rows.length; i += 16) await world.change("deal", rows[i]!.id, { stage: "won" }); }));
      const tc = performance.now() - t;
      const stats = new Map<string, [number, number]>();
      const db = world.engine.db as any;
      for (const verb of ["all", "run", "insert"]) { const orig = db["__"+verb] ??= db[verb]; db[verb] = async (sql: string, ...rest: any[]) => { const t0 = performance.now(); try { return await orig(sql, ...rest); } finally { const k = verb + " " + sql.slice(0, 70).replace(/\s+/g, " "); const e = stats.get(k) ?? [0, 0]; e[0]++; e[1] += performance.now() - t0; stats.set(k, e); } }; }
      t = performance.now();
      await relayEvents(world.engine);
      const ms = performance.now() - t;
      console.log(dialect, "changes/s", Math.round(1000 / tc * 1000), "runs/s", Math.round(1000 / ms * 1000), process.cpuUsage().user/1000);
      if (round === 3) for (const [k, [n, ms2]] of [...stats].sort((a, b) => b[1][1] - a[1][1])) console.log(String(n).padStart(5), ms2.toFixed(0).padStart(7), k);
    }
    await world.drop();
}
process.exit(0);
