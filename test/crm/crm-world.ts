import type { Cause, Host, Workspace } from "../../src/crm/index.js";
import { createObjectTable, createUser, createWorkspace, type User } from "../../src/crm/index.js";
import type { Dialect } from "../../src/db/index.js";
import { type Event, readEvent } from "../../src/events/index.js";
import type { Problem } from "../../src/shared/errors.js";
import { freshDatabase } from "../support/databases.js";
import { MovableClock } from "../support/movable-clock.js";

/** A database of its own with one workspace, and what the tests of the record model ask of it. */
export type CrmWorld = {
  host: Host;
  clock: MovableClock;
  workspace: Workspace;
  /** Shorthand for the workspace's id. */
  ws: string;
  events(): Promise<Event[]>;
  /** A person of the workspace, named in their e-mail too. */
  user(name: string): Promise<User>;
  drop(): Promise<void>;
};

export const ada: Cause = { actor: { type: "user", id: "ada", name: "Ada" } };

export async function crmWorld(dialect: Dialect): Promise<CrmWorld> {
  const { db, drop } = await freshDatabase(dialect);
  const clock = new MovableClock();
  const host: Host = { db, clock, ring() {}, objects: createObjectTable() };
  const workspace = await createWorkspace(host, { slug: "default", name: "Test" });
  const events = async () => (await db.all("SELECT * FROM millrace_events ORDER BY id")).map(readEvent);
  const user = (name: string) =>
    createUser(host, {
      workspaceId: workspace.id,
      name,
      email: `${name.toLowerCase().replace(/[^a-z]/g, "")}@test.example`,
      role: "editor",
    });
  return { host, clock, workspace, ws: workspace.id, events, user, drop };
}

/** The places a refused write names, `path: message`; fails when it was not refused. */
export async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  const problem = await problemOf(work);
  return problem.errors.map((error) => `${error.path}: ${error.message}`);
}

/** The Problem a promise is rejected with; fails when it is not. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (error) {
    if ((error as Error).name === "Problem") return error as Problem;
    throw error;
  }
  throw new Error("It was not refused.");
}
