import { activate, createAutomation, listAutomations, publish } from "../automations/index.js";
import { type Actor, listWorkspaces, passwordHashOf, seedDemo as seedRecords, userByEmail } from "../crm/index.js";
import type { Engine } from "../runs/index.js";
import { hashPassword, newPassword } from "../web/index.js";
import { demoAutomations } from "./demo-automations.js";

/** The login of the demo's admin. */
export type DemoLogin = { email: string; password: string };

const email = "admin@demo.test";

/** True when there is no workspace yet, or only a demo whose people were seeded without a password. */
export async function needsDemo(engine: Engine): Promise<boolean> {
  const workspaces = await listWorkspaces(engine);
  const [only] = workspaces;
  if (!only) return true;
  const admin = workspaces.length === 1 && only.slug === "demo" ? await userByEmail(engine, only.id, email) : null;
  return admin !== null && (await passwordHashOf(engine, only.id, admin.id)) === null;
}

/**
 * Makes the demo workspace with its people, records and automations, once. Returns the login when its password was made
 * now: it is stored as a hash and cannot be shown again. Null when there was nothing to make.
 */
export async function seedDemo(engine: Engine): Promise<DemoLogin | null> {
  const password = newPassword();
  const { workspace, passwordSet } = await seedRecords(engine, { passwordHash: await hashPassword(password) });
  const { data } = await listAutomations(engine, workspace.id, { limit: 1 });
  if (data.length === 0) await addAutomations(engine, workspace.id);
  return passwordSet ? { email, password } : null;
}

async function addAutomations(engine: Engine, workspaceId: string): Promise<void> {
  const admin = await userByEmail(engine, workspaceId, email);
  const by: Actor = { type: "user", id: admin?.id ?? null, name: admin?.name ?? "Millrace" };
  for (const automation of demoAutomations) {
    const { id } = await createAutomation(engine, workspaceId, automation, by);
    await publish(engine, workspaceId, id, "As delivered", by);
    await activate(engine, workspaceId, id);
  }
}
