const columns = require("../config/columns.cjs");

/** Eight loops in each other, each with a key of 64 characters and five digits. */
const ITERATION = 600;

const iterations = { millrace_steps: true, millrace_waits: false, millrace_children: false };

const isMySql = (queryInterface) => queryInterface.sequelize.getDialect() !== "sqlite";

async function widen(queryInterface, length) {
  // SQLite holds texts of any length in any column.
  if (!isMySql(queryInterface)) return;
  for (const [table, hasDefault] of Object.entries(iterations)) {
    await queryInterface.sequelize.query(
      `ALTER TABLE ${table} MODIFY iteration VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin NOT NULL${hasDefault ? " DEFAULT ''" : ""}`,
    );
  }
}

module.exports = {
  async up(queryInterface, Sequelize) {
    const c = columns(queryInterface, Sequelize);
    await queryInterface.addColumn("millrace_runs", "replayedBy", { type: c.id });
    await queryInterface.addColumn("millrace_runs", "keptMails", c.required(c.integer, { defaultValue: 0 }));
    const latest =
      "(SELECT replayOf, MAX(id) AS id FROM millrace_runs WHERE replayOf IS NOT NULL GROUP BY replayOf) again";
    await queryInterface.sequelize.query(
      isMySql(queryInterface)
        ? `UPDATE millrace_runs run JOIN ${latest} ON again.replayOf = run.id SET run.replayedBy = again.id`
        : `UPDATE millrace_runs SET replayedBy = again.id FROM ${latest} WHERE again.replayOf = millrace_runs.id`,
    );
    await widen(queryInterface, ITERATION);
  },
  async down(queryInterface) {
    await widen(queryInterface, 190);
    await queryInterface.removeColumn("millrace_runs", "keptMails");
    await queryInterface.removeColumn("millrace_runs", "replayedBy");
  },
};
