import type { Model, ModelStatic } from "sequelize";
import type { WatchOptions } from "./describe-model.js";

/** A host's own Sequelize model that Millrace sees as an object of one workspace. */
export type Watched = {
  kind: "model";
  model: ModelStatic<Model>;
  options: WatchOptions;
  /** The slug of the workspace its rows belong to. */
  workspace: string;
};
