import { type RunnableVersion, runnableVersion } from "../automations/index.js";
import { workspaceById } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import { getEvent } from "../events/index.js";
import type { Engine } from "./engine.js";
import { recallSteps } from "./recall.js";
import type { RunState } from "./run.js";
import { nothingToStore, type RunInHand, type Walk } from "./walk.js";

/** Opens a walk over a claimed run. Null when its version is gone, which only a broken database can bring about. */
export async function openWalk(engine: Engine, { run, event }: RunInHand, tx?: Tx): Promise<Walk | null> {
  const version = await runnableVersion(engine, run.automationId, run.version, tx);
  const cause = event ?? (await getEvent(engine, run.workspaceId, run.eventId, tx));
  const workspace = await workspaceById(engine, run.workspaceId);
  if (!version || !cause || !workspace) return null;
  const { document } = version.plan;
  const walk: Walk = {
    run,
    version,
    event: cause,
    timezone: document.timezone ?? workspace.timezone,
    workspace: { id: workspace.id, slug: workspace.slug, name: workspace.name },
    state: run.state ? structuredClone(run.state) : beginning(version),
    steps: {},
    ...nothingToStore(),
    items: new Map(),
    kept: new Map(),
    failedSteps: run.failedSteps,
    keptMails: run.keptMails,
    finished: null,
    wakeAt: null,
    behind: false,
    now: () => engine.clock.now(),
    records: new Map(),
  };
  if (walk.state.steps > 0) await recallSteps(engine, walk, tx);
  return walk;
}

/** The state of a run that has not begun. */
function beginning({ plan }: RunnableVersion): RunState {
  return {
    ready: plan.entry.map((key) => ({ key, iteration: "", attempt: 1 })),
    arrivals: {},
    loops: [],
    vars: { ...plan.document.variables },
    steps: 0,
    ended: {},
  };
}
