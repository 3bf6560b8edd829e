import { DataTypes, type Model, type ModelAttributeColumnOptions, type ModelStatic, type Sequelize } from "sequelize";
import type { Field } from "../record.js";
import { bundledObjects } from "./bundled-objects.js";

/** The bundled models of one Sequelize instance, by object; `custom` holds every workspace's own objects. */
export type BundledModels = ReadonlyMap<string, ModelStatic<Model>>;

const defined = new WeakMap<Sequelize, BundledModels>();

const bookkeeping: Record<string, ModelAttributeColumnOptions> = {
  id: { type: DataTypes.STRING(26), primaryKey: true },
  workspaceId: { type: DataTypes.STRING(26), allowNull: false },
  version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 1 },
  createdAt: { type: DataTypes.BIGINT, allowNull: false },
  updatedAt: { type: DataTypes.BIGINT, allowNull: false },
  deletedAt: { type: DataTypes.BIGINT },
  custom: { type: DataTypes.TEXT("long") },
};

/** Our own settings, whatever the host's Sequelize defines for its models. */
const plain = {
  timestamps: false,
  underscored: false,
  paranoid: false,
  version: false,
  freezeTableName: true,
} as const;

/** Defines the bundled models on a Sequelize instance, once. Our own verbs read their tables and columns from here. */
export function bundledModels(sequelize: Sequelize): BundledModels {
  const known = defined.get(sequelize);
  if (known) return known;
  const models = new Map<string, ModelStatic<Model>>();
  const define = (object: string, tableName: string, attributes: Record<string, ModelAttributeColumnOptions>) => {
    const model = sequelize.define(`crm_${object}`, { ...bookkeeping, ...attributes }, { ...plain, tableName });
    // The tables belong to the migrations: a host that syncs its own models must neither alter nor drop them.
    Object.assign(model, { sync: () => Promise.resolve(model), drop: () => Promise.resolve() });
    models.set(object, model);
  };
  for (const { name, plural, fields } of bundledObjects) {
    define(name, `crm_${plural.toLowerCase()}`, Object.fromEntries(fields.map((field) => [field.name, column(field)])));
  }
  define("custom", "crm_custom_records", { object: { type: DataTypes.STRING(64), allowNull: false } });
  for (const { name, fields } of bundledObjects) {
    for (const field of fields) {
      const target = field.relation && models.get(field.relation);
      if (target)
        models.get(name)?.belongsTo(target, { foreignKey: field.name, as: `${field.name}Record`, constraints: false });
    }
  }
  defined.set(sequelize, models);
  return models;
}

function column(field: Field): ModelAttributeColumnOptions {
  return { type: typeOf(field), allowNull: true };
}

function typeOf(field: Field) {
  switch (field.type) {
    case "longText":
    case "multiSelect":
    case "json":
      return DataTypes.TEXT("long");
    case "number":
      return DataTypes.DOUBLE;
    case "money":
      return DataTypes.DECIMAL(20, 4);
    case "boolean":
      return DataTypes.BOOLEAN;
    case "datetime":
      return DataTypes.BIGINT;
    case "date":
      return DataTypes.STRING(10);
    case "url":
      return DataTypes.STRING(1000);
    case "select":
    case "user":
    case "relation":
      return DataTypes.STRING(64);
    default:
      return DataTypes.STRING(field.maxLength ?? 255);
  }
}
