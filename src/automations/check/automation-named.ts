import { startsRuns } from "../../actions/index.js";
import { fromColumn, type Tx } from "../../db/index.js";
import type { Document, DocumentProblem } from "../../graph/index.js";
import { didYouMean } from "../../shared/nearest.js";
import type { AutomationRoom } from "../automation.js";
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
  const rows = await room.db.all(
    `SELECT a.id, a.name, a.publishedVersion, v.document FROM millrace_automations a
       LEFT JOIN millrace_versions v ON v.automationId = a.id AND v.version = a.publishedVersion
      WHERE a.workspaceId = ? AND a.deletedAt IS NULL AND (a.id = ? OR a.name = ?) ORDER BY a.id`,
    [workspaceId, idOrName, idOrName],
    tx,
  );
  const row = rows.find(({ id }) => id === idOrName) ?? rows[0];
  if (!row) return null;
  const document = fromColumn<Partial<Document>>(row["document"], {});
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    object: document.object ?? null,
    inputs: document.inputs ?? null,
    isPublished: row["publishedVersion"] !== null,
  };
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
  const rows = await room.db.all(
    "SELECT name FROM millrace_automations WHERE workspaceId = ? AND deletedAt IS NULL ORDER BY id DESC LIMIT 500",
    [workspaceId],
  );
  return rows.map((row) => String(row["name"]));
}
