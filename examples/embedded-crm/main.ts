import { Sequelize } from "sequelize";
import { createCrm } from "./app.js";

const url = process.env["DATABASE_URL"] ?? "mysql://root@127.0.0.1:3306/crm";
const { app } = await createCrm(new Sequelize(url, { logging: false }));
app.listen(4000, () =>
  console.log("The CRM is at http://localhost:4000, its automations at http://localhost:4000/automations"),
);
