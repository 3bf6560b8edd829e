import { readFileSync } from "node:fs";
import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import { metricsOf } from "../../src/insight/index.js";
import { engineWorld } from "../support/engine-world.js";

describe("metrics", () => {
  it("tell runs by outcome and reason, steps by kind, what waits and what was set aside", async () => {
    const world = await engineWorld("sqlite");
    const registry = metricsOf(world.engine);
    const steps = [{ key: "stop", kind: "end", config: { status: "failed", message: "No budget." } }];
    const { id } = await world.automation({ object: null, steps });
    await startManually(world.engine, world.workspaceId, id, { inputs: {} }, world.by);
    await world.drain();
    const text = await registry.metrics();
    await world.drop();
    expect(text).to.include('millrace_runs_ended_total{status="failed",reason="end"} 1');
    expect(text).to.match(/millrace_step_duration_seconds_count\{kind="end",status="success"\} 1/);
    expect(text).to.match(/millrace_runs_unfinished 0/);
    expect(text).to.match(/millrace_events_set_aside 0/);
    const asked = readFileSync("docs/dashboard.json", "utf8").match(/millrace_\w+/g) ?? [];
    const known = text + readFileSync("src/web/health.ts", "utf8");
    const names = asked.map((name) => name.replace(/_(bucket|count)$/, "")).filter((name) => name !== "millrace");
    expect(names.filter((name) => !known.includes(name))).to.deep.equal([]);
  });
});
