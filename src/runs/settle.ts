import { outletsOf, type Step } from "../graph/index.js";
import type { Engine } from "./engine.js";
import type { Place } from "./run.js";
import { settleFailure } from "./settle-failure.js";
import type { Circumstance, Settled } from "./settled.js";
import type { Tried } from "./tried.js";
import type { Walk } from "./walk.js";

/** Decides by one outcome; changes nothing. */
export function settle(
  engine: Engine,
  walk: Walk,
  step: Step,
  place: Place,
  { outcome, failures }: Pick<Tried, "outcome" | "failures">,
  circumstance: Circumstance,
): Settled {
  switch (outcome.type) {
    case "done": {
      const ports = outcome.ports ?? [outcome.port ?? "success"];
      const { output = {}, conditions = null, variables, end } = outcome;
      const reason = end?.message ? { code: "end", message: end.message } : null;
      return {
        row: { status: "success", output, port: ports.join(","), conditions },
        ...(variables ? { variables } : {}),
        failures: 0,
        onward: end ? { to: "end", status: end.status, reason, outputs: end.outputs } : { to: "ports", ports },
      };
    }
    case "wait":
      return {
        row: { status: "waiting", finishedAt: null },
        failures: 0,
        onward: outcome.for.kind === "items" ? { to: "loop", items: outcome.for } : { to: "rest", wait: outcome.for },
      };
    case "skip":
      return {
        row: { status: "skipped", output: { reason: outcome.reason } },
        failures: 0,
        onward: { to: "ports", ports: [outletsOf(walk.version.plan, step)] },
      };
    case "fail":
      return settleFailure(engine, walk, step, place, { ...outcome, failures }, circumstance);
  }
}
