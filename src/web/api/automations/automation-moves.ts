import { getAutomation, getVersion } from "../../../automations/index.js";
import { checkStepMap, listMoves, lookAtMove, previewMove, type StepMap, storeMove } from "../../../runs/index.js";
import { conflict, invalid } from "../../../shared/errors.js";
import type { JsonObject } from "../../../shared/json.js";
import { recordAudit } from "../../audit.js";
import { accepted, ok } from "../answer.js";
import { closed, listOf, type Route, ref, type Schema } from "../route.js";

/** A step map as requests hold it. */
export const stepMap: Schema = {
  type: "object",
  maxProperties: 500,
  additionalProperties: { type: ["string", "null"], maxLength: 64 },
  description:
    'By step: the step of the other version where its runs go on, null to cancel them, or "leave" to let them finish on their version. A step both versions have needs no entry.',
};

type Filter = { step?: string; version?: number; record?: string };

const version: Schema = { type: "integer", minimum: 1 };

/** Moving runs that wait to another version. */
export const automationMoveRoutes: Route[] = [
  {
    method: "get",
    path: "/automations/:id/moves",
    role: "viewer",
    tag: "Automations",
    summary: "Moves of runs to other versions",
    answer: {
      status: 200,
      schema: listOf(ref("Move")),
      description: "Newest first, at most a hundred: the map, who, when, and what became of the runs.",
    },
    async handle({ engine, workspace, params }) {
      const { id } = await getAutomation(engine, workspace.id, String(params["id"]));
      return ok({ data: await listMoves(engine, workspace.id, id), nextCursor: null });
    },
  },
  {
    method: "post",
    path: "/automations/:id/moves",
    role: "editor",
    tag: "Automations",
    summary: "Move runs at rest to another version",
    body: closed(
      {
        from: { ...version, description: "Only runs on this version; otherwise on any other." },
        to: { ...version, description: "Left out: the published one." },
        map: stepMap,
        runs: { type: "array", items: { type: "string", maxLength: 26 }, maxItems: 1000, description: "Only these." },
        filter: closed({
          step: { type: "string", maxLength: 64, description: "Only runs that stand at this step." },
          version: { ...version, description: "The same as `from`." },
          record: { type: "string", maxLength: 64, description: "Only runs on this record, by id." },
        }),
        dryRun: { type: "boolean", description: "Says what would become of the runs, and moves none." },
      },
      [],
    ),
    bodyOptional: true,
    answer: {
      status: 202,
      schema: ref("Move"),
      description:
        "Runs that wait or are queued are moved, with their waits and deadlines; `underWay` ones as soon as they rest. `refusals` says which stay, and why. A start that was being decided in the very moment of a publication may still be on the version before: a second move takes it along.",
    },
    async handle({ engine, workspace, actor, params, body }) {
      const automation = await getAutomation(engine, workspace.id, String(params["id"]));
      const to = await getVersion(engine, automation, targetOf(body, automation.publishedVersion));
      if (to.state === "draft")
        throw conflict(
          "not_published",
          `Version ${to.version} is a draft; runs can only be moved to a published version.`,
        );
      const map = (body["map"] ?? {}) as StepMap;
      const { version: on, ...only } = (body["filter"] ?? {}) as Filter;
      await checkStepMap(engine, automation, map, to, only);
      if (on !== undefined && typeof body["from"] === "number" && on !== body["from"])
        throw invalid([{ path: "filter.version", message: '"from" names another version. Give one of them.' }]);
      const move = {
        from: on ?? (typeof body["from"] === "number" ? body["from"] : null),
        to: to.version,
        map,
        runs: (body["runs"] as string[] | undefined) ?? null,
        ...(Object.keys(only).length > 0 ? { only } : {}),
      };
      if (move.from === move.to)
        throw invalid([{ path: "from", message: "Runs are moved to another version than they are on." }]);
      if (body["dryRun"] === true) {
        const preview = await previewMove(engine, automation, move);
        const { from } = move;
        return accepted({ id: null, from, to: to.version, map, by: actor, at: null, done: false, ...preview });
      }
      const id = await engine.db.inTransaction((tx) => storeMove(engine, automation, move, actor, tx));
      await recordAudit(engine, workspace.id, actor, "automation.moved", automation.id, {
        move: id,
        from: move.from,
        to: move.to,
        map,
        ...only,
      });
      return accepted(await lookAtMove(engine, id));
    },
  },
];

function targetOf(body: JsonObject, published: number | null): number {
  const to = typeof body["to"] === "number" ? body["to"] : published;
  if (to === null) throw conflict("not_published", "Publish a version first: there is none to move runs to.");
  return to;
}
