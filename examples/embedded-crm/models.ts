import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from "sequelize";

/** The CRM's own table; Millrace changes nothing about it. */
export class Deal extends Model<InferAttributes<Deal>, InferCreationAttributes<Deal>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare amount: number;
  declare stage: CreationOptional<string>;
  declare nextStep: CreationOptional<string | null>;
}

/** Defines the CRM's models on a Sequelize instance. */
export function defineModels(sequelize: Sequelize): void {
  Deal.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      name: { type: DataTypes.STRING, allowNull: false },
      amount: { type: DataTypes.INTEGER, allowNull: false },
      stage: { type: DataTypes.STRING, allowNull: false, defaultValue: "open" },
      nextStep: { type: DataTypes.STRING },
    },
    { sequelize, tableName: "deals" },
  );
}
