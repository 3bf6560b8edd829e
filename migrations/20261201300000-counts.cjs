const columns = require("../config/columns.cjs");

/** Indexes of runs for what people filter by; those that change get `id` behind, the order every list is in. */
const added = {
  workspace: ["workspaceId", "id"],
  all: ["automationId", "id"],
  reason: ["workspaceId", "reasonCode", "id"],
  of: ["workspaceId", "recordId", "id"],
};
const widened = {
  batch: { from: ["batchId", "status"], to: ["batchId", "status", "id"] },
  parent: { from: ["parentRunId"], to: ["parentRunId", "id"] },
};
const lists = {
  list: ["workspaceId", "deletedAt", "id"],
  state: ["workspaceId", "deletedAt", "status", "id"],
  object: ["workspaceId", "deletedAt", "object", "id"],
  folder: ["workspaceId", "deletedAt", "folder", "id"],
};

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    const mysql = queryInterface.sequelize.getDialect() !== "sqlite";
    const index = (table, key, fields) => queryInterface.addIndex(table, fields, { name: `${table}_${key}` });
    const drop = (table, key) => queryInterface.removeIndex(table, `${table}_${key}`);
    // The day a run was queued on, such as 20261201, in the zone its workspace had then. Of older ones the day is UTC's.
    await queryInterface.addColumn("millrace_runs", "day", c.required(c.integer, { defaultValue: 0 }));
    await queryInterface.sequelize.query(
      `UPDATE millrace_runs SET day = ${
        mysql
          ? "DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL (queuedAt DIV 1000) SECOND), '%Y%m%d') + 0"
          : "CAST(strftime('%Y%m%d', queuedAt / 1000, 'unixepoch') AS INTEGER)"
      }`,
    );
    await c.table(
      "millrace_counts",
      {
        workspaceId: c.primary(c.id),
        scope: c.primary(c.id),
        measure: c.primary(c.code(10)),
        day: c.primary(c.integer),
        version: c.primary(c.integer),
        what: c.primary(c.code(64)),
        n: c.required(c.instant),
      },
      { day: { fields: ["day", "n"] } },
    );
    await c.table(
      "millrace_count_changes",
      {
        id: c.serial,
        workspaceId: c.required(c.id),
        automationId: c.required(c.id),
        version: c.required(c.integer),
        batchId: { type: c.id },
        day: c.required(c.integer),
        fromStatus: { type: c.code(10) },
        toStatus: { type: c.code(10) },
        reasonCode: { type: c.code(40) },
        stepKey: { type: c.code(64) },
        took: { type: c.integer },
        n: c.required(c.integer),
      },
      { workspace: { fields: ["workspaceId"] } },
    );
    // Who is told when nobody owns what a key has made.
    await queryInterface.addColumn("millrace_api_keys", "createdBy", { type: c.id });
    // 1: the counts tell of all runs there are. A worker that finds 0 counts them first.
    const [runs] = await queryInterface.sequelize.query("SELECT id FROM millrace_runs LIMIT 1");
    await queryInterface.bulkInsert("millrace_locks", [
      { name: "counts", value: runs.length === 0 ? 1 : 0 },
      // The newest day of which a run has been forgotten.
      { name: "forgotten", value: 0 },
    ]);
    for (const [key, fields] of Object.entries(added)) await index("millrace_runs", key, fields);
    for (const [key, { to }] of Object.entries(widened)) {
      await drop("millrace_runs", key);
      await index("millrace_runs", key, to);
    }
    for (const [key, fields] of Object.entries(lists)) await index("millrace_automations", key, fields);
  },
  async down(queryInterface) {
    const index = (table, key, fields) => queryInterface.addIndex(table, fields, { name: `${table}_${key}` });
    const drop = (table, key) => queryInterface.removeIndex(table, `${table}_${key}`);
    for (const key of Object.keys(lists)) await drop("millrace_automations", key);
    for (const [key, { from }] of Object.entries(widened)) {
      await drop("millrace_runs", key);
      await index("millrace_runs", key, from);
    }
    for (const key of Object.keys(added)) await drop("millrace_runs", key);
    await queryInterface.bulkDelete("millrace_locks", { name: ["counts", "forgotten"] });
    await queryInterface.removeColumn("millrace_api_keys", "createdBy");
    await queryInterface.dropTable("millrace_count_changes");
    await queryInterface.dropTable("millrace_counts");
    await queryInterface.removeColumn("millrace_runs", "day");
  },
};
