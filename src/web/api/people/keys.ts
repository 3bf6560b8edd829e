import { createApiKey, listApiKeys, revokeApiKey } from "../../access/api-keys.js";
import { roles } from "../../access/roles.js";
import { listAudit, recordAudit } from "../../audit.js";
import { created, done, ok } from "../answer.js";
import { closed, listOf, pageOf, paging, type Route, ref } from "../route.js";

/** API keys, and the log of who did what. */
export const keyRoutes: Route[] = [
  {
    method: "get",
    path: "/keys",
    role: "admin",
    tag: "Access",
    summary: "The API keys",
    answer: {
      status: 200,
      schema: listOf(ref("ApiKey")),
      description: "Revoked ones too, without the keys themselves.",
    },
    handle: async ({ engine, workspace }) => ok({ data: await listApiKeys(engine, workspace.id), nextCursor: null }),
  },
  {
    method: "post",
    path: "/keys",
    role: "admin",
    tag: "Access",
    summary: "Make an API key",
    shownOnce: true,
    body: closed({ name: { type: "string", minLength: 1, maxLength: 120 }, role: { enum: [...roles] } }, [
      "name",
      "role",
    ]),
    answer: {
      status: 201,
      schema: ref("ApiKey"),
      description: "The answer holds the key in `key`: this once and never again.",
    },
    async handle({ engine, workspace, actor, body }) {
      const made = await createApiKey(engine, workspace.id, {
        ...(body as { name: string; role: string }),
        createdBy: actor.type === "user" ? actor.id : null,
      });
      await recordAudit(engine, workspace.id, actor, "key.created", made.id, { name: made.name, role: made.role });
      return created(made);
    },
  },
  {
    method: "delete",
    path: "/keys/:id",
    role: "admin",
    tag: "Access",
    summary: "Revoke an API key",
    answer: { status: 204, description: "It is refused from now on." },
    async handle({ engine, workspace, actor, params }) {
      const revoked = await revokeApiKey(engine, workspace.id, String(params["id"]));
      await recordAudit(engine, workspace.id, actor, "key.revoked", revoked.id, { name: revoked.name });
      return done;
    },
  },
  {
    method: "get",
    path: "/audit",
    role: "admin",
    tag: "Access",
    summary: "Who did what",
    query: { ...paging, action: { type: "string", maxLength: 60 } },
    answer: { status: 200, schema: pageOf(ref("AuditEntry")), description: "Newest first." },
    handle: async ({ engine, workspace, query }) => ok(await listAudit(engine, workspace.id, query)),
  },
];
