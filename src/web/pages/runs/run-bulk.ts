import type { Request } from "express";
import { cancelRun, type Engine, listRuns, replayRun, startSkipped, unfinished } from "../../../runs/index.js";
import { Problem } from "../../../shared/errors.js";
import { formList, formText } from "../page-route.js";
import type { Visit } from "../site.js";
import { filterOf } from "./run-filters.js";

/** More than this is done in several goes. */
const MOST_AT_ONCE = 500;
const MOST_TICKED = 200;

/** From where the runs of each act are run again. */
const replays: Record<string, "failed" | "start"> = {
  replay: "failed",
  replayAll: "failed",
  restart: "start",
  restartAll: "start",
};

/** Where a form of the log leads back to: only to a log. */
export const backOf = (req: Request) => {
  const back = formText(req, "back");
  return /^\/[\w/]*runs(\?[\w=&%.+*-]*)?$/.test(back) ? back : "/runs";
};

/** Cancels, replays or starts the ticked runs; those that are not in a state for it are left out of the count. */
export async function changeRuns(
  engine: Engine,
  visit: Visit,
  req: Request,
  done: (notice: string, n: number) => void,
): Promise<void> {
  const act = formText(req, "do");
  const ids = act.endsWith("All") ? await idsOf(engine, visit, req, act) : formList(req, "id").slice(0, MOST_TICKED);
  let n = 0;
  for (const id of ids) {
    try {
      if (act === "cancel" || act === "cancelAll") await cancelRun(engine, visit.workspace.id, id, visit.actor);
      else if (act in replays) await replayRun(engine, visit.workspace.id, id, replays[act] ?? "failed", visit.actor);
      else if (act === "start" || act === "startAll")
        n += (await startSkipped(engine, visit.workspace.id, [id], visit.actor)).length - 1;
      else continue;
      n += 1;
    } catch (error) {
      // Ticked a moment ago, over by now: the others go on.
      if (!(error instanceof Problem)) throw error;
    }
  }
  done(n === 0 ? "notChanged" : act.startsWith("cancel") ? "cancelled" : act in replays ? "replayed" : "started", n);
}

/** The runs that the filter of the page finds and that the button is about: the failed, skipped or unfinished ones, newest first. */
async function idsOf(engine: Engine, visit: Visit, req: Request, act: string): Promise<string[]> {
  const query = Object.fromEntries(new URLSearchParams(formText(req, "query")));
  const filter = filterOf({ query }, engine.clock.now(), visit.workspace.timezone);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRuns(engine, visit.workspace.id, {
      ...filter,
      status: statusFor(act, filter.status),
      limit: 200,
      cursor,
    });
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor && ids.length < MOST_AT_ONCE);
  return ids.slice(0, MOST_AT_ONCE);
}

/** The runs a button for all is about; of the unfinished ones those the filter names, or all. */
function statusFor(act: string, chosen: string | undefined): string {
  if (act === "startAll") return "skipped";
  if (act !== "cancelAll") return "failed";
  return unfinished.find((open) => open === chosen) ?? unfinished.join(",");
}
