import { DataTypes, type Model, type ModelStatic } from "sequelize";
import { watchModel } from "../../../src/crm/index.js";
import type { Dialect } from "../../../src/db/index.js";
import { type CrmWorld, crmWorld } from "../crm-world.js";

type Static = ModelStatic<Model>;

/** A small host: firms with generated whole-number keys, offers of a firm (paranoid, unique code), visits with UUID keys. */
export type HostWorld = CrmWorld & {
  Firm: Static;
  Offer: Static;
  Visit: Static;
  /** `kind recordId field:old→new …` of every event so far. */
  told(): Promise<string[]>;
  clear(): Promise<void>;
};

export async function hostWorld(dialect: Dialect): Promise<HostWorld> {
  const world = await crmWorld(dialect);
  const { sequelize } = world.host.db;
  const Firm = sequelize.define("Firm", {
    name: { type: DataTypes.STRING(80), allowNull: false },
    size: { type: DataTypes.INTEGER, defaultValue: 1 },
  });
  const Offer = sequelize.define(
    "Offer",
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true, field: "offer_no" },
      code: { type: DataTypes.STRING(20), unique: true },
      title: { type: DataTypes.STRING(80), allowNull: false, validate: { len: [2, 80] } },
      amount: { type: DataTypes.DECIMAL(12, 2), field: "amount_eur" },
      state: { type: DataTypes.ENUM("open", "won", "lost"), defaultValue: "open" },
      due: DataTypes.DATEONLY,
      meetAt: DataTypes.DATE(3),
      hot: { type: DataTypes.BOOLEAN, defaultValue: false },
      extra: DataTypes.JSON,
      secret: DataTypes.STRING,
      firmId: { type: DataTypes.INTEGER, references: { model: Firm, key: "id" } },
    },
    { paranoid: true, version: true, tableName: "host_offers" },
  );
  const Visit = sequelize.define(
    "Visit",
    { id: { type: DataTypes.UUID, defaultValue: DataTypes.UUIDV4, primaryKey: true }, place: DataTypes.STRING(80) },
    { timestamps: false },
  );
  await sequelize.sync();
  watchModel(world.host, Firm, { object: "firm", label: "name" });
  watchModel(world.host, Offer, { object: "deal", label: "title", exclude: ["secret"] });
  watchModel(world.host, Visit, { object: "visit", label: "place" });
  const told = async () =>
    (await world.events()).map(({ kind, recordId, changes }) =>
      [
        kind.replace("record.", ""),
        recordId,
        ...changes.map(({ field, old, new: now }) => `${field}:${old ?? ""}→${now ?? ""}`),
      ].join(" "),
    );
  const clear = async () => {
    await world.host.db.run("DELETE FROM millrace_events");
  };
  return { ...world, Firm, Offer, Visit, told, clear };
}
