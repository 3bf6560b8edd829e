const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await c.table(
      "millrace_tests",
      {
        id: c.primary(c.id),
        workspaceId: c.required(c.id),
        automationId: c.required(c.id),
        name: c.required(c.text(190)),
        request: c.required(c.json),
        // The record's values when the test was made: it does not depend on the record staying as it is.
        snapshot: { type: c.json },
        expectations: c.required(c.json),
        lastResult: { type: c.json },
        savedBy: { type: c.json },
        createdAt: c.required(c.instant),
        updatedAt: c.required(c.instant),
      },
      { name: { unique: true, fields: ["automationId", "name"] } },
    );
  },
  async down(queryInterface) {
    await queryInterface.dropTable("millrace_tests");
  },
};
