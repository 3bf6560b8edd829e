const over = "status NOT IN ('queued','running','waiting')";

module.exports = {
  // A start that was refused kept the instant it was to start at, and a cancelled run its claim: such rows stood in front
  // of everything that was due.
  async up(queryInterface) {
    await queryInterface.sequelize.query(
      `UPDATE millrace_runs SET wakeAt = NULL, claims = 0, claimedBy = NULL WHERE ${over} AND (wakeAt IS NOT NULL OR claims <> 0)`,
    );
  },
  async down() {},
};
