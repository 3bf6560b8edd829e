import type { Tx } from "../../db/index.js";
import type { Host } from "../host.js";

/** One place in a pipeline. `outcome` says whether a deal there is still open. */
export type Stage = { name: string; label: string; outcome: "open" | "won" | "lost" };

/** The way a deal takes; `name` is what `deal.pipeline` holds. A workspace's first pipeline is its default. */
export type Pipeline = { name: string; label: string; stages: Stage[] };

const defaultPipeline: Pipeline = {
  name: "default",
  label: "Sales",
  stages: [
    { name: "lead", label: "Lead", outcome: "open" },
    { name: "qualified", label: "Qualified", outcome: "open" },
    { name: "proposal", label: "Proposal", outcome: "open" },
    { name: "negotiation", label: "Negotiation", outcome: "open" },
    { name: "won", label: "Won", outcome: "won" },
    { name: "lost", label: "Lost", outcome: "lost" },
  ],
};

/** Writes the pipeline every workspace starts with. */
export async function addDefaultPipeline(host: Host, workspaceId: string, tx: Tx): Promise<void> {
  await writePipeline(host, workspaceId, defaultPipeline, 0, tx);
}

/** Writes a pipeline's rows; the caller has checked it and taken away an older one of that name. */
export async function writePipeline(
  host: Host,
  workspaceId: string,
  pipeline: Pipeline,
  position: number,
  tx: Tx,
): Promise<void> {
  const { name, label, stages } = pipeline;
  await host.db.insert("crm_pipelines", [{ workspaceId, name, label, position }], tx);
  const rows = stages.map((stage, at) => ({ workspaceId, pipeline: name, ...stage, position: at }));
  await host.db.insert("crm_stages", rows, tx);
}

/** The pipelines of a workspace in order, each with its stages in order; the default one when none is stored. */
export async function readPipelines(host: Host, workspaceId: string, tx?: Tx): Promise<Pipeline[]> {
  const pipelines = await host.db.all(
    "SELECT * FROM crm_pipelines WHERE workspaceId = ? ORDER BY position, name",
    [workspaceId],
    tx,
  );
  if (pipelines.length === 0) return [defaultPipeline];
  const stages = await host.db.all(
    "SELECT * FROM crm_stages WHERE workspaceId = ? ORDER BY position, name",
    [workspaceId],
    tx,
  );
  return pipelines.map(({ name, label }) => ({
    name: String(name),
    label: String(label),
    stages: stages
      .filter((stage) => stage["pipeline"] === name)
      .map((stage) => ({
        name: String(stage["name"]),
        label: String(stage["label"]),
        outcome: stage["outcome"] as Stage["outcome"],
      })),
  }));
}
