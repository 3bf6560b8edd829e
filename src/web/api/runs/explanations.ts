import { explain } from "../../../insight/index.js";
import { previewSchedule } from "../../../triggers/index.js";
import { ok } from "../answer.js";
import { closed, pageOf, paging, type Route, ref } from "../route.js";

const texts = { type: "array", items: { type: "string" } };

/** Why something did or did not happen, and when it will. */
export const explanationRoutes: Route[] = [
  {
    method: "get",
    path: "/explanations",
    role: "viewer",
    tag: "Why",
    summary: "Why an automation did or did not run on a record",
    query: { ...paging, automation: { type: "string", minLength: 1 }, record: { type: "string", minLength: 1 } },
    required: ["automation", "record"],
    answer: {
      status: 200,
      schema: pageOf(ref("Explanation")),
      description: "One for each recent event of the record, newest first, with the values of then.",
    },
    async handle({ engine, workspace, query }) {
      const { automation, record, limit, cursor } = query as {
        automation: string;
        record: string;
        limit: number;
        cursor?: string;
      };
      return ok(await explain(engine, workspace.id, automation, record, { limit, cursor }));
    },
  },
  {
    method: "post",
    path: "/schedules/preview",
    role: "viewer",
    tag: "Building",
    summary: "The next fires of a schedule",
    body: closed({
      cron: { type: "string", maxLength: 120 },
      every: { type: "string", maxLength: 60 },
      on: { anyOf: [{ type: "string", maxLength: 200 }, texts] },
      at: { anyOf: [{ type: "string", maxLength: 200 }, texts] },
      timezone: { type: "string", maxLength: 64 },
      start: { type: "string", maxLength: 40 },
      until: { type: "string", maxLength: 40 },
      times: { type: "integer", minimum: 1 },
      from: { type: "string", maxLength: 40 },
      count: { type: "integer", minimum: 1, maximum: 100 },
    }),
    answer: {
      status: 200,
      schema: {
        type: "object",
        properties: {
          fires: { type: "array", items: { type: "string", format: "date-time" } },
          description: { type: "string" },
          note: { type: "string" },
        },
        required: ["fires"],
      },
      description: "Instants, the schedule in words, and what changes of the clocks do to it.",
    },
    handle: async ({ engine, workspace, body }) => ok(previewSchedule(body, engine.clock.now(), workspace.timezone)),
  },
];
