import { Op } from "sequelize";
import { startsRuns } from "../../actions/index.js";
import type { Tx } from "../../db/index.js";
import type { Document, DocumentProblem } from "../../graph/index.js";
import { didYouMean } from "../../shared/nearest.js";
import { type AutomationRoom, automations, withPublished } from "../automation.js";
import { checkHanded } from "./check-handed.js";

/** What starting another automation needs to know of it. `object` is that of its published version. */
export type NamedAutomation = {
  id: string;
  name: string;
  object: string | null;
  inputs: unknown;
  isPublished: boolean;
};

/** The automation of the workspace with this id or, failing that, exactly this name (the oldest, if several have it). Null: none. */
export async function automationNamed(
  room: AutomationRoom,
  workspaceId: string,
  idOrName: string,
  tx?: Tx,
): Promise<NamedAutomation | null> {
  const rows = await withPublished(room.db, {
    where: { workspaceId, deletedAt: null, [Op.or]: [{ id: idOrName }, { name: idOrName }] },
    order: [["id", "ASC"]],
    transaction: tx,
  });
  const row = rows.find(({ id }) => id === idOrName) ?? rows[0];
  if (!row) return null;
  const { id, name, published } = row;
  const { object = null, inputs = null } = published?.document ?? {};
  return { id, name, object, inputs, isPublished: row.publishedVersion !== null };
}

/**
 * Steps that start an automation there is not, one that could not start yet, or one with other inputs; and triggers on the failures of one there
 * is not. A name made by a template is known at run time only.
 */
export async function checkStarted(
  room: AutomationRoom,
  workspaceId: string,
  { steps, triggers }: Document,
): Promise<DocumentProblem[]> {
  const problems: DocumentProblem[] = [];
  const check = async (name: unknown, place: { path: string; step?: string }, starts: boolean, handed?: unknown) => {
    if (typeof name !== "string" || name === "" || name.includes("{{") || name.includes("{%")) return;
    const found = await automationNamed(room, workspaceId, name);
    const say = (severity: "error" | "warning", message: string) => problems.push({ severity, ...place, message });
    if (!found) say("error", `There is no automation "${name}".${didYouMean(name, await namesOf(room, workspaceId))}`);
    else if (starts && !found.isPublished)
      say("warning", `"${found.name}" is not published yet: until it is, this step fails when a run comes to it.`);
    else if (starts) {
      const inputs = { path: place.path.replace(/automation$/, "inputs"), step: place.step ?? "" };
      problems.push(...checkHanded(handed, found.inputs, inputs, found.name));
    }
  };
  for (const [place, { kind, key, config }] of steps.entries())
    if (startsRuns(kind) || kind.startsWith("automation."))
      await check(
        config["automation"],
        { path: `steps[${place}].config.automation`, step: key },
        startsRuns(kind),
        config["inputs"],
      );
  for (const [place, { kind, automation }] of triggers.entries())
    if (kind === "automation") await check(automation, { path: `triggers[${place}].automation` }, false);
  return problems;
}

async function namesOf(room: AutomationRoom, workspaceId: string): Promise<string[]> {
  const rows = await automations(room.db, workspaceId).findAll({
    attributes: ["name"],
    where: { deletedAt: null },
    order: [["id", "DESC"]],
    limit: 500,
  });
  return rows.map(({ name }) => name);
}
