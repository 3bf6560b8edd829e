import { Op } from "sequelize";
import type { Tx } from "../../db/index.js";
import { conflict, type FieldError, invalid } from "../../shared/errors.js";
import type { Host } from "../host.js";
import { checkName, isLabel } from "./custom-field.js";
import { type Pipeline, pipelines, stages, writePipeline } from "./pipeline.js";
import { recordTable } from "./record-tables.js";
import { changeSchema, schemaOf } from "./schema.js";

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
  const { name } = pipeline;
  await changeSchema(host, workspaceId, async ({ pipelines: known }, tx) => {
    await refuseStagesInUse(host, workspaceId, pipeline, tx);
    const stored = await pipelines(host.db, workspaceId).findOne({ where: { name }, transaction: tx });
    const position = stored?.position ?? known.length;
    await stages(host.db, workspaceId).destroy({ where: { pipeline: name }, transaction: tx });
    await pipelines(host.db, workspaceId).destroy({ where: { name }, transaction: tx });
    await writePipeline(host, workspaceId, pipeline, position, tx);
  });
  return pipeline;
}

async function refuseStagesInUse(host: Host, workspaceId: string, pipeline: Pipeline, tx: Tx): Promise<void> {
  const deals = recordTable("deal")(host.db, workspaceId);
  const kept = pipeline.stages.map(({ name }) => name);
  const where = { pipeline: pipeline.name, deletedAt: null, stage: { [Op.notIn]: kept } };
  const left = await deals.findOne({ attributes: ["stage"], where, transaction: tx });
  if (!left) return;
  const stage = String(left["stage"]);
  const many = await deals.count({ where: { ...where, stage }, transaction: tx });
  throw conflict("stage_in_use", `${many} deals are in the stage "${stage}". Move them first.`, { stage });
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
