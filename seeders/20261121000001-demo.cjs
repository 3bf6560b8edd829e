// The demo workspace, once. Its people have no password yet: the next start sets one and prints it.
const { monotonicFactory } = require("ulid");
const demoRows = require("../config/demo-rows.cjs");

module.exports = {
  async up(queryInterface) {
    const [found] = await queryInterface.sequelize.query("SELECT id FROM millrace_workspaces WHERE slug = 'demo'");
    if (found.length > 0) return;
    await queryInterface.sequelize.transaction(async (transaction) => {
      for (const [table, rows] of demoRows({ now: Date.now(), passwordHash: null, newId: monotonicFactory() })) {
        await queryInterface.bulkInsert(table, rows, { transaction });
      }
    });
  },
  async down(queryInterface) {
    const [[demo]] = await queryInterface.sequelize.query("SELECT id FROM millrace_workspaces WHERE slug = 'demo'");
    if (!demo) return;
    const tables = demoRows({ now: 0, passwordHash: null, newId: () => "" }).map(([table]) => table);
    await queryInterface.sequelize.transaction(async (transaction) => {
      for (const table of tables.reverse()) {
        const where = table === "millrace_workspaces" ? { id: demo.id } : { workspaceId: demo.id };
        await queryInterface.bulkDelete(table, where, { transaction });
      }
    });
  },
};
