const columns = require("../config/columns.cjs");

/** Dates of the bundled CRM that date triggers go by: a scan reads the days that can be due. */
const dates = {
  crm_contacts: ["birthday", "lastContactedAt"],
  crm_deals: ["closeDate", "renewalDate"],
  crm_tasks: ["dueAt"],
  crm_orders: ["placedAt"],
};

module.exports = {
  // A named event concerns the waits of its own workspace, and asked those of all.
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await queryInterface.addColumn("millrace_waits", "workspaceId", c.required(c.id, { defaultValue: "" }));
    await queryInterface.sequelize.query(
      "UPDATE millrace_waits SET workspaceId = COALESCE((SELECT r.workspaceId FROM millrace_runs r WHERE r.id = millrace_waits.runId), '')",
    );
    await queryInterface.addIndex("millrace_waits", ["workspaceId", "eventKind", "token"], {
      name: "millrace_waits_named",
    });
    for (const [table, fields] of Object.entries(dates))
      for (const field of fields)
        await queryInterface.addIndex(table, ["workspaceId", field], { name: `${table}_${field}` });
  },
  async down(queryInterface) {
    for (const [table, fields] of Object.entries(dates))
      for (const field of fields) await queryInterface.removeIndex(table, `${table}_${field}`);
    await queryInterface.removeIndex("millrace_waits", "millrace_waits_named");
    await queryInterface.sequelize.query("ALTER TABLE millrace_waits DROP COLUMN workspaceId");
  },
};
