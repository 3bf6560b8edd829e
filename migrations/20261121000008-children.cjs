const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    // The runs a step waits for, item by item, for as long as its wait lasts.
    await c.table(
      "millrace_children",
      {
        token: c.primary(c.id),
        item: c.primary(c.integer),
        parentRunId: c.required(c.id),
        stepKey: c.required(c.code(64)),
        iteration: c.required(c.code(190)),
        status: c.required(c.code(10)),
        childRunId: { type: c.id },
        start: c.required(c.json),
        error: { type: c.json },
      },
      { parent: { fields: ["parentRunId"] }, run: { fields: ["childRunId"] } },
    );
    await queryInterface.addIndex("millrace_runs", ["parentRunId"], { name: "millrace_runs_parent" });
  },
  async down(queryInterface) {
    await queryInterface.removeIndex("millrace_runs", "millrace_runs_parent");
    await queryInterface.dropTable("millrace_children");
  },
};
