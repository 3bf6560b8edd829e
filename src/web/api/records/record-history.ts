import { describeObject, getRecord } from "../../../crm/index.js";
import { changesOf } from "../../../events/index.js";
import { listRuns } from "../../../runs/index.js";
import { iso } from "../../../shared/clock.js";
import { notFound } from "../../../shared/errors.js";
import { startable } from "../../pages/automations/startable.js";
import { ok } from "../answer.js";
import { listOf, pageOf, paging, type Route, ref } from "../route.js";

/** What has happened to a record, and what may be started on it. */
export const recordHistoryRoutes: Route[] = [
  {
    method: "get",
    path: "/objects/:object/records/:id/changes",
    role: "viewer",
    tag: "Records",
    summary: "The record's change log",
    query: paging,
    answer: {
      status: 200,
      schema: pageOf(ref("Change")),
      description: "Newest first: who changed what, before and after.",
    },
    async handle({ engine, workspace, params, query }) {
      const object = await describeObject(engine, workspace.id, String(params["object"]));
      const id = String(params["id"]);
      const page = await changesOf(engine, workspace.id, object.name, id, query as { limit: number; cursor?: string });
      if (page.data.length === 0 && !(await getRecord(engine, workspace.id, object.name, id)))
        throw notFound(object.name, id);
      const data = page.data.map(({ at, lineage: _lineage, workspaceId: _workspace, record: _record, ...event }) => ({
        ...event,
        at: iso(at),
      }));
      return ok({ data, nextCursor: page.nextCursor });
    },
  },
  {
    method: "get",
    path: "/objects/:object/records/:id/runs",
    role: "viewer",
    tag: "Records",
    summary: "The record's runs",
    query: { ...paging, status: { type: "string" } },
    answer: { status: 200, schema: pageOf(ref("Run")), description: "Newest first." },
    async handle({ engine, workspace, params, query }) {
      const object = await describeObject(engine, workspace.id, String(params["object"]));
      return ok(await listRuns(engine, workspace.id, { object: object.name, record: String(params["id"]), ...query }));
    },
  },
  {
    method: "get",
    path: "/objects/:object/records/:id/automations",
    role: "viewer",
    tag: "Records",
    summary: "The automations offered as buttons",
    answer: {
      status: 200,
      schema: listOf({ type: "object" }),
      description: "Active ones that may be started by hand on a record of this object.",
    },
    async handle({ engine, workspace, params }) {
      const object = await describeObject(engine, workspace.id, String(params["object"]));
      return ok({ data: await startable(engine, workspace.id, object.name, "record"), nextCursor: null });
    },
  },
];
