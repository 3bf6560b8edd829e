import type { Model, ModelAttributes, ModelStatic } from "sequelize";
import type { Columns } from "./columns.js";
import type { Database } from "./database.js";

/** What a table has beside its columns. */
export type TableOptions = {
  /** Named conditions beside `workspace`, as Sequelize's `scopes`. */
  scopes?: Record<string, object>;
  /** Says, once a model exists, what it belongs to: `(model, db) => model.belongsTo(users(db).model, { … })`. */
  associate?: (model: ModelStatic<Model>, db: Database) => void;
  /** Sequelize's own bookkeeping of `createdAt` and `updatedAt`, for a library that relies on it. */
  timestamps?: boolean;
};

/** Our own settings, whatever a host's Sequelize defines for its models. */
const ours = { underscored: false, paranoid: false, version: false, freezeTableName: true, indexes: [], hooks: {} };

const columnsOfModels = new WeakMap<ModelStatic<Model>, Columns>();

/** The name a table has in this database: the one place that knows. */
function tableName(_db: Database, table: string): string {
  return table;
}

/** Makes the Sequelize model of a table, with the scope `workspace` when it has such a column. */
export function modelOf(db: Database, table: string, columns: Columns, options: TableOptions): ModelStatic<Model> {
  const attributes: ModelAttributes = Object.fromEntries(
    Object.entries(columns).map(([name, { kind: _kind, reads: _reads, ...attribute }]) => [name, attribute]),
  );
  const model = db.sequelize.define(table, attributes, {
    ...ours,
    timestamps: options.timestamps ?? false,
    tableName: tableName(db, table),
    scopes: {
      ...options.scopes,
      ...(columns["workspaceId"] ? { workspace: (workspaceId: string) => ({ where: { workspaceId } }) } : {}),
    },
  });
  // The tables belong to the migrations: a host that syncs its own models must neither alter nor drop them.
  Object.assign(model, { sync: () => Promise.resolve(model), drop: () => Promise.resolve() });
  columnsOfModels.set(model, columns);
  return model;
}

/** The columns of a model of ours; none for another. */
export function columnsOf(model: ModelStatic<Model>): Columns {
  return columnsOfModels.get(model) ?? {};
}
