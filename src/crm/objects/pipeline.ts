import { code, defineTable, id, integer, primary, type Tx, text } from "../../db/index.js";
import type { Host } from "../host.js";

/** The ways deals take. Written here, by `definePipeline` and with a new workspace. Never forgotten. */
export const pipelines = defineTable("crm_pipelines", {
  workspaceId: primary(id),
  name: primary(code(64)),
  label: text(120),
  position: integer,
});

const outcomes = ["open", "won", "lost"] as const;

/** The places in pipelines, written and forgotten with them. */
export const stages = defineTable("crm_stages", {
  workspaceId: primary(id),
  pipeline: primary(code(64)),
  name: primary(code(64)),
  label: text(120),
  position: integer,
  outcome: code(10, outcomes),
});

/** One place in a pipeline. `outcome` says whether a deal there is still open. */
export type Stage = { name: string; label: string; outcome: (typeof outcomes)[number] };

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
  const { name, label } = pipeline;
  await pipelines(host.db).create({ workspaceId, name, label, position }, { transaction: tx });
  const rows = pipeline.stages.map((stage, at) => ({ workspaceId, pipeline: name, ...stage, position: at }));
  await stages(host.db).bulkCreate(rows, { transaction: tx });
}

/** The pipelines of a workspace in order, each with its stages in order; the default one when none is stored. */
export async function readPipelines(host: Host, workspaceId: string, tx?: Tx): Promise<Pipeline[]> {
  const order: [string, string][] = [
    ["position", "ASC"],
    ["name", "ASC"],
  ];
  const found = await pipelines(host.db, workspaceId).findAll({ order, transaction: tx });
  if (found.length === 0) return [defaultPipeline];
  const places = await stages(host.db, workspaceId).findAll({ order, transaction: tx });
  return found.map(({ name, label }) => ({
    name,
    label,
    stages: places
      .filter(({ pipeline }) => pipeline === name)
      .map((stage) => ({ name: stage.name, label: stage.label, outcome: stage.outcome })),
  }));
}
