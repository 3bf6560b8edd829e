import * as sqlite3 from "@appthreat/sqlite3";
import { Sequelize } from "sequelize";
import { createCrm } from "./app.js";

// A file by default; DATABASE_URL=mysql://user:password@host/name for MySQL or MariaDB.
const url = process.env["DATABASE_URL"] ?? "sqlite:embedded-crm.sqlite";
/** The driver is CommonJS: what Sequelize needs is its default export. */
const driver = (sqlite3 as { default?: object }).default ?? sqlite3;
const sequelize = new Sequelize(url, {
  logging: false,
  ...(url.startsWith("sqlite:") ? { dialectModule: driver } : {}),
});
const { app, millrace } = await createCrm(sequelize);
const server = app.listen(Number(process.env["PORT"] ?? 4000), (error) => {
  if (error) throw error;
  const { port } = server.address() as { port: number };
  console.log(`The CRM is at http://localhost:${port}, its automations at http://localhost:${port}/automations`);
});
process.once("SIGTERM", () => {
  server.close();
  void millrace.stop().then(() => sequelize.close());
});
