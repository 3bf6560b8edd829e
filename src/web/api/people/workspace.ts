import { updateWorkspace, type Workspace, type WorkspaceSettings } from "../../../crm/index.js";
import { daysKept, keepable } from "../../../retention/index.js";
import type { Engine } from "../../../runs/index.js";
import { recordAudit } from "../../audit.js";
import { ok } from "../answer.js";
import { closed, type Route, ref, type Schema } from "../route.js";

const limit: Schema = { type: "integer", minimum: 1 };

const kept: Schema = { type: "string", maxLength: 40 };

/** A workspace as the API shows it: `retention` says in days what comes of its own setting and the installation's. */
const shown = ({ settings: { retention } }: Engine, workspace: Workspace) => ({
  ...workspace,
  retention: daysKept(retention, workspace.settings.retention),
});

/** The workspace itself: name, zone, kill switches and limits. */
export const workspaceRoutes: Route[] = [
  {
    method: "get",
    path: "/",
    role: "viewer",
    tag: "Workspace",
    summary: "The workspace",
    answer: { status: 200, schema: ref("Workspace"), description: "Its name, zone and settings." },
    handle: async ({ engine, workspace }) => ok(shown(engine, workspace)),
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
        retention: {
          ...closed(Object.fromEntries(keepable.map((one) => [one, kept]))),
          description:
            "How long this workspace keeps things, where it differs from the installation: `90d`, `P1Y` or `forever`.",
        },
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
      return ok(shown(engine, changed));
    },
  },
];
