import { getSetAside, retrySetAside, type SetAside, setAsideEvents } from "../../../events/index.js";
import { iso } from "../../../shared/clock.js";
import { conflict, notFound } from "../../../shared/errors.js";
import { recordAudit } from "../../audit.js";
import { accepted, ok } from "../answer.js";
import { pageOf, paging, type Route, ref, type Schema } from "../route.js";

const count: Schema = { type: "object", properties: { retried: { type: "integer" } }, required: ["retried"] };

/** Events that could not be handed to the automations that listen, and trying them again. */
export const setAsideRoutes: Route[] = [
  {
    method: "get",
    path: "/set-aside-events",
    role: "viewer",
    tag: "Runs",
    summary: "Events set aside",
    query: paging,
    answer: {
      status: 200,
      schema: pageOf(ref("SetAsideEvent")),
      description: "Newest first: what happened, and why nobody could be told. They have started nothing.",
    },
    async handle({ engine, workspace, query }) {
      const page = await setAsideEvents(engine, workspace.id, query as { limit: number; cursor?: string });
      return ok({ data: page.data.map(view), nextCursor: page.nextCursor });
    },
  },
  {
    method: "post",
    path: "/set-aside-events/retries",
    role: "operator",
    tag: "Runs",
    summary: "Try all set-aside events again",
    answer: {
      status: 202,
      schema: count,
      description:
        "How many will be looked at again, by the values they were written with; those that fail again come back to the list.",
    },
    async handle({ engine, workspace, actor }) {
      const retried = await retrySetAside(engine, workspace.id, null);
      await recordAudit(engine, workspace.id, actor, "event.retried", null, { retried });
      return accepted({ retried });
    },
  },
  {
    method: "post",
    path: "/set-aside-events/:id/retries",
    role: "operator",
    tag: "Runs",
    summary: "Try a set-aside event again",
    answer: {
      status: 202,
      schema: count,
      description: "409 `start_lost` for a start that another run asked for: replay that run instead.",
    },
    async handle({ engine, workspace, actor, params }) {
      const id = String(params["id"]);
      const found = await getSetAside(engine, workspace.id, id);
      if (!found) throw notFound("set-aside event", id);
      if (!found.canRetry)
        throw conflict(
          "start_lost",
          "The run that asked for this start has been told that it is lost: replay that run.",
        );
      const retried = await retrySetAside(engine, workspace.id, id);
      await recordAudit(engine, workspace.id, actor, "event.retried", id, { retried });
      return accepted({ retried });
    },
  },
];

function view({ id, kind, event, error, at, canRetry }: SetAside) {
  return {
    id,
    kind,
    name: event?.name ?? null,
    object: event?.object ?? null,
    recordId: event?.recordId ?? null,
    at: event ? iso(event.at) : null,
    actor: event?.actor ?? null,
    changes: event?.changes ?? [],
    unreadable: event?.unreadable ?? [],
    error,
    setAsideAt: iso(at),
    canRetry,
  };
}
