const columns = require("../config/columns.cjs");

module.exports = {
  // What an automation used and somebody deleted all the same: it says so until it is published again.
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await queryInterface.addColumn("millrace_automations", "broken", { type: c.json });
  },
  async down(queryInterface) {
    await queryInterface.removeColumn("millrace_automations", "broken");
  },
};
