import { Op } from "sequelize";
import type { Tx } from "../db/index.js";
import type { Document } from "../graph/index.js";
import { type AutomationRoom, type AutomationRow, automations, type Broken, versions } from "./automation.js";

/** A version that is published, or the newest draft, of an automation of the workspace. */
export type NamingDocument = {
  automation: Pick<AutomationRow, "id" | "name">;
  version: number;
  state: "published" | "draft";
  document: Document;
};

/** The published versions and newest drafts whose text holds one of the words; what it means there is the caller's to find out. */
export async function documentsNaming(
  { db }: AutomationRoom,
  workspaceId: string,
  words: readonly string[],
): Promise<NamingDocument[]> {
  // A % or _ in a word only finds more than it must: what uses the thing is looked for in what is found.
  const asJson = words.map((word) => JSON.stringify(word).slice(1, -1));
  const { col, where, cast } = db.sequelize;
  const text = cast(col("document"), "CHAR");
  const rows = await versions(db).findAll<{ automation: AutomationRow | null }>({
    where: {
      state: ["published", "draft"],
      [Op.or]: asJson.map((word) => where(text, { [Op.like]: `%${word}%` })),
    },
    include: { association: "automation", where: { workspaceId, deletedAt: null }, required: true },
    order: [
      ["automationId", "ASC"],
      ["version", "ASC"],
    ],
  });
  return rows.flatMap(({ automation, version, state, document }) =>
    automation && (state === "published" || version === automation.latestVersion)
      ? [{ automation, version, state: state === "published" ? "published" : "draft", document }]
      : [],
  );
}

/** Marks an automation as broken by a deletion, beside what broke it before. Publishing a version mends it. */
export async function markBroken({ db }: AutomationRoom, id: string, broken: Broken, tx: Tx): Promise<void> {
  const row = await automations(db).lockRow({ id }, tx);
  if (!row) return;
  const before = (row.broken ?? []).filter(({ message }) => message !== broken.message);
  await automations(db).update({ broken: [...before, broken] }, { where: { id }, transaction: tx });
}
