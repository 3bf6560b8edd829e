const columns = require("../config/columns.cjs");

module.exports = {
  // A run's place in the queue of its record was read out of its reason, which another limit may have written over.
  // Who is under way on a record, and who is last in its queue, is one look into the index, however long the history.
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await queryInterface.addColumn("millrace_runs", "queueNumber", { type: c.instant, allowNull: true });
    await queryInterface.sequelize.query(
      "UPDATE millrace_runs SET queueNumber = eventId WHERE reasonCode = 'concurrency' AND status IN ('queued','waiting')",
    );
    await queryInterface.addIndex("millrace_runs", ["automationId", "recordId", "status", "queueNumber"], {
      name: "millrace_runs_turn",
    });
    // The starts of the last minute, and those promised ahead, instead of a row for each minute.
    await c.table("millrace_rates", {
      scope: c.primary(c.code(90)),
      perMinute: c.required(c.integer),
      freeAt: c.required(c.instant),
      starts: c.required(c.json),
    });
    await queryInterface.sequelize.query("DELETE FROM millrace_counters WHERE period LIKE 'm%'");
  },
  async down(queryInterface) {
    await queryInterface.dropTable("millrace_rates");
    await queryInterface.removeIndex("millrace_runs", "millrace_runs_turn");
    await queryInterface.sequelize.query("ALTER TABLE millrace_runs DROP COLUMN queueNumber");
  },
};
