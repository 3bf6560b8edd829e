import { retrySetAside, setAsideEvents } from "../../../events/index.js";
import { includesRole } from "../../access/roles.js";
import { recordAudit } from "../../audit.js";
import { shownActor } from "../actor-shown.js";
import { type PageRoute, param, queryText, withQuery } from "../page-route.js";
import { labelsOfRecords } from "../records/record-shown.js";
import { renderPage } from "../render.js";
import { t, textOr } from "../text.js";

/** Events nobody could be told of: what they were, why, and a button to try them again. */
export const setAsidePages: PageRoute[] = [
  {
    method: "get",
    path: "/set-aside",
    role: "viewer",
    async handle({ engine, visit, req, res }) {
      const cursor = queryText(req, "cursor");
      const page = await setAsideEvents(engine, visit.workspace.id, { limit: 50, cursor });
      const events = page.data.flatMap(({ event }) => event ?? []);
      const labels = await labelsOfRecords(engine, visit.workspace.id, events);
      await renderPage(res, "set-aside", {
        title: t("setAside.title"),
        note: t("setAside.note"),
        mayRetry: includesRole(visit.person.role, "operator"),
        rows: page.data.map(({ id, kind, event, error, at, canRetry }) => ({
          id,
          what: textOr(`setAside.kinds.${kind}`, event?.name ?? kind),
          who: event ? shownActor(event.actor).text : "–",
          record:
            event?.object && event.recordId
              ? {
                  label: labels.get(`${event.object}:${event.recordId}`) ?? event.recordId,
                  path: `/records/${event.object}/${encodeURIComponent(event.recordId)}`,
                }
              : null,
          error,
          at,
          canRetry,
        })),
        first: cursor ? withQuery(req, visit.base, {}) : null,
        next: page.nextCursor ? withQuery(req, visit.base, { cursor: page.nextCursor }) : null,
      });
    },
  },
  {
    method: "post",
    path: "/set-aside/retries",
    role: "operator",
    async handle({ engine, visit, res }) {
      const retried = await retrySetAside(engine, visit.workspace.id, null);
      await recordAudit(engine, visit.workspace.id, visit.actor, "event.retried", null, { retried });
      res.redirect(303, `${visit.base}/set-aside`);
    },
  },
  {
    method: "post",
    path: "/set-aside/:id/retries",
    role: "operator",
    async handle({ engine, visit, req, res }) {
      const id = param(req, "id");
      const retried = await retrySetAside(engine, visit.workspace.id, id);
      await recordAudit(engine, visit.workspace.id, visit.actor, "event.retried", id, { retried });
      res.redirect(303, `${visit.base}/set-aside`);
    },
  },
];
