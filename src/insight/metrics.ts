import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { countUnfinished } from "../counts/index.js";
import { countSetAside, countWaiting } from "../events/index.js";
import { type Engine, longestDue } from "../runs/index.js";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86_400];

const registries = new WeakMap<Engine["db"], Registry>();

/**
 * What this process has done since it began, and what waits in the database, for a Prometheus server. One registry for each
 * engine: the first call begins to watch.
 */
export function metricsOf(engine: Engine): Registry {
  const known = registries.get(engine.db);
  if (known) return known;
  const registry = new Registry();
  registries.set(engine.db, registry);
  collectDefaultMetrics({ register: registry });
  watch(engine, registry);
  backlog(engine, registry);
  return registry;
}

function watch(engine: Engine, registry: Registry): void {
  const registers = [registry];
  const runs = new Counter({
    name: "millrace_runs_ended_total",
    help: "Runs this process has ended, by outcome and reason.",
    labelNames: ["status", "reason"],
    registers,
  });
  const took = new Histogram({
    name: "millrace_run_duration_seconds",
    help: "From the beginning of a run to its end, waits included.",
    labelNames: ["status"],
    buckets: SECONDS,
    registers,
  });
  const steps = new Histogram({
    name: "millrace_step_duration_seconds",
    help: "Tries at steps, by kind and how they went: effects from the call to its answer, waits to their end.",
    labelNames: ["kind", "status"],
    buckets: SECONDS,
    registers,
  });
  const jobs = new Counter({
    name: "millrace_job_runs_total",
    help: "How often the worker in this process looked for work.",
    labelNames: ["job", "outcome"],
    registers,
  });
  const heartbeat = new Gauge({
    name: "millrace_worker_heartbeat_timestamp_seconds",
    help: "When the worker in this process last looked for work without failing; absent where none works.",
    labelNames: ["job"],
    registers,
  });
  engine.observer = {
    runEnded({ status, reason, ms }) {
      runs.inc({ status, reason: reason ?? "" });
      if (ms !== null) took.observe({ status }, ms / 1_000);
    },
    stepEnded: ({ kind, status, ms }) => steps.observe({ kind, status }, ms / 1_000),
    jobRan(job, failed) {
      jobs.inc({ job, outcome: failed ? "failed" : "ok" });
      if (!failed) heartbeat.set({ job }, engine.clock.now() / 1_000);
    },
  };
}

/** What waits, read from the tables when someone asks: few rows, however much there is. */
function backlog(engine: Engine, registry: Registry): void {
  const gauge = (name: string, help: string, value: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await value());
      },
    });
  gauge("millrace_events_waiting", "Events that are not yet relayed.", () => countWaiting(engine));
  gauge("millrace_events_set_aside", "Events whose relaying kept failing, and that wait for a person.", () =>
    countSetAside(engine),
  );
  gauge("millrace_runs_unfinished", "Runs that are queued, running or waiting.", () => countUnfinished(engine));
  gauge(
    "millrace_runs_lag_seconds",
    "How long the longest due run has been waiting for a worker.",
    async () => (await longestDue(engine)) / 1_000,
  );
}
