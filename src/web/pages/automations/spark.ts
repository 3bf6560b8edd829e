import { countRuns, type Engine } from "../../../runs/index.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";

/** A spark line of seven days: one bar a day, its failed part in red, drawn on the server. */
export type Spark = {
  width: number;
  label: string;
  bars: { x: number; y: number; height: number; failedY: number; failedHeight: number }[];
};

const DAY_MS = 86_400_000;
const DAYS = 7;
const HIGH = 20;
const STEP = 12;
/** Drawn anew at most this often: it is a picture of a week. */
const KEPT_MS = 60_000;
const kept = new WeakMap<Engine["db"], Map<string, { at: number; spark: Spark }>>();

/** The last week of several automations. */
export async function sparks(engine: Engine, visit: Visit, ids: string[]): Promise<Map<string, Spark>> {
  const now = engine.clock.now();
  const known = kept.get(engine.db) ?? new Map<string, { at: number; spark: Spark }>();
  kept.set(engine.db, known);
  if (known.size > 2_000) known.clear();
  const drawn = new Map<string, Spark>();
  for (const id of ids) {
    const old = known.get(id);
    const spark =
      old && now - old.at < KEPT_MS ? old.spark : drawSpark(await daysOf(engine, visit.workspace.id, id, now));
    if (spark !== old?.spark) known.set(id, { at: now, spark });
    drawn.set(id, spark);
  }
  return drawn;
}

async function daysOf(
  engine: Engine,
  workspaceId: string,
  automation: string,
  now: number,
): Promise<{ runs: number; failed: number }[]> {
  const days = Array.from({ length: DAYS }, (_, day) => now - (DAYS - day) * DAY_MS);
  return Promise.all(
    days.map(async (from) => {
      const {
        skipped: _skipped,
        failed = 0,
        ...others
      } = await countRuns(engine, workspaceId, { automation, from, to: from + DAY_MS - 1 });
      return { failed, runs: failed + Object.values(others).reduce((sum, n) => sum + n, 0) };
    }),
  );
}

/** Draws the bars of the days, oldest first; the highest day fills the height. */
function drawSpark(days: { runs: number; failed: number }[]): Spark {
  const most = Math.max(1, ...days.map(({ runs }) => runs));
  const bars = days.map(({ runs, failed }, day) => {
    const height = runs === 0 ? 1 : Math.max(2, Math.round((runs / most) * HIGH));
    const failedHeight = failed === 0 ? 0 : Math.max(2, Math.round((failed / most) * HIGH));
    return { x: day * STEP, y: HIGH - height, height, failedY: HIGH - failedHeight, failedHeight };
  });
  const total = days.reduce((sum, { runs }) => sum + runs, 0);
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  return { width: days.length * STEP - 3, label: t("automations.spark", { n: total, failed }), bars };
}
