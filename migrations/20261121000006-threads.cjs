const columns = require("../config/columns.cjs");

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await c.table(
      "millrace_threads",
      {
        n: c.serial,
        workspaceId: c.required(c.id),
        threadId: c.required(c.text(64)),
        role: c.required(c.code(10)),
        content: c.required(c.longText),
        effectKey: c.required(c.code(190)),
        at: c.required(c.instant),
      },
      {
        thread: { fields: ["workspaceId", "threadId", "n"] },
        effect: { unique: true, fields: ["effectKey", "role"] },
      },
    );
  },
  async down(queryInterface) {
    await queryInterface.dropTable("millrace_threads");
  },
};
