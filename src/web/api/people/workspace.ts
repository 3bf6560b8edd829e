import { updateWorkspace, type WorkspaceSettings } from "../../../crm/index.js";
import { recordAudit } from "../../audit.js";
import { ok } from "../answer.js";
import { closed, type Route, ref, type Schema } from "../route.js";

const limit: Schema = { type: "integer", minimum: 1 };

/** The workspace itself: name, zone, kill switches and limits. */
export const workspaceRoutes: Route[] = [
  {
    method: "get",
    path: "/",
    role: "viewer",
    tag: "Workspace",
    summary: "The workspace",
    answer: { status: 200, schema: ref("Workspace"), description: "Its name, zone and settings." },
    handle: async ({ workspace }) => ok(workspace),
  },
  {
    method: "patch",
    path: "/",
    role: "admin",
    tag: "Workspace",
    summary: "Change the workspace",
    body: closed({
      name: { type: "string", minLength: 1, maxLength: 120 },
      timezone: { type: "string", maxLength: 64 },
      settings: closed({
        paused: { type: "boolean", description: "The kill switch: nothing starts." },
        pausedObjects: {
          type: "array",
          items: { type: "string", maxLength: 64 },
          maxItems: 200,
          description: "Nothing starts on records of these objects.",
        },
        limits: closed({ runsPerMonth: limit, perMinute: limit }),
      }),
    }),
    answer: { status: 200, schema: ref("Workspace"), description: "The workspace as it is now." },
    async handle({ engine, workspace, actor, body }) {
      const changed = await updateWorkspace(
        engine,
        workspace.id,
        body as { name?: string; timezone?: string; settings?: WorkspaceSettings },
      );
      await recordAudit(engine, workspace.id, actor, "workspace.changed", workspace.slug, body);
      return ok(changed);
    },
  },
];
