import type { Express } from "express";
import request from "supertest";
import { updateUser } from "../../src/crm/index.js";
import type { Dialect } from "../../src/db/index.js";
import { createApiKey, createApp, hashPassword, type Role, roles, type WebOptions } from "../../src/web/index.js";
import { engineWorld } from "../support/engine-world.js";

/** The password of every person in these tests. */
export const password = "correct horse battery";
let passwordHash: Promise<string> | undefined;

/** A world with its web part, a key for each role, and `as(role)` to call the API of the workspace `demo`. */
export async function webWorld(dialect: Dialect, options: Partial<WebOptions> = {}) {
  const world = await engineWorld(dialect);
  const app: Express = createApp(world.engine, {
    baseUrl: "http://localhost:3000",
    sessionSecrets: ["a secret of the tests"],
    trustProxy: false,
    workspace: "demo",
    ...options,
  });
  const keys = Object.fromEntries(
    await Promise.all(
      roles.map(
        async (role) =>
          [role, await createApiKey(world.engine, world.workspaceId, { name: `The ${role}`, role })] as const,
      ),
    ),
  ) as Record<Role, Awaited<ReturnType<typeof createApiKey>>>;
  const send = (role: Role, method: "get" | "post" | "patch" | "put" | "delete", path: string) =>
    request(app)[method](`/api/workspaces/demo${path}`).set("Authorization", `Bearer ${keys[role].key}`);
  return {
    ...world,
    app,
    keys,
    request: () => request(app),
    as: (role: Role) => ({
      get: (path: string) => send(role, "get", path),
      post: (path: string, body?: object) => send(role, "post", path).send(body),
      patch: (path: string, body: object) => send(role, "patch", path).send(body),
      put: (path: string, body?: object) => send(role, "put", path).send(body),
      delete: (path: string) => send(role, "delete", path),
    }),
    /** Gives Ada the tests' password, so that she may sign in. */
    async letAdaIn() {
      passwordHash ??= hashPassword(password);
      await updateUser(world.engine, world.workspaceId, world.user.id, { passwordHash: await passwordHash });
    },
  };
}

export type WebWorld = Awaited<ReturnType<typeof webWorld>>;
