import { code, type Database, defineTable, id, integer, primary, type Tx } from "../db/index.js";

/**
 * How far each sweep over the rows of a workspace has come this week. Written here, with each portion. Never forgotten: a
 * few a workspace.
 */
const places = defineTable("millrace_sweeps", {
  workspaceId: primary(id),
  sweep: primary(code(40)),
  week: integer,
  place: code(26),
});

/** Up to where a sweep has come: an id, or "" before the first. */
export type Place = string;

/** Where the sweeps of a workspace stand, by their names; those that have not begun this week are not among them. */
export async function placesOf(db: Database, workspaceId: string, week: number, tx: Tx): Promise<Map<string, Place>> {
  const rows = await places(db, workspaceId).findAll({ where: { week }, transaction: tx });
  return new Map(rows.map(({ sweep, place }) => [sweep, place]));
}

/** Notes how far a sweep has come. */
export async function keepPlace(
  db: Database,
  at: { workspaceId: string; sweep: string; week: number; place: Place },
  tx: Tx,
): Promise<void> {
  await places(db).upsert(at, { transaction: tx });
}
