// What sequelize-cli connects with: the same DATABASE_URL and the same migrations table as start-up uses.
const url = process.env.DATABASE_URL || "sqlite:var/millrace.sqlite";
const shared = { migrationStorageTableName: "millrace_migrations", seederStorage: "none", logging: false };

function settings() {
  if (!url.startsWith("sqlite:"))
    return { ...shared, url: url.replace(/^mariadb:/, "mysql:"), dialect: "mysql", timezone: "+00:00" };
  const storage = url.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
  require("node:fs").mkdirSync(require("node:path").dirname(storage), { recursive: true });
  const sqlite3 = require("@appthreat/sqlite3");
  return { ...shared, dialect: "sqlite", storage, dialectModule: sqlite3.default || sqlite3 };
}

module.exports = { development: settings(), test: settings(), production: settings() };
