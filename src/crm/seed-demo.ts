import { createRequire } from "node:module";
import { isDuplicate, type Row } from "../db/index.js";
import { newId } from "../shared/ids.js";
import type { Host } from "./host.js";
import { type Workspace, workspaceBySlug } from "./workspace.js";

type DemoRows = (given: {
  now: number;
  passwordHash: string | null;
  newId: () => string;
}) => [table: string, rows: Row[]][];

/** What a start needs to say about the demo: whether it was made just now, and whether its people got the password given. */
export type Seeded = { workspace: Workspace; created: boolean; passwordSet: boolean };

/**
 * Makes the workspace `demo` with its people and records, once; the same rows as sequelize-cli's seeder writes. People of
 * a demo made by that seeder have no password yet and get this one. Two processes starting at once make it once.
 */
export async function seedDemo(host: Host, { passwordHash }: { passwordHash: string | null }): Promise<Seeded> {
  const created = !(await workspaceBySlug(host, "demo")) && (await insertDemo(host, passwordHash));
  const workspace = await workspaceBySlug(host, "demo");
  if (!workspace) throw new Error("The demo workspace could not be made.");
  if (created || passwordHash === null) return { workspace, created, passwordSet: created && passwordHash !== null };
  const { changes } = await host.db.run(
    "UPDATE millrace_users SET passwordHash = ? WHERE workspaceId = ? AND email LIKE '%@demo.test' AND passwordHash IS NULL",
    [passwordHash, workspace.id],
  );
  return { workspace, created, passwordSet: changes > 0 };
}

async function insertDemo(host: Host, passwordHash: string | null): Promise<boolean> {
  const demoRows = createRequire(import.meta.url)("../../config/demo-rows.cjs") as DemoRows;
  try {
    await host.db.inTransaction(async (tx) => {
      for (const [table, rows] of demoRows({ now: host.clock.now(), passwordHash, newId }))
        await host.db.insert(table, rows, tx);
    });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
