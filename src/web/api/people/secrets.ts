import { listSecrets, removeSecret, type Secret, writeSecret } from "../../../effects/index.js";
import { deleteGuarded } from "../../../insight/index.js";
import { iso } from "../../../shared/clock.js";
import { notFound } from "../../../shared/errors.js";
import { recordAudit } from "../../audit.js";
import { done, ok } from "../answer.js";
import { closed, force, listOf, type Route, ref } from "../route.js";

/** Secrets are written and never read back: answers say their names, versions and hosts. */
export const secretRoutes: Route[] = [
  {
    method: "get",
    path: "/secrets",
    role: "editor",
    tag: "Secrets",
    summary: "The names of all secrets",
    answer: { status: 200, schema: listOf(ref("Secret")), description: "Without their values." },
    handle: async ({ engine, workspace }) =>
      ok({ data: (await listSecrets(engine, workspace.id)).map(shown), nextCursor: null }),
  },
  {
    method: "get",
    path: "/secrets/:name",
    role: "editor",
    tag: "Secrets",
    summary: "About one secret",
    answer: { status: 200, schema: ref("Secret"), description: "Without its value." },
    async handle({ engine, workspace, params }) {
      const secret = (await listSecrets(engine, workspace.id)).find(({ name }) => name === params["name"]);
      if (!secret) throw notFound("secret", String(params["name"]));
      return ok(shown(secret));
    },
  },
  {
    method: "put",
    path: "/secrets/:name",
    role: "admin",
    tag: "Secrets",
    summary: "Write a secret",
    body: closed(
      {
        value: { type: "string", minLength: 1, maxLength: 20_000 },
        hosts: {
          type: "array",
          maxItems: 50,
          items: { type: "string", maxLength: 253 },
          description: "It is sent to these hosts and no others; empty: to any that may be called.",
        },
      },
      ["value"],
    ),
    answer: { status: 200, schema: ref("Secret"), description: "Stored, encrypted." },
    async handle({ engine, workspace, actor, params, body }) {
      const { value, hosts } = body as { value: string; hosts?: string[] };
      const secret = await writeSecret(
        engine,
        workspace.id,
        String(params["name"]),
        value,
        hosts ? { hosts } : {},
        actor.name,
      );
      await recordAudit(engine, workspace.id, actor, "secret.written", secret.name, {
        version: secret.version,
        hosts: secret.hosts,
      });
      return ok(shown(secret));
    },
  },
  {
    method: "delete",
    path: "/secrets/:name",
    role: "admin",
    tag: "Secrets",
    summary: "Forget a secret",
    query: force,
    answer: { status: 204, description: "It is gone." },
    async handle({ engine, workspace, actor, params, query }) {
      const name = String(params["name"]);
      await deleteGuarded(
        engine,
        workspace.id,
        `The secret "${name}"`,
        { kind: "secret", names: [name] },
        query["force"] === "1",
        () => removeSecret(engine, workspace.id, name),
      );
      await recordAudit(engine, workspace.id, actor, "secret.removed", String(params["name"]));
      return done;
    },
  },
];

function shown(secret: Secret) {
  return { ...secret, updatedAt: iso(secret.updatedAt) };
}
