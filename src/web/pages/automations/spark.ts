import { type Engine, type RunDay, runDays } from "../../../runs/index.js";
import { daysUpTo } from "../../../shared/local-day.js";
import type { Visit } from "../site.js";
import { t } from "../text.js";

/** A spark line of seven days: one bar a day, its failed part in red, drawn on the server. */
export type Spark = {
  width: number;
  label: string;
  bars: { x: number; y: number; height: number; failedY: number; failedHeight: number }[];
};

const DAYS = 7;
const HIGH = 20;
const STEP = 12;

/** The last week of several automations, today included, by the calendar of the workspace. */
export async function sparks(engine: Engine, { workspace }: Visit, ids: string[]): Promise<Map<string, Spark>> {
  const days = daysUpTo(engine.clock.now(), workspace.timezone, DAYS);
  const found = await runDays(engine, workspace.id, ids, days);
  return new Map([...found].map(([id, week]) => [id, drawSpark(week)]));
}

/** Draws the bars of the days, oldest first; the highest day fills the height. */
function drawSpark(days: RunDay[]): Spark {
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
