import { newestStamp, runStamp, unfinished } from "../../runs/index.js";
import { stream, together } from "../sse.js";
import { type PageRoute, queryText } from "./page-route.js";

const RUN_EVERY_MS = 700;
const LOG_EVERY_MS = 2_000;
const NEWEST = 50;

/**
 * Tells open pages that something changed: `?run=ID` sends `run` until that run is over, `?runs=all` or an automation's id
 * sends `runs` when its newest runs change. The page then fetches itself anew and swaps the part that shows it.
 */
export const liveRoutes: PageRoute[] = [
  {
    method: "get",
    path: "/live",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const run = queryText(req, "run");
      const automation = queryText(req, "runs");
      if (run) {
        await stream(
          req,
          res,
          together(
            `stamp:${visit.workspace.id}:${run}`,
            async () => {
              const { stamp, status } = await runStamp(engine, visit.workspace.id, run);
              return {
                version: stamp,
                event: "run",
                data: async () => status,
                last: !unfinished.some((open) => open === status),
              };
            },
            RUN_EVERY_MS,
          ),
          RUN_EVERY_MS,
        );
      } else {
        await stream(
          req,
          res,
          together(
            `log:${visit.workspace.id}:${automation}`,
            async () => {
              const of = automation === "all" ? undefined : automation;
              const version = await newestStamp(engine, visit.workspace.id, of, NEWEST);
              return { version, event: "runs", data: async () => "changed" };
            },
            LOG_EVERY_MS,
          ),
          LOG_EVERY_MS,
        );
      }
    },
  },
];
