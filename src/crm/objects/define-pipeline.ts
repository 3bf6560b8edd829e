import { marks } from "../../db/index.js";
import { conflict, type FieldError, invalid } from "../../shared/errors.js";
import type { Host } from "../host.js";
import { checkName, isLabel } from "./custom-field.js";
import { type Pipeline, writePipeline } from "./pipeline.js";
import { schemaChanged, schemaOf } from "./schema.js";

/** The pipelines of a workspace, the default one first, each with its stages in order. */
export async function pipelinesOf(host: Host, workspaceId: string): Promise<Pipeline[]> {
  return (await schemaOf(host, workspaceId)).pipelines;
}

/**
 * Makes a pipeline, or changes the one of that name to what is given. 422 naming what is wrong; 409 `stage_in_use` when a
 * stage that would go still has deals.
 */
export async function definePipeline(host: Host, workspaceId: string, pipeline: Pipeline): Promise<Pipeline> {
  const errors = check(pipeline);
  if (errors.length > 0) throw invalid(errors);
  const stages = pipeline.stages.map((stage) => stage.name);
  await host.db.inTransaction(async (tx) => {
    const params = [workspaceId, pipeline.name];
    const [left] = await host.db.all(
      `SELECT stage, COUNT(*) AS deals FROM crm_deals WHERE workspaceId = ? AND pipeline = ? AND deletedAt IS NULL AND stage NOT IN (${marks(stages)}) GROUP BY stage`,
      [...params, ...stages],
      tx,
    );
    if (left)
      throw conflict("stage_in_use", `${left["deals"]} deals are in the stage "${left["stage"]}". Move them first.`, {
        stage: left["stage"],
      });
    const known = await host.db.all(
      "SELECT name, position FROM crm_pipelines WHERE workspaceId = ?",
      [workspaceId],
      tx,
    );
    const position = known.find((row) => row["name"] === pipeline.name)?.["position"] ?? known.length;
    await host.db.run("DELETE FROM crm_stages WHERE workspaceId = ? AND pipeline = ?", params, tx);
    await host.db.run("DELETE FROM crm_pipelines WHERE workspaceId = ? AND name = ?", params, tx);
    await writePipeline(host, workspaceId, pipeline, Number(position), tx);
    await schemaChanged(host, workspaceId, tx);
  });
  return pipeline;
}

function check({ name, label, stages }: Pipeline): FieldError[] {
  const errors = checkName(name, "name");
  if (!isLabel(label)) errors.push({ path: "label", message: "Give it a label of up to 120 characters." });
  if (!Array.isArray(stages) || stages.length === 0 || stages.length > 50)
    return [...errors, { path: "stages", message: "Give 1 to 50 stages." }];
  stages.forEach((stage, at) => {
    errors.push(...checkName(stage.name, `stages[${at}].name`));
    if (!isLabel(stage.label))
      errors.push({ path: `stages[${at}].label`, message: "Give it a label of up to 120 characters." });
    if (!["open", "won", "lost"].includes(stage.outcome))
      errors.push({ path: `stages[${at}].outcome`, message: "The outcome is open, won or lost." });
    if (stages.findIndex((other) => other.name === stage.name) < at)
      errors.push({ path: `stages[${at}].name`, message: `There are two stages "${stage.name}".` });
  });
  return errors;
}
