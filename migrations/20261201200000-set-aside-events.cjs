const columns = require("../config/columns.cjs");

module.exports = {
  // Events that were given up, few among many: the log of all changes is never searched for them.
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await c.table(
      "millrace_set_aside",
      {
        workspaceId: c.primary(c.id),
        eventId: c.primary(c.instant),
        kind: c.required(c.code(40)),
        error: c.required(c.longText),
        at: c.required(c.instant),
      },
      { event: { fields: ["eventId"] } },
    );
    await queryInterface.sequelize.query(
      "INSERT INTO millrace_set_aside (eventId, workspaceId, kind, error, at) SELECT id, workspaceId, kind, error, relayedAt FROM millrace_events WHERE error IS NOT NULL AND failures > 1 AND relayedAt IS NOT NULL",
    );
  },
  async down(queryInterface) {
    await queryInterface.dropTable("millrace_set_aside");
  },
};
