import express, { type Express } from "express";
import { createMillrace, type Millrace, type MillraceOptions } from "millrace";
import type { Sequelize } from "sequelize";
import { Deal, defineModels } from "./models.js";

/** A small CRM: an Express application on its own Sequelize models, with Millrace inside. `options` are Millrace's. */
export async function createCrm(
  sequelize: Sequelize,
  options: MillraceOptions = {},
): Promise<{ app: Express; millrace: Millrace }> {
  defineModels(sequelize);
  await sequelize.sync();

  // This is all there is to embedding Millrace:
  const millrace = await createMillrace({ ...options, sequelize });
  millrace.watch(Deal, { object: "deal", label: "name" });
  const app = express();
  app.use("/automations", millrace.router({ currentUser: () => ({ id: "1", name: "Sam", role: "admin" }) }));
  await millrace.start();

  // The CRM's own routes know nothing of it.
  app.use(express.json());
  app.post("/deals", async (req, res) => {
    res.status(201).json(await Deal.create(req.body));
  });
  app.post("/deals/:id/win", async (req, res) => {
    await sequelize.transaction(async (transaction) => {
      await Deal.update({ stage: "won" }, { where: { id: Number(req.params.id) }, transaction });
      await millrace.emit("deal.celebrated", { deal: req.params.id }, { transaction });
    });
    res.json(await Deal.findByPk(req.params.id));
  });
  app.get("/deals/:id", async (req, res) => {
    res.json(await Deal.findByPk(req.params.id));
  });
  return { app, millrace };
}
