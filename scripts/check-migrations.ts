// Takes the database at DATABASE_URL up, down to nothing and up again by umzug, as start-up and `migrate --down` do.
import { fileURLToPath } from "node:url";
import { connect, migrate } from "../src/db/index.js";

const folder = fileURLToPath(new URL("../migrations", import.meta.url));
const db = connect(process.env["DATABASE_URL"] ?? "");
const up = await migrate(db, folder);
const down = await migrate(db, folder, true);
const again = await migrate(db, folder);
await db.sequelize.close();
if (up.length === 0 || down.length !== up.length || again.length !== up.length) {
  throw new Error(`Applied ${up.length}, took back ${down.length}, applied ${again.length}.`);
}
